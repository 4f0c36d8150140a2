import { type TomlTable, tomlText } from "./toml-text.ts";

/** A template with what is done with it, in Remora's words. */
export interface Resource {
  /** As its unit is to be called, where it is one by itself. */
  readonly name: string;
  /** As whoever wrote it finds it: "nginx.toml", "ct.hcl:12". */
  readonly label: string;
  /** It is one unit only with those that have the same. */
  readonly apart?: string | undefined;
  readonly keys: Readonly<Record<string, unknown>>;
  /** What is to be known about it, in sentences. */
  readonly remarks: readonly string[];
}

export interface MigratedUnit {
  /** The name of its file, without ".toml". */
  readonly name: string;
  /** The labels of the resources that it is made of. */
  readonly resources: readonly string[];
  readonly text: string;
}

/** The keys that are the whole unit's, where it has several templates. */
const OF_UNIT = ["backend", "prefix", "requires", "check_cmd_timeout", "reload_cmd", "reload_cmd_timeout", "reload_signal", "pid_file", "on_change", "reload_before_start", "on_reload_failure", "on_empty", "splay", "lock", "min_reload_interval"];

/** In which order keys are written; others follow. */
const ORDER = ["src", "engine", "left_delimiter", "right_delimiter", "error_on_missing_key", "dest", "mode", "owner", "group", "uid", "gid", "backend", "prefix", "keys", "check_cmd", "check_cmd_timeout", "reload_cmd", "reload_cmd_timeout", "on_change", "reload_before_start", "min_reload_interval", "on_empty"];

/** Resources with the same reload command become one unit; each other one becomes a unit by itself. */
export function migrateUnits(resources: readonly Resource[]): readonly MigratedUnit[] {
  const groups = new Map<string, Resource[]>();
  for (const resource of resources) {
    const group = groupOf(resource);
    groups.set(group, [...(groups.get(group) ?? []), resource]);
  }
  const taken = new Set(resources.map(({ name }) => name));
  return [...groups.values()].map((members) => {
    const [first, ...others] = members as [Resource, ...Resource[]];
    const name = others.length === 0 ? first.name : unitName(members, taken);
    taken.add(name);
    return { name, resources: members.map(({ label }) => label), text: others.length === 0 ? unitText(first) : severalTemplates(members) };
  });
}

/** What resources share that can be one unit; of a command about one file, and of none, each is by itself. */
function groupOf({ name, keys, apart }: Resource): string {
  const command = keys["reload_cmd"];
  if (command === undefined || JSON.stringify(command).includes("{{")) return name;
  return JSON.stringify([apart ?? null, ...OF_UNIT.map((key) => keys[key] ?? null)]);
}

/** After what is reloaded: "nginx" of "systemctl reload nginx.service" and of "/usr/sbin/nginx -s reload". */
function unitName(members: readonly Resource[], taken: ReadonlySet<string>): string {
  const command = [members[0]?.keys["reload_cmd"]].flat().join(" ");
  const words = command.split(/\s+/).map((word) => word.replace(/^.*\//, "").replace(/\.service$/, ""));
  const word = words.find((each) => /^[a-z][\w-]*$/i.test(each) && !PLAIN_WORDS.has(each)) ?? members[0]?.name ?? "unit";
  const own = new Set(members.map(({ name }) => name));
  let name = word;
  for (let number = 2; taken.has(name) && !own.has(name); number++) name = `${word}-${number}`;
  return name;
}

const PLAIN_WORDS = new Set("sudo systemctl service supervisorctl sh bash env exec reload restart reload-or-restart try-restart kill killall pkill docker rc-service initctl sv echo touch".split(" "));

/** The text of a unit's file. */
export function unitText({ keys, remarks }: Pick<Resource, "keys" | "remarks">): string {
  return `${comments(remarks)}[template]\n${tomlText(inOrder(Object.entries(keys)))}`;
}

function severalTemplates(members: readonly Resource[]): string {
  const shared = inOrder(Object.entries(members[0]?.keys ?? {}).filter(([key]) => OF_UNIT.includes(key)));
  const templates = members.map(({ label, keys, remarks }) => `\n# ${label}\n${comments(remarks)}[[template]]\n${tomlText(inOrder(Object.entries(keys).filter(([key]) => !OF_UNIT.includes(key))))}`);
  return `[unit]\n${tomlText(shared)}${templates.join("")}`;
}

function comments(remarks: readonly string[]): string {
  return remarks.flatMap((remark) => remark.split("\n")).map((line) => `# ${line}\n`).join("");
}

function inOrder(entries: readonly (readonly [string, unknown])[]): TomlTable {
  return Object.fromEntries([...entries].sort(([one], [other]) => place(one) - place(other)));
}

function place(key: string): number {
  const found = ORDER.indexOf(key);
  return found < 0 ? ORDER.length : found;
}
