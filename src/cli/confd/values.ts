import { AppError } from "../../core/error.ts";
import { didYouMean } from "../../core/suggest.ts";
import { type Arguments, readBoolean } from "./arguments.ts";
import type { Values } from "./backends.ts";
import { type ConfdOption, OPTIONS, tomlKeys } from "./options.ts";

interface Given {
  readonly value: string | boolean | readonly string[];
  readonly label: string;
  /** What a wrong value is: variables stand for flags, and confd takes both for its command line. */
  readonly fault: "USAGE" | "CONFIG_INVALID";
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
    const found = flag !== undefined ? { value: flag, label: `--${option.name}`, fault: "USAGE" as const } : (fromEnv(option, env, extra) ?? fromToml(option, toml, tomlLabel));
    if (found !== undefined) values.set(option.name, { ...found, value: checked(option, found) });
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
  const given = { label: variable, fault: "USAGE" } as const;
  if (kind === "list") return { ...given, value: text.split(",").map((item) => item.trim()) };
  return { ...given, value: kind === "boolean" ? readBoolean(text, variable) : text };
}

function fromToml(option: ConfdOption, toml: Readonly<Record<string, unknown>>, label: (key: string) => string): Given | undefined {
  const key = tomlKeys(option).find((each) => Object.hasOwn(toml, each));
  if (key === undefined) return undefined;
  const given = { label: label(key), fault: "CONFIG_INVALID" } as const;
  const raw = toml[key];
  const refuse = (wanted: string) => new AppError("CONFIG_INVALID", `${label(key)}: this is not ${wanted}`, { hint: `Write ${key} = ${EXAMPLES[option.kind]}` });
  switch (option.kind) {
    case "boolean":
      if (typeof raw !== "boolean") throw refuse("a boolean");
      return { ...given, value: raw };
    case "list":
      if (typeof raw === "string") return { ...given, value: [raw] };
      if (!Array.isArray(raw) || raw.some((item) => typeof item !== "string")) throw refuse("a list of texts");
      return { ...given, value: raw as readonly string[] };
    case "seconds":
    case "number":
      if (typeof raw !== "number" && typeof raw !== "bigint" && typeof raw !== "string") throw refuse("a whole number");
      return { ...given, value: String(raw) };
    default:
      if (typeof raw !== "string") throw refuse(option.kind === "duration" ? "a duration" : "text");
      return { ...given, value: raw };
  }
}

const EXAMPLES: Readonly<Record<ConfdOption["kind"], string>> = { text: '"text"', list: '["http://127.0.0.1:2379"]', boolean: "true", seconds: "600", duration: '"2s"', number: "3" };

function checked({ kind, words }: ConfdOption, { value, label, fault }: Given): Given["value"] {
  if (typeof value !== "string") return value;
  if (kind === "duration") return duration(value, label, fault);
  if ((kind === "seconds" || kind === "number") && !/^\d+$/.test(value)) throw new AppError(fault, `${label}: "${value}" is not a whole number`, { hint: kind === "seconds" ? 'It is seconds, without a unit: "600"' : undefined });
  if (words !== undefined && !words.includes(value)) throw new AppError(fault, `${label}: "${value}" is not known`, { hint: didYouMean(value, words) ?? `One of: ${words.join(", ")}` });
  return value;
}

/** A duration of Go's as Remora writes it, who has no "us", "ns" and ".5s". */
function duration(text: string, label: string, fault: Given["fault"]): string {
  const parts = [...text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)];
  const whole = parts.map(([part]) => part).join("") === text.replace(/^\+/, "");
  if (text !== "0" && (parts.length === 0 || !whole)) throw new AppError(fault, `${label}: "${text}" is not a duration`, { hint: 'Write a number and a unit: "500ms", "2s", "1m30s", "24h"' });
  if (parts.every(([, count]) => Number(count) === 0)) return "0";
  return parts.map(([, count, unit = ""]) => (SMALL_MS[unit] === undefined ? `${Number(count)}${unit}` : `${Number(count) * SMALL_MS[unit]}ms`)).join("");
}

const SMALL_MS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3 };

/** Keys of a table of confd's that it would ignore, each with the nearest right one. */
export function unknownKeys(table: Readonly<Record<string, unknown>>, known: readonly string[]): readonly { readonly key: string; readonly hint: string | undefined }[] {
  return Object.keys(table).flatMap((key) => (known.includes(key) ? [] : [{ key, hint: didYouMean(key, known) }]));
}
