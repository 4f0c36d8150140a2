import { extname } from "node:path";
import { readSettings } from "../../config/read-settings.ts";
import type { TranslatedUnit, UnitDialect } from "../../config/unit-dialect.ts";
import { CONFD_KEYS } from "../../config/unit-keys.ts";
import type { NamedBackend } from "../../core/configuration.ts";
import { toDuration } from "../../core/duration.ts";
import { toAppError } from "../../core/error.ts";
import { isTable, type Path, type Problem, unknownKey } from "../../schema/table.ts";
import { backendFlags, backendNamed } from "./backends.ts";
import { commandText } from "./commands.ts";
import { OPTIONS, tomlKeys } from "./options.ts";
import { isMeant } from "./resource.ts";
import { readValues } from "./values.ts";

/** What of the command line is about resources. */
export interface ResourceOptions {
  readonly syncOnly: boolean;
  /** The program's prefix stands in place of the resource's, as in the original line. */
  readonly prefixInstead: boolean;
  readonly checkTimeout: string | undefined;
  readonly reloadTimeout: string | undefined;
  /** The one resource that is wanted. */
  readonly only: string | undefined;
  readonly cwd: string;
}

type Table = Readonly<Record<string, unknown>>;

/** Ways to write templates that are not Go's; all others are, whatever they are called. */
const OWN_ENDINGS = [".njk", ".j2"];
const ONLY_CONFDS = ["debounce"];
/** In confd 0 is no limit, and a limit has to be said here. */
export const NO_LIMIT = "24h";

/** Reads resources of confd as units: what confd ignores is told, what it does otherwise is said in our words. Units in Remora's own form are left as they are. */
export function confdUnits(options: ResourceOptions): UnitDialect {
  const backends = new Map<string, NamedBackend>();
  return async ({ name, path }, { data }) => {
    if (options.only !== undefined && !isMeant(options.only, { name, path }, options.cwd)) return undefined;
    const { template, backend } = data;
    if (!isTable(template) || data["unit"] !== undefined) return { data, problems: [], warnings: [] };
    if (backend !== undefined && !isTable(backend)) return { data: { template }, problems: [{ path: ["backend"], part: "value", reason: "backend: this is not a table", hint: 'Write [backend] on a line of its own, and backend = "redis" below it' }], warnings: [] };
    const problems: Problem[] = [];
    const translated = translate(template, options, problems);
    const named = isTable(backend) ? await readBackend(backend, name, backends, options, problems) : undefined;
    return {
      data: { template: translated },
      backend: named?.backend,
      problems,
      warnings: [...ignored(data, ["template", "backend"], []), ...ignored(template, [...Object.keys(CONFD_KEYS), ...ONLY_CONFDS], ["template"]), ...(named?.warnings ?? [])],
    } satisfies TranslatedUnit;
  };
}

function translate(raw: Table, options: ResourceOptions, problems: Problem[]): Table {
  const refuse = (key: string, thrown: unknown): undefined => {
    const { message, hint } = toAppError(thrown);
    problems.push({ path: ["template", key], part: "value", reason: `${key}: ${message}`, hint });
    return undefined;
  };
  const known = Object.entries(raw).filter(([key]) => Object.hasOwn(CONFD_KEYS, key));
  const { mode, ...kept } = Object.fromEntries(known.filter(([key]) => !(options.syncOnly && (key === "check_cmd" || key === "reload_cmd")) && !(options.prefixInstead && key === "prefix")));
  const { check_cmd_timeout = options.checkTimeout, reload_cmd_timeout = options.reloadTimeout } = kept;
  return {
    // A list that has become empty is rendered by confd.
    on_empty: "render",
    ...(typeof raw["src"] === "string" && !OWN_ENDINGS.includes(extname(raw["src"])) ? { engine: "go" } : {}),
    ...spaced(raw["debounce"], refuse),
    ...Object.fromEntries(Object.entries(owned(kept)).filter(([, value]) => value !== "")),
    ...commands(kept, refuse),
    ...(check_cmd_timeout === undefined ? {} : { check_cmd_timeout: limit(check_cmd_timeout) }),
    ...(reload_cmd_timeout === undefined ? {} : { reload_cmd_timeout: limit(reload_cmd_timeout) }),
    ...(mode === undefined || mode === "" ? {} : { mode: readMode(mode, problems) }),
  };
}

