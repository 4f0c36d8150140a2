import { keyCode, listingCode } from "./key-names.ts";
import { quoted } from "./nunjucks-text.ts";
import { BOOL, condition, INT, isJson, JSON_VALUE, listOf, NoCounterpart, operand, PAIR, sameType, TEXT, type Type, type Value } from "./values.ts";

/** What a call can be translated with, beside its arguments. */
export interface CallScope {
  /** The unit's keys. */
  readonly keys: readonly string[];
  /** Says that a translation is exact for most values and not for all. */
  note(text: string): void;
}

type Translation = (args: readonly Value[], scope: CallScope) => Value;

/** Why functions of confd are not translated that nunjucks has too. */
const DIFFERENT: Readonly<Record<string, string>> = {
  toJson: "Go writes <, > and & as escapes",
  toPrettyJson: "Go writes <, > and & as escapes",
  quote: "Go escapes other characters than nunjucks",
  datetime: "the time has another form",
  regexMatch: "regular expressions are RE2's in Go, JavaScript's in nunjucks",
  regexReplaceAll: "regular expressions are RE2's in Go, JavaScript's in nunjucks",
  sortByLength: "texts of the same length come in another order",
  sortKVByLength: "keys of the same length come in another order",
  html: "quotes are escaped otherwise",
};

/** Translates a call. Throws NoCounterpart. */
export function translateCall(name: string, args: readonly Value[], scope: CallScope): Value {
  const translation = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined;
  if (translation === undefined) throw new NoCounterpart(`the function ${name}${DIFFERENT[name] === undefined ? "" : `: ${DIFFERENT[name]}`}`);
  return translation(args, scope);
}

/** Functions of the same name and meaning in both languages. */
const SAME = {
  split: same("split", ["text", "text"], listOf(TEXT)),
  join: same("join", ["texts", "text"], TEXT),
  contains: same("contains", ["text", "text"], BOOL),
  toUpper: same("toUpper", ["text"], TEXT),
  toLower: same("toLower", ["text"], TEXT),
  trimPrefix: same("trimPrefix", ["text", "text"], TEXT),
  trimSuffix: same("trimSuffix", ["text", "text"], TEXT),
  indent: same("indent", ["int", "text"], TEXT),
  base: same("base", ["text"], TEXT),
  dir: same("dir", ["text"], TEXT),
  getenv: same("getenv", ["text", "text?"], TEXT),
  atoi: same("atoi", ["text"], INT),
  parseBool: same("parseBool", ["text"], BOOL),
  seq: same("seq", ["int", "int"], listOf(INT)),
  add: same("add", ["int", "int"], INT),
  sub: same("sub", ["int", "int"], INT),
  mul: same("mul", ["int", "int"], INT),
  div: same("div", ["int", "int"], INT),
  mod: same("mod", ["int", "int"], INT),
  base64Encode: same("base64Encode", ["text"], TEXT),
  base64Decode: same("base64Decode", ["text"], TEXT),
  sha256sum: same("sha256", ["text"], TEXT),
  lookupIP: same("lookupIP", ["text"], listOf(TEXT)),
  lookupIPV4: same("lookupIPV4", ["text"], listOf(TEXT)),
  lookupIPV6: same("lookupIPV6", ["text"], listOf(TEXT)),
  json: same("json", ["text"], { kind: "json map" }),
  jsonArray: same("jsonArray", ["text"], { kind: "json list" }),
  fromJson: same("fromJson", ["text"], JSON_VALUE),
};

