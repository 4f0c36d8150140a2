import { Interface, type Kind, kindOf, typeOf, underlyingType, unpack, zeroOf } from "./values.ts";

/** A function of a template: Go's values as values.ts has them; what it throws is the error of the template. */
export type GoFunction = (...args: never[]) => unknown;

interface Signature {
  readonly params: readonly string[];
  /** The type of each further argument. */
  readonly rest: string | undefined;
}

/** The type of parameters that take everything as it is, also "no value". */
export const ANY_VALUE = "reflect.Value";
const ANYTHING = "interface {}";

const signatures = new WeakMap<GoFunction, Signature>();

/** Says which types the parameters have in Go: `withSignature(split, "string", "string")`; "...string" at the end takes any number. */
export function withSignature<F extends GoFunction>(call: F, ...params: readonly string[]): F {
  const last = params.at(-1);
  const rest = last?.startsWith("...") ? last.slice(3) : undefined;
  signatures.set(call, { params: rest === undefined ? params : params.slice(0, -1), rest });
  return call;
}

/** The signature that was given, or one that takes anything. */
export function signatureOf(call: GoFunction): Signature {
  return signatures.get(call) ?? { params: [], rest: ANYTHING };
}

/** The type of the parameter that takes this argument. */
export function parameterType({ params, rest }: Signature, index: number): string {
  return params[index] ?? rest ?? ANYTHING;
}

export function canBeNil(type: string): boolean {
  return type === ANYTHING || type === ANY_VALUE || type.startsWith("[]") || type.startsWith("map[") || type.startsWith("func(");
}

/** What a function is given for a value, or the sentence why it does not take it. */
export function convert(value: unknown, type: string): { readonly value: unknown } | { readonly problem: string } {
  if (type === ANY_VALUE) return { value };
  if (type === ANYTHING) return { value: unpack(value) ?? null };
  if (value === undefined) return canBeNil(type) ? { value: zeroOf(type) } : { problem: `invalid value; expected ${type}` };
  const inner = value instanceof Interface && value.value !== null ? value.value : value;
  if (typeOf(inner) === type || underlyingType(typeOf(inner)) === type || (type.startsWith("func(") && kindOf(inner) === "func")) return { value: inner };
  return { problem: `wrong type for value; expected ${type}; got ${typeOf(inner)}` };
}

/** Which kind a literal must be of for a parameter of this type. */
export function literalKind(type: string): Kind | undefined {
  if (type === "bool" || type === "string") return type;
  if (/^float(32|64)$/.test(type)) return "float";
  return /^u?int\d*$/.test(type) ? (type.startsWith("u") ? "uint" : "int") : undefined;
}
