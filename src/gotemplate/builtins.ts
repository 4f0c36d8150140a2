import { equal, less } from "./compare.ts";
import { escapeHtml, escapeJs, escapeQuery } from "./escape.ts";
import { ANY_VALUE, convert, type GoFunction, parameterType, signatureOf, withSignature } from "./functions.ts";
import { indexOf, lengthOf, sliceOf } from "./collections.ts";
import { isTrue, kindOf, typeOf, unpack } from "./values.ts";
import { sprint, sprintf, sprintln } from "./printf.ts";

type Values = unknown[];

/** The functions that every template has. */
export const BUILTINS: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ["and", withSignature(unreachable, ANY_VALUE, `...${ANY_VALUE}`)],
  ["call", withSignature(unreachable, ANY_VALUE, `...${ANY_VALUE}`)],
  ["html", text(escapeHtml)],
  ["index", withSignature(indexOf, ANY_VALUE, `...${ANY_VALUE}`)],
  ["slice", withSignature(sliceOf, ANY_VALUE, `...${ANY_VALUE}`)],
  ["js", text(escapeJs)],
  ["len", withSignature(lengthOf, ANY_VALUE)],
  ["not", withSignature((value: unknown) => !isTrue(value), ANY_VALUE)],
  ["or", withSignature(unreachable, ANY_VALUE, `...${ANY_VALUE}`)],
  ["print", withSignature((...values: Values) => sprint(values), "...interface {}")],
  ["printf", withSignature((format: string, ...values: Values) => sprintf(format, values), "string", "...interface {}")],
  ["println", withSignature((...values: Values) => sprintln(values), "...interface {}")],
  ["urlquery", text(escapeQuery)],
  ["eq", withSignature(equal, ANY_VALUE, `...${ANY_VALUE}`)],
  ["ne", comparison((one, other) => !equal(one, other))],
  ["lt", comparison(less)],
  ["le", comparison((one, other) => less(one, other) || equal(one, other))],
  ["gt", comparison((one, other) => !less(one, other) && !equal(one, other))],
  ["ge", comparison((one, other) => !less(one, other))],
]);

const builtins = new Set(BUILTINS.values());

export function isBuiltin(call: GoFunction): boolean {
  return builtins.has(call);
}

/** The `call` of Go for a function that the template names so. */
export function callValue(name: string): (...args: Values) => unknown {
  return (packed, ...args) => {
    const value = unpack(packed);
    if (value === undefined) throw new Error("call of nil");
    if (kindOf(value) !== "func") throw new Error(`non-function ${name} of type ${typeOf(value)}`);
    const signature = signatureOf(value as GoFunction);
    const wanted = signature.params.length;
    if (args.length < wanted || (signature.rest === undefined && args.length > wanted)) {
      throw new Error(`wrong number of args for ${name}: got ${args.length} want ${signature.rest === undefined ? "" : "at least "}${wanted}`);
    }
    return (value as (...args: Values) => unknown)(...args.map((arg, index) => prepare(unpack(arg), parameterType(signature, index), index)));
  };
}

function prepare(value: unknown, type: string, index: number): unknown {
  const converted = convert(value, type);
  if ("value" in converted) return converted.value;
  throw new Error(value === undefined ? `arg ${index}: value is nil; should be of type ${type}` : `arg ${index}: value has type ${typeOf(value)}; should be ${type}`);
}

/** Takes the text of all its arguments, as print has it. */
function text(escape: (text: string) => string): GoFunction {
  const call = (...values: Values) => escape(sprint(values.map((value) => (value === null && values.length > 0 ? "<no value>" : value))));
  return withSignature(call, "...interface {}");
}

function comparison(compare: (one: unknown, other: unknown) => boolean): GoFunction {
  return withSignature(compare, ANY_VALUE, ANY_VALUE);
}

function unreachable(): never {
  throw new Error("unreachable: evaluated where it is called");
}
