import { int, none, plainText, same, text } from "./arguments.ts";
import type { CallTranslation, FunctionTable } from "./calls.ts";
import { CONFD_FUNCTIONS } from "./confd-functions.ts";
import { belowCode, keyCode, pathOf } from "./consul-template-keys.ts";
import { SERVICE_CALLS } from "./consul-template-services.ts";
import { GO_CALLS } from "./go-functions.ts";
import { quoted } from "./nunjucks-text.ts";
import { BOOL, INT, JSON_VALUE, listOf, type Member, NoCounterpart, operand, TEXT, type Type, type Value } from "./values.ts";

const PAIR: Readonly<Record<string, Member>> = { Path: { code: 'trimPrefix($.key, "/")', type: TEXT, filled: true }, Value: { code: "$.value", type: TEXT } };
/** A pair of `ls`, whose keys go on from the directory. */
const BELOW: Type = { kind: "struct", name: "pair", members: { ...PAIR, Key: { code: "base($.key)", type: TEXT, filled: true } } };

const ENV_NOTE = "a variable that is set and empty is one that is not set, where envOrDefault keeps it";
const TRIM_NOTE = "white space around a text is what JavaScript takes for it: a byte order mark too, and not U+0085";

const DIFFERENT: Readonly<Record<string, string>> = {
  safeLs: "a list that is empty is not waited for in nunjucks",
  safeTree: "a list that is empty is not waited for in nunjucks",
  indent: "Go leaves lines alone that are empty",
  toJSON: "Go writes <, > and & as escapes",
  toJSONPretty: "Go writes <, > and & as escapes",
  timestamp: "the time has another form",
  regexMatch: "regular expressions are RE2's in Go, JavaScript's in nunjucks",
  regexReplaceAll: "regular expressions are RE2's in Go, JavaScript's in nunjucks",
};

const CALLS: Readonly<Record<string, CallTranslation>> = {
  ...GO_CALLS,
  ...SERVICE_CALLS,
  ...sprig(),
  key: ([name = none()], scope) => ({ code: `getv(${keyCode(name, scope)})`, type: TEXT }),
  keyExists: ([name = none()], scope) => ({ code: `exists(${keyCode(name, scope)})`, type: BOOL }),
  keyOrDefault: ([name = none(), otherwise = none()], scope) => orElse({ code: `getv(${keyCode(name, scope)}, "")`, type: TEXT }, plainText(otherwise)),
  ls: ([prefix = none()], scope) => ({ code: `gets(${belowCode(prefix, scope)})`, type: listOf(BELOW), from: "gets" }),
  tree: ([prefix = none()], scope) => ({ code: `tree(${keyCode(prefix, scope)})`, type: listOf(deepBelow(prefix)) }),
  env: same("getenv", ["text"], TEXT),
  envOrDefault: (args, scope) => {
    scope.note(ENV_NOTE);
    return same("getenv", ["text", "text"], TEXT)(args, scope);
  },
  parseJSON: ([value = none()]) => ({ code: `fromJson(${orElse(plainText(value), "null").code})`, type: JSON_VALUE }),
  parseBool: ([value = none()]) => ({ code: `parseBool(${orElse(plainText(value), "0").code})`, type: BOOL }),
  parseInt: ([value = none()]) => whole(value),
  add: same("add", ["int", "int"], INT, [1, 0]),
  subtract: same("sub", ["int", "int"], INT, [1, 0]),
  multiply: same("mul", ["int", "int"], INT, [1, 0]),
  divide: same("div", ["int", "int"], INT, [1, 0]),
  modulo: same("mod", ["int", "int"], INT, [1, 0]),
  loop: (bounds) => {
    if (bounds.length !== 1 && bounds.length !== 2) throw new NoCounterpart("loop without its bounds");
    return { code: `range(${bounds.map((bound) => (bound.type.kind === "text" ? whole(bound) : int(bound)).code).join(", ")})`, type: listOf(INT) };
  },
  toUpper: same("toUpper", ["text"], TEXT),
  toLower: same("toLower", ["text"], TEXT),
  trimPrefix: same("trimPrefix", ["text", "text"], TEXT, [1, 0]),
  trimSuffix: same("trimSuffix", ["text", "text"], TEXT, [1, 0]),
  trimSpace: ([value = none()], { note }) => trimmed(text(value), note),
  replaceAll: ([old = none(), replacement = none(), value = none()]) => {
    if (!old.literal) throw new NoCounterpart("replaceAll of what is not written out");
    return { code: `replace(${[text(value), old, text(replacement)].map(({ code }) => code).join(", ")})`, type: TEXT };
  },
  join: same("join", ["text", "texts"], TEXT, [1, 0]),
  split: ([separator = none(), value = none()], { note }) => {
    if (!separator.literal) throw new NoCounterpart("split by what is not written out");
    const inner = trimmed(plainText(value), note);
    const list = `split(${inner.code}, ${separator.code})`;
    // An empty text has no part in consul-template, and one in nunjucks.
    return { code: inner.literal ? list : `${list} if ${inner.code} else []`, type: listOf(TEXT), ...(inner.literal ? {} : { compound: true }) };
  },
  in: ([list = none(), value = none()]) => isIn(value, list),
  contains: ([value = none(), list = none()]) => isIn(value, list),
  base64Encode: same("base64Encode", ["text"], TEXT),
  base64Decode: same("base64Decode", ["text"], TEXT),
  sha256Hex: same("sha256", ["text"], TEXT),
};

