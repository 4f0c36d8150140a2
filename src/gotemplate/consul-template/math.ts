import type { GoFunctionDefinition } from "../engine/definition.ts";
import { sprintf } from "../printf.ts";
import { GoInteger, integerOf, kindOf } from "../values.ts";
import { fn } from "./definition.ts";

interface Operation {
  readonly whole: (a: bigint, b: bigint) => bigint;
  /** Without, only whole numbers are taken. */
  readonly floating?: (a: number, b: number) => number;
}

export const MATH_FUNCTIONS: readonly GoFunctionDefinition[] = [
  arithmetic("add", "The sum", "{{5 | add 2}}", { whole: (a, b) => a + b, floating: (a, b) => a + b }),
  arithmetic("subtract", "The second number less the first", "{{5 | subtract 2}}", { whole: (a, b) => a - b, floating: (a, b) => a - b }),
  arithmetic("multiply", "The product", "{{5 | multiply 2}}", { whole: (a, b) => a * b, floating: (a, b) => a * b }),
  arithmetic("divide", "The second number by the first, of whole numbers cut towards zero", "{{5 | divide 2}}", { whole: (a, b) => a / divisor(b), floating: (a, b) => a / b }),
  arithmetic("modulo", "What is left of the second number divided by the first; whole numbers alone", "{{5 | modulo 2}}", { whole: (a, b) => a % divisor(b) }),
  arithmetic("minimum", "The smaller one", "{{5 | minimum 2}}", { whole: (a, b) => (a < b ? a : b), floating: (a, b) => (a < b ? a : b) }),
  arithmetic("maximum", "The larger one", "{{5 | maximum 2}}", { whole: (a, b) => (a > b ? a : b), floating: (a, b) => (a > b ? a : b) }),
];

/** The number that came through the pipe is the last argument, and stands first in the sum. */
function arithmetic(name: string, what: string, example: string, { whole, floating }: Operation): GoFunctionDefinition {
  return fn(`${name}(b interface {}, a interface {}) interface {}`, `${what}; whole numbers and others may be mixed.`, example, (_, b: unknown, a: unknown) => {
    const isNumber = (value: unknown) => ["int", "uint", ...(floating === undefined ? [] : ["float"])].includes(kindOf(value));
    const wrong = [a, b].find((value) => !isNumber(value));
    if (wrong === null) throw new Error(`${name}: unknown type for <invalid reflect.Value> (<nil>)`);
    if (wrong !== undefined) throw new Error(sprintf(`${name}: unknown type for %q (%T)`, [wrong, wrong]));
    const kinds = [kindOf(a), kindOf(b)];
    if (floating !== undefined && kinds.includes("float")) return floating(Number(numberOf(a)), Number(numberOf(b)));
    const result = whole(integerOf(a), integerOf(b));
    return kinds.every((kind) => kind === "uint") ? new GoInteger("uint64", BigInt.asUintN(64, result)) : new GoInteger("int64", BigInt.asIntN(64, result));
  });
}

function numberOf(value: unknown): number | bigint {
  return typeof value === "number" ? value : integerOf(value);
}

function divisor(value: bigint): bigint {
  if (value === 0n) throw new Error("runtime error: integer divide by zero");
  return value;
}
