import { AppError } from "../../core/error.ts";
import { didYouMean } from "../../core/suggest.ts";
import { type Arguments, readBoolean } from "./arguments.ts";
import type { Values } from "./backends.ts";
import { type ConfdOption, OPTIONS, tomlKeys } from "./options.ts";

interface Given {
  readonly value: string | boolean | readonly string[];
  readonly label: string;
}

/** What may be given where nothing else says it, by the option's name. */
type Extra = Readonly<Record<string, string>>;

/** Where options come from. */
export interface Sources {
  readonly given?: Arguments["given"];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Keys of confd.toml, or of a resource's [backend]. */
  readonly toml?: Readonly<Record<string, unknown>>;
  /** How an error names a key of that table. */
  readonly tomlLabel?: (key: string) => string;
  /** Variables that others than confd define. */
  readonly extra?: Extra;
}

/** Reads all options: variables stand above confd.toml, flags above both. Throws CONFIG_INVALID, and USAGE for flags. */
export function readValues({ given = new Map(), env = {}, toml = {}, tomlLabel = (key) => key, extra = {} }: Sources): Values {
  const values = new Map<string, Given>();
  for (const option of OPTIONS) {
    const flag = given.get(option.name);
    const found = flag !== undefined ? { value: flag, label: `--${option.name}` } : (fromEnv(option, env, extra) ?? fromToml(option, toml, tomlLabel));
    if (found !== undefined) values.set(option.name, { ...found, value: checked(option, found, flag !== undefined ? "USAGE" : "CONFIG_INVALID") });
  }
  return {
    text: (name) => valueOf(values, name, (value) => (typeof value === "string" ? value : undefined)),
    list: (name) => valueOf(values, name, (value) => (Array.isArray(value) ? (value as readonly string[]) : undefined)) ?? [],
    yes: (name) => values.get(name)?.value === true,
    label: (name) => values.get(name)?.label ?? `--${name}`,
    names: [...values.keys()],
  };
}

/** The values with one put in its place. */
export function withList(values: Values, name: string, items: readonly string[], label: string): Values {
  return { ...values, list: (asked) => (asked === name ? items : values.list(asked)), label: (asked) => (asked === name ? label : values.label(asked)), names: [...new Set([...values.names, name])] };
}

function valueOf<T>(values: ReadonlyMap<string, Given>, name: string, as: (value: Given["value"]) => T | undefined): T | undefined {
  const found = values.get(name);
  return found === undefined ? undefined : as(found.value);
}

function fromEnv({ env: names = [], kind, name }: ConfdOption, env: Sources["env"] & object, extra: Extra): Given | undefined {
  const variable = [...names, ...(extra[name] === undefined ? [] : [extra[name]])].find((each) => env[each] !== undefined && env[each] !== "");
  if (variable === undefined) return undefined;
  const text = env[variable] ?? "";
  if (kind === "list") return { value: text.split(",").map((item) => item.trim()), label: variable };
  return { value: kind === "boolean" ? readBoolean(text, variable) : text, label: variable };
}

function fromToml(option: ConfdOption, toml: Readonly<Record<string, unknown>>, label: (key: string) => string): Given | undefined {
  const key = tomlKeys(option).find((each) => Object.hasOwn(toml, each));
  if (key === undefined) return undefined;
  const raw = toml[key];
  const refuse = (wanted: string) => new AppError("CONFIG_INVALID", `${label(key)}: this is not ${wanted}`, { hint: `Write ${key} = ${EXAMPLES[option.kind]}` });
  switch (option.kind) {
    case "boolean":
      if (typeof raw !== "boolean") throw refuse("a boolean");
      return { value: raw, label: label(key) };
    case "list":
      if (typeof raw === "string") return { value: [raw], label: label(key) };
      if (!Array.isArray(raw) || raw.some((item) => typeof item !== "string")) throw refuse("a list of texts");
      return { value: raw as readonly string[], label: label(key) };
    case "seconds":
    case "number":
      if (typeof raw !== "number" && typeof raw !== "bigint" && typeof raw !== "string") throw refuse("a whole number");
      return { value: String(raw), label: label(key) };
    default:
      if (typeof raw !== "string") throw refuse(option.kind === "duration" ? "a duration" : "text");
      return { value: raw, label: label(key) };
  }
}

const EXAMPLES: Readonly<Record<ConfdOption["kind"], string>> = { text: '"text"', list: '["http://127.0.0.1:2379"]', boolean: "true", seconds: "600", duration: '"2s"', number: "3" };

function checked({ kind }: ConfdOption, { value, label }: Given, code: "USAGE" | "CONFIG_INVALID"): Given["value"] {
  if ((kind !== "seconds" && kind !== "number") || (typeof value === "string" && /^\d+$/.test(value))) return value;
  throw new AppError(code, `${label}: "${String(value)}" is not a whole number`, { hint: kind === "seconds" ? 'It is seconds, without a unit: "600"' : undefined });
}

/** Keys of a table of confd's that it would ignore, each with the nearest right one. */
export function unknownKeys(table: Readonly<Record<string, unknown>>, known: readonly string[]): readonly { readonly key: string; readonly hint: string | undefined }[] {
  return Object.keys(table).flatMap((key) => (known.includes(key) ? [] : [{ key, hint: didYouMean(key, known) }]));
}
