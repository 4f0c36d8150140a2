import * as v from "valibot";
import { type Duration, toDuration } from "../core/duration.ts";
import { AppError } from "../core/error.ts";
import { type Key, toKey } from "../core/key.ts";
import { didYouMean } from "../core/suggest.ts";
import type { TypeInfo, ValueSchema } from "./setting.ts";

/** Any text. */
export const text: ValueSchema<string> = schema(v.string(notA("text")), { type: "text" });

/** Text of at least one letter. */
export const name: ValueSchema<string> = schema(v.pipe(v.string(notA("name")), v.nonEmpty(notA("name"))), { type: "name" });

/** A file or directory, taken from where the setting was written. */
export const path: ValueSchema<string> = schema(v.pipe(v.string(notA("path")), v.nonEmpty(notA("path"))), { type: "path" });

/** A path that begins with "/". */
export const absolutePath: ValueSchema<string> = schema(v.pipe(v.string(notA("path")), v.startsWith("/", notA("absolute path"))), {
  type: "absolute path",
  hint: 'Begin it with "/"',
});

/** Yes or no; in an environment variable "true" or "false". */
export const yesOrNo: ValueSchema<boolean> = schema(
  v.pipe(v.union([v.boolean(), v.literal("true"), v.literal("false")], notA("boolean")), v.transform((raw) => raw === true || raw === "true")),
  { type: "boolean", hint: "Write true or false" },
);

const DURATION_HINT = 'Write a number and a unit: "100ms", "2s", "1m30s", "24h"';

/** A span of time; 0 needs no unit and no quotes. */
export const duration: ValueSchema<Duration> = schema(v.pipe(v.union([v.string(), v.literal(0)], notA("duration")), v.transform((raw) => toDuration(String(raw)))), {
  type: "duration",
  hint: DURATION_HINT,
});

/** A span of time within bounds in milliseconds. */
export function durationBetween(min: string, max?: string): ValueSchema<Duration> {
  const inside = (ms: number) => ms >= toDuration(min) && (max === undefined || ms <= toDuration(max));
  const bounds = max === undefined ? `at least ${min}` : `between ${min} and ${max}`;
  const bounded = v.pipe(v.string(notA("duration")), v.check((raw) => inside(toDuration(raw)), (issue) => `${quote(issue.input)} is not ${bounds}`), v.transform(toDuration));
  return schema(bounded, { type: "duration", hint: DURATION_HINT });
}

/** A key or prefix of the default backend. */
export const key: ValueSchema<Key> = schema(v.pipe(v.string(notA("key")), v.regex(/^(?![\w-]+:)/, notA("key")), v.transform(toKey)), {
  type: "key",
  hint: 'Write a path without a backend\'s name: "/production"',
});

/** Permission bits, in octal text alone: 644 and 0o644 look alike and are different numbers. */
export const mode: ValueSchema<number> = schema(
  v.pipe(v.string(notA("mode")), v.regex(/^[0-7]{3,4}$/, notA("mode")), v.transform((octal) => Number.parseInt(octal, 8))),
  { type: "mode", hint: 'Write octal digits in quotes: "0644"' },
);

/** A user or group id; -1 is unset, as in confd. */
export const id: ValueSchema<number> = schema(v.pipe(v.number(notA("id")), v.integer(notA("id")), v.minValue(-1, notA("id"))), {
  type: "number",
  hint: "Write a whole number without quotes, or a name as owner or group",
});

/** A whole number within bounds. */
export function wholeNumber(min: number, max: number): ValueSchema<number> {
  const type = `whole number from ${min} to ${max}`;
  return schema(v.pipe(v.number(notA(type)), v.integer(notA(type)), v.minValue(min, notA(type)), v.maxValue(max, notA(type))), { type });
}

const HIGHEST_PORT = 65_535;

/** A port, or a list of them; read as a list. */
export const ports: ValueSchema<readonly number[]> = schema(
  v.pipe(
    v.union([v.number(), v.array(v.number())], notA("port")),
    v.transform((raw) => [raw].flat()),
    v.nonEmpty(() => "the list is empty"),
    v.check((all) => all.every((port) => Number.isInteger(port) && port >= 1 && port <= HIGHEST_PORT), ({ input }) => `${[input].flat().join(", ")} is not a port`),
    v.check((all) => new Set(all).size === all.length, () => "a port is named twice"),
  ),
  { type: "port", hint: "Write a number from 1 to 65535, or a list of them: [5000, 5001]" },
);

/** A table of texts. */
export const record: ValueSchema<Readonly<Record<string, string>>> = schema(v.record(v.string(), v.union([v.string()], notA("text")), notA("table of texts")), {
  type: "table of texts",
  hint: 'Write { zone = "eu", weight = "5" }',
});

/** One of a few numbers. */
export function oneOfNumbers<const Choice extends number>(choices: readonly Choice[]): ValueSchema<Choice> {
  const type = `one of ${choices.join(", ")}`;
  return schema(v.picklist(choices, ({ input }) => `${quote(input)} is not ${type}`), { type });
}

