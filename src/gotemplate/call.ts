import { ANY_VALUE, type GoFunction, parameterType, signatureOf } from "./functions.ts";
import { evalArgument, validate } from "./eval.ts";
import { type Expression, type Node, nodeText } from "./nodes.ts";
import { callValue, isBuiltin } from "./builtins.ts";
import { isTrue, typeOf, unpack } from "./values.ts";
import { AppError, reason } from "../core/error.ts";
import type { State } from "./state.ts";

const CHARACTERS_A_STEP = 1_000;
const ITEMS_A_STEP = 10;

/** Where no value came through the pipe. */
export const MISSING = Symbol("missing");

interface Call {
  readonly name: string;
  readonly call: GoFunction;
  /** What an error of the function is about. */
  readonly node: Node;
  /** The function itself and its arguments; empty where it stands as an argument. */
  readonly args: readonly Expression[];
  readonly final: unknown;
}

/** Evaluates the arguments, checks them against the signature and calls. */
export function callFunction(state: State, dot: unknown, { name, call, node, args: [, ...args], final }: Call): unknown {
  const signature = signatureOf(call);
  const given = args.length + (final === MISSING ? 0 : 1);
  const wanted = signature.params.length;
  if (signature.rest === undefined && given !== wanted) state.fail(`wrong number of args for ${name}: want ${wanted} got ${given}`);
  if (given < wanted) state.fail(`wrong number of args for ${name}: want at least ${wanted} got ${args.length}`);
  if ((name === "and" || name === "or") && isBuiltin(call)) return evalLogic(state, dot, name, args, final);

  const values = args.map((arg, index) => evalArgument(state, dot, parameterType(signature, index), arg));
  if (final !== MISSING) values.push(validate(state, final, parameterType(signature, args.length)));
  const callee = name === "call" && isBuiltin(call) ? callValue(args[0] === undefined ? valueName(final) : nodeText(args[0])) : call;
  state.step();
  return guarded(state, name, node, () => (callee as (...args: unknown[]) => unknown)(...values));
}

/** What Go calls a function that came through the pipe. */
function valueName(packed: unknown): string {
  const value = unpack(packed);
  if (value === undefined) return "<invalid Value>";
  return typeof value === "string" ? value : `<${typeOf(value)} Value>`;
}

/** `and` and `or` evaluate no more than they need. */
function evalLogic(state: State, dot: unknown, name: "and" | "or", args: readonly Expression[], final: unknown): unknown {
  let value: unknown;
  for (const arg of args) {
    value = evalArgument(state, dot, ANY_VALUE, arg);
    if (isTrue(value) === (name === "or")) return value;
  }
  return final === MISSING ? value : final;
}

function guarded(state: State, name: string, node: Node, call: () => unknown): unknown {
  let result: unknown;
  try {
    result = call();
  } catch (thrown) {
    state.at(node);
    // What Remora itself says, of a missing key for one, holds no values.
    const what = thrown instanceof AppError ? thrown.message : thrown instanceof RangeError && /stack|deeply/.test(thrown.message) ? "nested too deeply" : state.shown(reason(thrown));
    return state.fail(`error calling ${name}: ${what}`, thrown);
  }
  if (typeof result === "string" && result.length > state.run.limits.length) {
    state.at(node);
    state.fail(`error calling ${name}: exceeded maximum length of a string (${state.run.limits.length})`);
  }
  state.step(cost(result));
  return result ?? undefined;
}

/** What was made, in steps. */
function cost(result: unknown): number {
  return typeof result === "string" ? Math.ceil(result.length / CHARACTERS_A_STEP) : Array.isArray(result) ? Math.ceil(result.length / ITEMS_A_STEP) : 0;
}