type Refuse = (key: string, thrown: unknown) => undefined;

/** The quiet time of a resource spaces its reloads. */
function spaced(debounce: unknown, refuse: Refuse): Table {
  if (typeof debounce !== "string" || debounce === "") return {};
  try {
    toDuration(debounce);
    return { min_reload_interval: debounce };
  } catch (thrown) {
    return refuse("debounce", thrown) ?? {};
  }
}

/** -1 is nobody, and a number stands above a name. */
function owned({ uid, gid, owner, group, ...others }: Table): Table {
  const of = (number: unknown, numbers: string, name: unknown, names: string) => (number === undefined || number === -1 || number === -1n ? (name === undefined ? {} : { [names]: name }) : { [numbers]: number });
  return { ...others, ...of(uid, "uid", owner, "owner"), ...of(gid, "gid", group, "group") };
}

function commands(kept: Table, refuse: Refuse): Table {
  return Object.fromEntries(["check_cmd", "reload_cmd"].flatMap((key) => {
    const text = kept[key];
    if (typeof text !== "string" || text === "") return [];
    try {
      return [[key, commandText(text)]];
    } catch (thrown) {
      return refuse(key, thrown) ?? [];
    }
  }));
}

function limit(timeout: unknown): unknown {
  return typeof timeout === "string" && /^0+(ms|s|m|h)?$/.test(timeout) ? NO_LIMIT : timeout;
}

/** Go reads a mode with its base: "0644" and "0o644" are octal, "644" is decimal and so 01204. */
function readMode(raw: unknown, problems: Problem[]): unknown {
  if (typeof raw !== "string") return raw;
  const [, octal] = /^0o?([0-7]{3,4})$/.exec(raw) ?? [];
  if (octal !== undefined) return octal.padStart(4, "0");
  if (/^[1-9]\d*$/.test(raw)) {
    const bits = (Number(raw) & 0o7777).toString(8).padStart(4, "0");
    problems.push({ path: ["template", "mode"], part: "value", reason: `mode: confd takes "${raw}" for a decimal number, which is mode ${bits}`, hint: /^[0-7]{3,4}$/.test(raw) ? `Write "0${raw}", or "${bits}" where that is what you want` : `Write "${bits}"` });
  }
  return raw;
}

/** confd says nothing of keys that it does not know. */
function ignored(table: Table, known: readonly string[], path: Path): readonly Problem[] {
  return Object.keys(table).flatMap((key) => (known.includes(key) ? [] : [unknownKey([...path, key], known, key, "confd ignores it, and so does this")]));
}

/** A backend of a resource's own; resources that ask for the same share one. */
async function readBackend(table: Table, unit: string, backends: Map<string, NamedBackend>, { cwd }: ResourceOptions, problems: Problem[]): Promise<{ readonly backend: NamedBackend; readonly warnings: readonly Problem[] } | undefined> {
  const at = (key: string): Path => ["backend", key];
  const refuse = (key: string, thrown: unknown): undefined => {
    const { message, hint } = toAppError(thrown);
    problems.push({ path: at(key), part: "value", reason: message, hint });
    return undefined;
  };
  try {
    const values = readValues({ toml: table, env: {} });
    const word = values.text("backend");
    if (word === undefined) return refuse("backend", new Error("[backend] names none"));
    const { flags, labels, warnings } = backendFlags(word, values);
    const kind = backendNamed(word, "backend");
    const outcome = await readSettings({ confdir: cwd, file: undefined, env: {}, flags, labels, cwd });
    if ("errors" in outcome) {
      for (const error of outcome.errors) refuse(error.message.split(":")[0] ?? "", error);
      return undefined;
    }
    const options = outcome.settings.backends[kind];
    const id = JSON.stringify([kind, options]);
    const backend = backends.get(id) ?? { name: `${kind}@${unit.replaceAll("/", "-")}`, kind, options };
    backends.set(id, backend);
    const known = OPTIONS.filter((option) => option.backend === true || option.name === "backend").flatMap(tomlKeys);
    return { backend, warnings: [...ignored(table, known, ["backend"]), ...warnings.map((reason): Problem => ({ path: at(reason.split(":")[0] ?? ""), part: "key", reason }))] };
  } catch (thrown) {
    const [key = ""] = toAppError(thrown).message.split(":");
    return refuse(Object.hasOwn(table, key) ? key : "backend", thrown);
  }
}