/** A user or group: a name, or a number. */
export const account: ValueSchema<string | number> = schema(
  v.pipe(
    v.union([v.string(), v.number()], notA("name")),
    v.check((raw) => /^(?!-)./.test(String(raw)) && !(typeof raw === "number" && !Number.isInteger(raw)), notA("name")),
    v.transform((raw) => (/^\d+$/.test(String(raw)) ? Number(raw) : raw)),
  ),
  { type: "name" },
);

/** An http or https address, without credentials. */
export const url: ValueSchema<string> = schema(v.pipe(v.string(notA("URL")), v.check((raw) => !hasCredentials(raw), () => "an address holds no credentials"), v.check(isHttpUrl, notA("URL"))), {
  type: "URL",
  hint: 'Write scheme, host and port alone: "http://127.0.0.1:2379"',
});

function isHttpUrl(raw: string): boolean {
  return /^https?:\/\//.test(raw) && URL.canParse(raw);
}

/** Whether text has "user:password@" in it, and so must not be shown. */
export function hasCredentials(raw: string): boolean {
  return /:\/\/[^/\s"']*@/.test(raw);
}

/** A list of at least one. */
export function listOf<Output>(item: ValueSchema<Output>): ValueSchema<readonly Output[]> {
  const { type, hint } = v.getMetadata(item) as unknown as TypeInfo;
  const choices = /^one of (.*)$/.exec(type)?.[1];
  const types = choices === undefined ? `list of ${type}s` : `any of ${choices}`;
  return schema(v.pipe(v.array(item, notA(choices === undefined ? types : "list")), v.nonEmpty(() => "the list is empty")), { type: types, hint, list: true });
}

/** A list of texts, which may be empty. */
export const texts: ValueSchema<readonly string[]> = schema(v.array(v.string(notA("text")), notA("list")), {
  type: "list of texts",
  list: true,
  hint: 'Write a list in brackets: ["/services/web"]',
});

/** One of a few words. */
export function oneOf<const Word extends string>(words: readonly Word[], type: string): ValueSchema<Word> {
  const choose = (raw: string): Word => {
    const found = words.find((word) => word === raw);
    if (found !== undefined) return found;
    throw new AppError("CONFIG_INVALID", `${quote(raw)} is not a ${type}`, { hint: didYouMean(raw, words) ?? `One of: ${words.join(", ")}` });
  };
  return schema(v.pipe(v.string(notA(type)), v.transform(choose)), { type: `one of ${words.join(", ")}`, hint: `One of: ${words.join(", ")}` });
}

const SIGNALS = "HUP INT QUIT ABRT KILL USR1 PIPE ALRM TERM CHLD CONT STOP TSTP TTIN TTOU URG WINCH IO PWR USR2".split(" ");

/** A signal's name, "HUP" or "SIGHUP"; read as "SIGHUP". */
export const signal: ValueSchema<string> = schema(v.pipe(v.string(notA("signal")), v.transform(toSignal)), { type: "signal", hint: 'Write its name in quotes: "HUP"' });

/** What a change means to the app that is supervised. */
export type OnChange = { readonly kind: "reload" | "restart" | "none" } | { readonly kind: "signal"; readonly signal: string };

/** "reload", "restart", "none" or "signal:NAME". */
export const onChange: ValueSchema<OnChange> = schema(v.pipe(v.string(notA("choice")), v.transform(toOnChange)), {
  type: "one of reload, signal:NAME, restart, none",
  hint: 'Write "reload", "signal:HUP", "restart" or "none"',
});

function toOnChange(raw: string): OnChange {
  if (raw.startsWith("signal:")) return { kind: "signal", signal: toSignal(raw.slice("signal:".length)) };
  if (raw === "reload" || raw === "restart" || raw === "none") return { kind: raw };
  throw new AppError("CONFIG_INVALID", `${quote(raw)} is not a choice`, { hint: didYouMean(raw, ["reload", "restart", "none", "signal:HUP"]) ?? "One of: reload, signal:NAME, restart, none" });
}

function toSignal(raw: string): string {
  const short = raw.toUpperCase().replace(/^SIG/, "");
  if (SIGNALS.includes(short)) return `SIG${short}`;
  throw new AppError("CONFIG_INVALID", `${quote(raw)} is not a signal`, { hint: didYouMean(short, SIGNALS) ?? `One of: ${SIGNALS.join(", ")}` });
}

/** Gives a schema its type's name and the hint of its errors. */
export function schema<Output>(inner: ValueSchema<Output>, info: TypeInfo): ValueSchema<Output> {
  return v.pipe(inner, v.metadata({ ...info })) as unknown as ValueSchema<Output>;
}

/** A message for valibot: '"quick" is not a duration'. */
export function notA(type: string): (issue: { readonly input: unknown }) => string {
  const article = type === "text" ? "" : /^[aeio]/.test(type) ? "an " : "a ";
  return ({ input }) => `${quote(input)} is not ${article}${type}`;
}

function quote(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "a table" : JSON.stringify(value);
}