const CALLS: Readonly<Record<string, Translation>> = {
  ...SAME,
  exists: ([key = none()]) => ({ code: `exists(${keyCode(text(key))})`, type: BOOL }),
  get: ([key = none()]) => ({ code: `get(${keyCode(text(key))})`, type: PAIR }),
  getv: ([key = none(), otherwise]) => ({ code: `getv(${keyCode(text(key))}${otherwise === undefined ? "" : `, ${text(otherwise).code}`})`, type: TEXT }),
  gets: ([glob = none()], { keys }) => ({ code: `gets(${listingCode(text(glob), keys, "glob")})`, type: listOf(PAIR), from: "gets" }),
  getvs: ([glob = none()], { keys }) => ({ code: `getvs(${listingCode(text(glob), keys, "glob")})`, type: listOf(TEXT), from: "getvs" }),
  ls: ([path = none()], { keys }) => ({ code: `ls(${listingCode(text(path), keys, "path")})`, type: listOf(TEXT), from: "ls" }),
  lsdir: ([path = none()], { keys }) => ({ code: `lsdir(${listingCode(text(path), keys, "path")})`, type: listOf(TEXT), from: "ls" }),
  replace: ([value = none(), old = none(), replacement = none(), times = none()]) => {
    if (text(old).literal === undefined || old.literal === "") throw new NoCounterpart("replace of what is not written out");
    return { code: `replace(${[text(value), old, text(replacement), int(times)].map(({ code }) => code).join(", ")})`, type: TEXT };
  },
  squote: ([value = none()]) => ({ code: `"'" ~ ${operand(text(value))} ~ "'"`, type: TEXT, compound: true }),
  reverse: ([list = none()], { note }) => {
    if (list.from === "gets") note("reverse has no effect on what gets gives, as in confd, and was left out");
    if (list.from === "gets") return list;
    if (list.type.kind !== "list" || list.type.of.kind !== "text") throw new NoCounterpart("reverse of this");
    return { code: `reverse(${list.code})`, type: list.type };
  },
  map: (args) => record(args),
  dict: (args) => record(args),
  list: (args) => {
    const [first] = args;
    if (first === undefined || args.some(({ type }) => !sameType(type, first.type))) throw new NoCounterpart("a list of several types");
    return { code: `[${args.map(({ code }) => code).join(", ")}]`, type: listOf(first.type) };
  },
  default: ([otherwise = none(), value = none()]) => either([value, otherwise]),
  coalesce: (args) => {
    if (!args.at(-1)?.literal) throw new NoCounterpart("coalesce that may give nothing");
    return either(args);
  },
  empty: ([value = none()]) => ({ code: `not (${condition(value)})`, type: BOOL, compound: true }),
  ternary: ([yes = none(), no = none(), test = none()]) => {
    if (!sameType(yes.type, no.type) || test.type.kind !== "bool") throw new NoCounterpart("ternary of several types");
    return { code: `${operand(yes)} if ${condition(test)} else ${operand(no)}`, type: yes.type, compound: true };
  },
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

type Kind = "text" | "text?" | "int" | "texts";

function same(name: string, kinds: readonly Kind[], type: Type): Translation {
  return (args) => {
    const needed = kinds.filter((kind) => !kind.endsWith("?")).length;
    if (args.length < needed || args.length > kinds.length) throw new NoCounterpart(`${name} of ${args.length} arguments`);
    args.forEach((arg, index) => ({ text, "text?": text, int, texts })[kinds[index] as Kind](arg));
    return { code: `${name}(${args.map(({ code }) => code).join(", ")})`, type };
  };
}

function none(): never {
  throw new NoCounterpart("a call without the arguments that it needs");
}

/** What was parsed from JSON may be a text; anything else is an error of Go's where a text is needed. */
function text(value: Value): Value {
  if (value.type.kind !== "text" && value.type.kind !== "json") throw new NoCounterpart("something that is no text where a text is needed");
  return value;
}

function int(value: Value): Value {
  if (value.type.kind !== "int") throw new NoCounterpart("something that is no whole number where one is needed");
  return value;
}

function texts(value: Value): Value {
  if (value.type.kind !== "list" || value.type.of.kind !== "text") throw new NoCounterpart("something that is no list of texts where one is needed");
  return value;
}

function record(args: readonly Value[]): Value {
  const fields: Record<string, Type> = {};
  for (let at = 0; at < args.length; at += 2) {
    const [name, value] = [args[at]?.literal, args[at + 1]];
    if (name === undefined || value === undefined) throw new NoCounterpart("a map whose keys are not written out");
    fields[name] = value.type;
  }
  return { code: `map(${args.map(({ code }) => code).join(", ")})`, type: { kind: "record", fields } };
}

/** The first that is not empty, else the last. */
function either(args: readonly Value[]): Value {
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

function order(operator: string): Translation {
  return ([one = none(), other = none()]) => {
    if (one.type.kind !== "int" || other.type.kind !== "int") throw new NoCounterpart("an order of what are no whole numbers");
    return { code: `${operand(one)} ${operator} ${operand(other)}`, type: BOOL, compound: true };
  };
}

function indexed(value: Value, place: Value, note: CallScope["note"]): Value {
  if (value.type.kind === "list") return { code: `${operand(value)}[${int(place).code}]`, type: value.type.of };
  if (!isJson(value.type)) throw new NoCounterpart("index of this");
  if (place.type.kind !== "int" && place.type.kind !== "text") throw new NoCounterpart("index by this");
  note(JSON_NOTE);
  return { code: `${operand(value)}[${place.code}]`, type: JSON_VALUE };
}

export const JSON_NOTE = "members of JSON print as nunjucks prints them: whole numbers of a million and more in digits, where Go writes 1e+06, and null as nothing; one that is missing is an error, where Go writes <no value>";

function concatenated(parts: readonly Value[]): Value {
  const [first, ...others] = parts;
  if (first === undefined) return { code: '""', type: TEXT, literal: "" };
  if (others.length === 0 && first.type.kind === "text") return first;
  if (parts.every(({ literal }) => literal !== undefined)) return literalText(parts.map(({ literal }) => literal).join(""));
  // A number alone becomes text by what it is joined to.
  const all = others.length === 0 ? [first, literalText("")] : parts;
  return { code: all.map(operand).join(" ~ "), type: TEXT, compound: true, head: first.literal ?? first.head };
}

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
