import { int, none, text } from "./arguments.ts";
import type { CallScope, CallTranslation } from "./calls.ts";
import { quoted } from "./nunjucks-text.ts";
import { BOOL, condition, INT, isJson, JSON_VALUE, NoCounterpart, operand, sameType, TEXT, textIn, type Value } from "./values.ts";

/** What Go's own functions become, which all kinds of templates have. */
export const GO_CALLS: Readonly<Record<string, CallTranslation>> = {
  not: ([value = none()]) => ({ code: `not (${condition(value)})`, type: BOOL, compound: true }),
  and: (args) => junction("and", args),
  or: (args) => junction("or", args),
  eq: ([one = none(), ...others]) => {
    const each = others.map((other) => comparison("==", one, other));
    return each.length === 1 ? { code: each[0] as string, type: BOOL, compound: true } : { code: each.map((code) => `(${code})`).join(" or "), type: BOOL, compound: true };
  },
  ne: ([one = none(), other = none()]) => ({ code: comparison("!=", one, other), type: BOOL, compound: true }),
  lt: order("<"),
  le: order("<="),
  gt: order(">"),
  ge: order(">="),
  len: ([value = none()]) => {
    if (value.type.kind !== "list") throw new NoCounterpart(value.type.kind === "text" ? "len of a text, which counts bytes" : "len of this");
    return { code: `${operand(value)} | length`, type: INT, compound: true };
  },
  index: ([value = none(), ...places], { note }) => places.reduce((from, place) => indexed(from, place, note), value),
  print: (args) => {
    if (args.some(({ type }) => type.kind !== "text")) throw new NoCounterpart("print of what is no text");
    return concatenated(args);
  },
  printf: ([format = none(), ...args], scope) => formatted(format, args, scope),
};

/** The first that is not empty, else the last. */
export function either(args: readonly Value[]): Value {
  const [first] = args;
  if (first === undefined || args.some(({ type }) => !sameType(type, first.type)) || !["text", "int", "bool"].includes(first.type.kind)) throw new NoCounterpart("a choice between values of several types");
  return { code: args.map(operand).join(" or "), type: first.type, compound: true };
}

function junction(word: "and" | "or", args: readonly Value[]): Value {
  const [first] = args;
  if (first === undefined) throw new NoCounterpart(`${word} of nothing`);
  const isPlain = args.every(({ type }) => sameType(type, first.type)) && ["text", "int", "bool"].includes(first.type.kind);
  const test = args.map((arg) => `(${condition(arg)})`).join(` ${word} `);
  return { code: args.map(operand).join(` ${word} `), type: isPlain ? first.type : { kind: "mixed" }, compound: true, ...(isPlain ? {} : { condition: test }) };
}

function comparison(operator: "==" | "!=", one: Value, other: Value): string {
  const kinds = [one.type.kind, other.type.kind];
  if (kinds[0] === kinds[1] && ["text", "int", "bool"].includes(kinds[0] as string)) return `${operand(one)} ${operator} ${operand(other)}`;
  const json = [one, other].find(({ type }) => type.kind === "json");
  const literal = [one, other].find((value) => value !== json)?.literal;
  if (json !== undefined && literal !== undefined && literal !== "") return `(${operand(json)} | default("")) ${operator} ${quoted(literal)}`;
  throw new NoCounterpart("a comparison of these types");
}

function order(operator: string): CallTranslation {
  return ([one = none(), other = none()]) => {
    if (one.type.kind !== "int" || other.type.kind !== "int") throw new NoCounterpart("an order of what are no whole numbers");
    return { code: `${operand(one)} ${operator} ${operand(other)}`, type: BOOL, compound: true };
  };
}

function indexed(value: Value, place: Value, note: CallScope["note"]): Value {
  if (value.type.kind === "list") return { code: `${operand(value)}[${int(place).code}]`, type: value.type.of };
  if (value.type.kind === "text map") return textIn(value, text(place));
  if (!isJson(value.type)) throw new NoCounterpart("index of this");
  if (place.type.kind !== "int" && place.type.kind !== "text") throw new NoCounterpart("index by this");
  note(JSON_NOTE);
  return { code: `${operand(value)}[${place.code}]`, type: JSON_VALUE };
}

/** What of JSON is exact for nearly all values. */
export const JSON_NOTE = "members of JSON print as nunjucks prints them: whole numbers of a million and more in digits, where Go writes 1e+06, and null as nothing; one that is missing is an error, where Go writes <no value>";

export const JSON_LOOP_NOTE = "a loop over JSON is one over a list, where Go goes over the members of an object too";

/** Texts and what prints as one, one behind the other. */
export function concatenated(parts: readonly Value[]): Value {
  const [first, ...others] = parts;
  if (first === undefined) return { code: '""', type: TEXT, literal: "" };
  if (others.length === 0 && first.type.kind === "text") return first;
  if (parts.every(({ literal }) => literal !== undefined)) return literalText(parts.map(({ literal }) => literal).join(""));
  // A number alone becomes text by what it is joined to.
  const all = others.length === 0 ? [first, literalText("")] : parts;
  return { code: all.map(operand).join(" ~ "), type: TEXT, compound: true, head: first.literal ?? first.head, ...(parts.some(isFilled) ? { filled: true } : {}) };
}

function isFilled({ literal = "", filled }: Value): boolean {
  return filled === true || /[^/]/.test(literal);
}

/** A text that is written out. Throws NoCounterpart for one that is not UTF-8. */
export function literalText(value: string): Value {
  if (/[\ud800-\udfff]/u.test(value)) throw new NoCounterpart("a text that is not UTF-8");
  return { code: quoted(value), type: TEXT, literal: value, head: value };
}

function formatted(format: Value, args: readonly Value[], { note }: CallScope): Value {
  if (format.literal === undefined) throw new NoCounterpart("printf with a format that is not written out");
  const rest = [...args];
  const parts = format.literal.split(/(%[^a-zA-Z%]*[a-zA-Z%])/).flatMap((part, index) => {
    if (part === "") return [];
    if (index % 2 === 0) return [literalText(part)];
    if (part === "%%") return [literalText("%")];
    const value = rest.shift();
    if (value === undefined || !(VERBS[part] ?? []).includes(value.type.kind)) throw new NoCounterpart(`printf with ${part}${value === undefined ? " and no value for it" : ""}`);
    if (value.type.kind === "json") note(JSON_NOTE);
    return [value];
  });
  if (rest.length > 0) throw new NoCounterpart("printf with more values than its format has");
  return concatenated(parts);
}

const VERBS: Readonly<Record<string, readonly string[]>> = { "%s": ["text", "json"], "%d": ["int"], "%v": ["text", "int", "bool", "json"], "%t": ["bool"] };
