import { relative, resolve } from "node:path";
import type { GivenUnit } from "../../config/unit-dialect.ts";
import type { AppError } from "../../core/error.ts";
import { didYouMean } from "../../core/suggest.ts";
import { isBlock, misplaced, type Place, shown, type TemplateBlock } from "./config-file.ts";
import type { HclEntry, HclValue } from "./hcl.ts";

/** What of the command line is about templates. */
export interface TemplateOptions {
  readonly cwd: string;
  readonly left: string | undefined;
  readonly right: string | undefined;
  /** What a change means to the app; undefined without one. */
  readonly onChange: string | undefined;
}

/** A template's unit, and where it comes from. */
export interface TemplateUnit extends GivenUnit {
  readonly place: Place;
  /** The path of its source, or of what stands for its contents. */
  readonly source: string;
  /** Its own quiet time, which has no effect. */
  readonly wait: HclValue | undefined;
}

export interface Units {
  readonly units: readonly TemplateUnit[];
  /** Templates that stand in a configuration, by the paths that stand for them. */
  readonly contents: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

const TAKEN = ["source", "contents", "destination", "command", "command_timeout", "exec", "perms", "user", "group", "uid", "gid", "left_delimiter", "right_delimiter", "error_on_missing_key", "backup"];
const COMMAND_TIMEOUT = "30s";
/** What the exec of a template may say beside its command, and why nothing is to be done about it. */
const OF_ITS_EXEC: Readonly<Record<string, string>> = {
  env: "a command has the environment of this program without its tokens; write env NAME=VALUE before it",
  splay: "a command runs at once",
  kill_signal: "a command that takes too long is killed",
  kill_timeout: "a command that takes too long is killed",
  reload_signal: "a command runs to its end",
};
const LIMITED = "a template may call every function, and reads files wherever they are";
const UNUSED: Readonly<Record<string, string>> = {
  create_dest_dirs: "directories that are missing are made",
  error_fatal: "a template that fails is told and tried again, and the others go on",
  wait: "the wait of the whole program applies",
};
/** What keeps a template within bounds cannot be passed over. */
const REFUSED: Readonly<Record<string, string>> = { function_denylist: LIMITED, function_blacklist: LIMITED, sandbox_path: LIMITED };

/** Makes a unit of each template. Throws CONFIG_INVALID. */
export function toUnits(blocks: readonly TemplateBlock[], options: TemplateOptions): Units {
  const contents = new Map<string, string>();
  const warnings: string[] = [];
  const units = blocks.map(({ entries, place }): TemplateUnit => {
    const values = valuesOf(entries, place, warnings);
    const dest = textOf(values, "destination");
    if (dest === undefined) throw misplaced(place, "template: it has no destination", 'Write destination = "/etc/app.conf"');
    const target = resolve(options.cwd, dest);
    const inline = textOf(values, "contents");
    const source = textOf(values, "source");
    if ((inline === undefined) === (source === undefined)) throw misplaced(place, `template: it has ${inline === undefined ? "neither source nor contents" : "source and contents"}`, "Give one of the two");
    const path = source === undefined ? `/contents of ${target}` : resolve(options.cwd, source);
    if (inline !== undefined) contents.set(path, inline);
    const data = { template: { src: relative("/", path), dest: target, engine: "consul-template", on_empty: "render", ...(values.get("backup")?.value === true ? { backup: true } : {}), ...delimiters(values, options), ...rights(values, place), ...reload(values, place, options, warnings) } };
    return { unit: { name: relative("/", target), path: place.path }, file: { path: place.path, text: place.text, data }, place, source: path, wait: entries.find(({ name }) => name === "wait")?.value };
  });
  return { units, contents, warnings };
}

/** "SRC:DEST:CMD" of the command line as a block. */
export function blockOf(written: string): TemplateBlock {
  const [source = "", destination = "", ...command] = written.split(":");
  const place: Place = { path: "-template", text: "", line: 1 };
  const pairs = [["source", source], ["destination", destination], ["command", command.join(":")]] as const;
  if (source === "" || destination === "") throw misplaced(place, `-template: "${written}" is not SRC:DEST or SRC:DEST:CMD`, 'Write -template "in.ctmpl:/etc/app.conf:systemctl reload app"');
  return { place, entries: pairs.flatMap(([name, value]) => (value === "" ? [] : [{ name, value, line: 1 }])) };
}

type Values = ReadonlyMap<string, HclEntry>;

function valuesOf(entries: readonly HclEntry[], place: Place, warnings: string[]): Values {
  const values = new Map<string, HclEntry>();
  for (const entry of entries) {
    const { name, line } = entry;
    const at = { ...place, line };
    if (REFUSED[name] !== undefined) throw misplaced(at, `${name}: Remora has no such limit: ${REFUSED[name]}`, "Leave it out where those who write templates may be trusted with what this process can read");
    if (UNUSED[name] !== undefined) {
      // Each is what is done anyway, with one of its two values.
      if (entry.value !== (name === "create_dest_dirs")) warnings.push(`${name} of ${shown(at)}: this has no effect, as ${UNUSED[name]}`);
    } else if (TAKEN.includes(name)) values.set(name, entry);
    else throw misplaced(at, `"${name}" is not known in a template`, didYouMean(name, [...TAKEN, ...Object.keys(UNUSED)]));
  }
  return values;
}

function textOf(values: Values, name: string): string | undefined {
  const value = values.get(name)?.value;
  return value === undefined || value === "" ? undefined : String(value);
}

function delimiters(values: Values, { left, right }: TemplateOptions): Record<string, unknown> {
  const [own, closing] = [textOf(values, "left_delimiter") ?? left, textOf(values, "right_delimiter") ?? right];
  return { ...(own === undefined ? {} : { left_delimiter: own }), ...(closing === undefined ? {} : { right_delimiter: closing }), ...(values.get("error_on_missing_key")?.value === true ? { error_on_missing_key: true } : {}) };
}

function rights(values: Values, place: Place): Record<string, unknown> {
  const perms = values.get("perms");
  const owner = values.get("user")?.value ?? values.get("uid")?.value;
  const group = values.get("group")?.value ?? values.get("gid")?.value;
  return { ...(perms === undefined ? {} : { mode: modeOf(perms, place) }), ...(owner === undefined || owner === "" ? {} : { owner }), ...(group === undefined || group === "" ? {} : { group }) };
}

/** A number is octal where it begins with 0, as in C. */
function modeOf({ value, line }: HclEntry, place: Place): string {
  if (typeof value === "number" && value <= 0o7777) return value.toString(8).padStart(4, "0");
  if (typeof value === "string" && /^0?o?[0-7]{3,4}$/.test(value)) return value.replace("o", "").padStart(4, "0");
  throw misplaced({ ...place, line }, `perms: ${JSON.stringify(value)} is not a mode`, 'Write perms = 0644, or "0644"');
}

/** A template's command runs, before the app is started too; then the app is told. */
function reload(values: Values, place: Place, { onChange }: TemplateOptions, warnings: string[]): Record<string, unknown> {
  const inner = ownExec(values, place, warnings);
  const command = inner.get("command") ?? values.get("command");
  if (command === undefined || isEmpty(command.value) || inner.get("enabled")?.value === false) return onChange === undefined ? {} : { on_change: onChange };
  const timeout = textOf(inner, "timeout") ?? textOf(values, "command_timeout") ?? COMMAND_TIMEOUT;
  const told = onChange === undefined ? {} : { on_change: onChange, reload_before_start: true };
  return { reload_cmd: commandOf(command, place), reload_cmd_timeout: timeout === "0" || timeout === "0s" ? "24h" : timeout, ...told };
}

/** What the exec block of a template says. */
function ownExec(values: Values, place: Place, warnings: string[]): Values {
  const exec = values.get("exec");
  if (exec === undefined) return new Map();
  const at = (line: number) => ({ ...place, line });
  if (!isBlock(exec.value)) throw misplaced(at(exec.line), "exec: this is not a block", 'Write exec { command = "systemctl reload app" }');
  for (const { name, line } of exec.value.entries) {
    if (OF_ITS_EXEC[name] !== undefined) warnings.push(`exec.${name} of ${shown(at(line))}: this has no effect, as ${OF_ITS_EXEC[name]}`);
    else if (!["command", "timeout", "enabled"].includes(name)) throw misplaced(at(line), `"${name}" is not known in the exec of a template`, didYouMean(name, ["command", "timeout", "enabled", ...Object.keys(OF_ITS_EXEC)]));
  }
  return new Map(exec.value.entries.map((entry) => [entry.name, entry]));
}

function isEmpty(value: HclValue): boolean {
  return value === "" || (Array.isArray(value) && (value.length === 0 || value[0] === ""));
}

/** A text, or a list of one, is for the shell; a longer list is not. */
function commandOf({ value, line }: HclEntry, place: Place): string | readonly string[] {
  const words = (Array.isArray(value) ? value : [value]) as readonly HclValue[];
  if (!words.every((word) => typeof word === "string")) throw refusedCommand({ ...place, line });
  return words.length === 1 ? (words[0] as string) : (words as readonly string[]);
}

function refusedCommand(place: Place): AppError {
  return misplaced(place, "command: this is neither a text nor a list of texts", 'Write command = "systemctl reload app"');
}
