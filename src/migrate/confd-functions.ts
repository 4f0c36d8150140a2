import { int, none, same, text } from "./arguments.ts";
import type { CallTranslation, FunctionTable } from "./calls.ts";
import { either, GO_CALLS } from "./go-functions.ts";
import { keyCode, listingCode } from "./key-names.ts";
import { BOOL, condition, INT, JSON_VALUE, listOf, NoCounterpart, operand, PAIR, sameType, TEXT, type Type, type Value } from "./values.ts";

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

const CALLS: Readonly<Record<string, CallTranslation>> = {
  ...GO_CALLS,
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
  squote: ([value = none(), ...others]) => {
    if (others.length > 0) throw new NoCounterpart("squote of several texts");
    return { code: `"'" ~ ${operand(text(value))} ~ "'"`, type: TEXT, compound: true };
  },
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
};

/** What becomes of confd's functions. */
export const CONFD_FUNCTIONS: FunctionTable = { calls: CALLS, different: DIFFERENT };

function record(args: readonly Value[]): Value {
  const fields: Record<string, Type> = {};
  for (let at = 0; at < args.length; at += 2) {
    const [name, value] = [args[at]?.literal, args[at + 1]];
    if (name === undefined || value === undefined) throw new NoCounterpart("a map whose keys are not written out");
    fields[name] = value.type;
  }
  return { code: `map(${args.map(({ code }) => code).join(", ")})`, type: { kind: "record", fields } };
}