/** What becomes of consul-template's functions. */
export const CONSUL_TEMPLATE_FUNCTIONS: FunctionTable = { calls: CALLS, different: DIFFERENT };

/** A pair of `tree`; of a directory that is put together its key has no beginning that is known. */
function deepBelow({ literal }: Value): Type {
  const below = literal === undefined ? undefined : pathOf(literal);
  return { kind: "struct", name: "pair", members: { ...PAIR, ...(below === undefined ? {} : { Key: { code: `trimPrefix($.key, ${quoted(below === "/" ? below : `${below}/`)})`, type: TEXT } }) } };
}

/** Those that confd has too, and means the same by. */
function sprig(): Readonly<Record<string, CallTranslation>> {
  const { toUpper, toLower, base64Encode, sha256sum, squote, default: or, coalesce, empty, ternary } = CONFD_FUNCTIONS.calls;
  const calls = { upper: toUpper, lower: toLower, b64enc: base64Encode, sha256sum, squote, default: or, coalesce, empty, ternary };
  return Object.fromEntries(Object.entries(calls).flatMap(([name, call]) => (call === undefined ? [] : [[`sprig_${name}`, call]])));
}

/** A text, or another one where it is empty. */
function orElse(value: Value, otherwise: Value | string): Value {
  const other = typeof otherwise === "string" ? { code: `"${otherwise}"`, type: TEXT, literal: otherwise } : otherwise;
  if (value.literal) return value;
  return other.literal === "" ? value : { code: `${operand(value)} or ${operand(other)}`, type: TEXT, compound: true };
}

/** The whole number that a text is; 0 for the empty one. */
function whole(value: Value): Value {
  return { code: `atoi(${orElse(plainText(value), "0").code})`, type: INT };
}

function trimmed(value: Value, note: (text: string) => void): Value {
  if (value.literal !== undefined && value.literal === value.literal.trim()) return value;
  note(TRIM_NOTE);
  return { code: `${operand(value)} | trim`, type: TEXT, compound: true };
}

function isIn(value: Value, list: Value): Value {
  if (value.type.kind !== "text") throw new NoCounterpart("a search for what is no text");
  if (list.type.kind === "text") return { code: `contains(${list.code}, ${value.code})`, type: BOOL };
  if (list.type.kind !== "list" || list.type.of.kind !== "text") throw new NoCounterpart("a search in what is no list of texts");
  return { code: `${operand(value)} in ${list.unsorted ?? operand(list)}`, type: BOOL, compound: true };
}
