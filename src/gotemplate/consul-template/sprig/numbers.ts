import type { GoFunctionDefinition } from "../../engine/definition.ts";
import { sprintf } from "../../printf.ts";
import { withType } from "../../values.ts";
import { fn } from "../definition.ts";
import { floatOf, int64, wholeOf } from "./cast.ts";
import { decimal, divided, type Decimal, numberOf, product, sum } from "./decimal.ts";

const LONGEST = 1_000_000n;
const [LEAST, MOST] = [-(2n ** 63n), 2n ** 63n - 1n];
const TAKEN = "texts and truth values count as the numbers that they are, anything else as 0";

export const SPRIG_NUMBER_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("sprig_int(value interface {}) int", `A value as a whole number: ${TAKEN}.`, '{{key "port" | sprig_int}}', (_, value: unknown) => wholeOf(value)),
  fn("sprig_int64(value interface {}) int64", "As `sprig_int`, of the type int64.", '{{key "port" | sprig_int64}}', (_, value: unknown) => int64(wholeOf(value))),
  fn("sprig_float64(value interface {}) float64", `A value as a number: ${TAKEN}.`, '{{key "ratio" | sprig_float64}}', (_, value: unknown) => floatOf(value)),
  fn("sprig_atoi(text string) int", "The whole number that a text is, 0 where it is none.", '{{key "port" | sprig_atoi}}', (_, text: string) => atoi(text)),
  fn("sprig_toDecimal(value interface {}) int64", "What a value's digits are as an octal number, 0 where they are none.", '{{sprig_toDecimal "0644"}}', (_, value: unknown) => int64(octal(sprintf("%v", [value])))),
  whole("add", "The sum.", '{{"1" | sprig_add 2}}', 0, (values) => values.reduce((a, b) => a + b, 0n)),
  whole("add1", "One more.", "{{sprig_add1 2}}", 1, ([a = 0n]) => a + 1n),
  whole("sub", "The first number less the second.", "{{sprig_sub 5 2}}", 2, ([a = 0n, b = 0n]) => a - b),
  whole("mul", "The product.", "{{sprig_mul 2 3}}", 1, (values) => values.reduce((a, b) => BigInt.asIntN(64, a * b), 1n), true),
  whole("div", "The first number by the second, cut towards zero.", "{{sprig_div 7 2}}", 2, ([a = 0n, b = 0n]) => a / divisor(b)),
  whole("mod", "What is left of the first number divided by the second.", "{{sprig_mod 7 2}}", 2, ([a = 0n, b = 0n]) => a % divisor(b)),
  ...["max", "biggest"].map((name) => whole(name, "The largest number.", `{{sprig_${name} 1 3 2}}`, 1, (values) => values.reduce((a, b) => (a > b ? a : b)), true)),
  whole("min", "The smallest number.", "{{sprig_min 1 3 2}}", 1, (values) => values.reduce((a, b) => (a < b ? a : b)), true),
  floating("addf", "The sum, as decimal numbers have it.", "{{sprig_addf 1.1 2}}", 0, (values) => sum(values)),
  floating("add1f", "One more.", "{{sprig_add1f 1.5}}", 1, ([a]) => sum([a, 1])),
  floating("subf", "The first number less the others.", "{{sprig_subf 5.5 2}}", 1, ([a, ...more]) => sum([a, ...more.map((value) => -(value ?? 0))])),
  floating("mulf", "The product.", "{{sprig_mulf 1.5 2}}", 1, (values) => product(values)),
  floating("divf", "The first number by the others, to 16 places.", "{{sprig_divf 10 4}}", 1, ([a, ...more]) => divided(decimal(a), more)),
  fn("sprig_maxf(first interface {}, values ...interface {}) float64", "The largest number.", "{{sprig_maxf 1.5 2}}", (_, ...values: unknown[]) => Math.max(...values.map(floatOf))),
  fn("sprig_minf(first interface {}, values ...interface {}) float64", "The smallest number.", "{{sprig_minf 1.5 2}}", (_, ...values: unknown[]) => Math.min(...values.map(floatOf))),
  fn("sprig_floor(value interface {}) float64", "The next whole number below.", "{{sprig_floor 1.7}}", (_, value: unknown) => Math.floor(floatOf(value))),
  fn("sprig_ceil(value interface {}) float64", "The next whole number above.", "{{sprig_ceil 1.2}}", (_, value: unknown) => Math.ceil(floatOf(value))),
  fn("sprig_round(value interface {}, places int, up ...float64) float64", "The number with so many places behind the point; what is left over is rounded up from 0.5, or from what is given.", "{{sprig_round 1.2345 2}}", (_, value: unknown, places: bigint, ...up: number[]) => rounded(floatOf(value), Number(places), up[0] ?? 0.5)),
  fn("sprig_until(end int) []int", "The whole numbers from 0 to before this one.", "{{range sprig_until 3}}{{.}} {{end}}", (_, end: bigint) => withType(steps(0n, end, end < 0n ? -1n : 1n), "[]int")),
  fn("sprig_untilStep(from int, end int, step int) []int", "The whole numbers from one to before another, so far apart.", "{{range sprig_untilStep 0 10 5}}{{.}} {{end}}", (_, from: bigint, end: bigint, step: bigint) => withType(steps(from, end, step), "[]int")),
  fn("sprig_seq(numbers ...int) string", "The whole numbers from one to another, both with it, with spaces between them: `END`, `FROM END` or `FROM STEP END`.", "{{sprig_seq 1 3}}", (_, ...numbers: bigint[]) => sequence(numbers)),
];

/** One whose arguments are taken for whole numbers: so many of them, or at least so many. */
function whole(name: string, doc: string, example: string, count: number, compute: (values: readonly bigint[]) => bigint, more = count === 0): GoFunctionDefinition {
  return fn(`sprig_${name}(${parameters(count, more)}) int64`, `${doc} Of numbers, ${TAKEN}.`, example, (_, ...values: unknown[]) => int64(compute(values.map(wholeOf))));
}

function floating(name: string, doc: string, example: string, count: number, compute: (values: readonly (number | undefined)[]) => Decimal): GoFunctionDefinition {
  return fn(`sprig_${name}(${parameters(count, name !== "add1f")}) float64`, doc, example, (_, ...values: unknown[]) => numberOf(compute(values.map(floatOf))));
}

function parameters(count: number, more: boolean): string {
  const named = ["a", "b"].slice(0, count).map((name) => `${name} interface {}`);
  return [...named, ...(more ? ["values ...interface {}"] : [])].join(", ");
}

function divisor(value: bigint): bigint {
  if (value === 0n) throw new Error("runtime error: integer divide by zero");
  return value;
}

/** Go's strconv.Atoi without its error: what is too large is the largest. */
function atoi(text: string): bigint {
  if (!/^[-+]?\d+$/.test(text)) return 0n;
  const value = BigInt(text.replace(/^\+/, ""));
  return value < LEAST ? LEAST : value > MOST ? MOST : value;
}

function octal(digits: string): bigint {
  const [, sign, plain] = /^([-+]?)([0-7]+)$/.exec(digits) ?? [];
  const value = plain === undefined ? 0n : BigInt(`0o${plain}`) * (sign === "-" ? -1n : 1n);
  return value < LEAST || value > MOST ? 0n : value;
}

function rounded(value: number, places: number, up: number): number {
  const power = 10 ** places;
  const digits = power * value;
  return (digits - Math.trunc(digits) >= up ? Math.ceil(digits) : Math.floor(digits)) / power;
}

function steps(from: bigint, end: bigint, step: bigint): bigint[] {
  if (end < from ? step >= 0n : step <= 0n) return [];
  const length = end === from ? 0n : (end - from + step - (step > 0n ? 1n : -1n)) / step;
  if (length > LONGEST) throw new Error(`a sequence of ${length} numbers is too long`);
  return Array.from({ length: Number(length) }, (_, index) => from + BigInt(index) * step);
}

function sequence(numbers: readonly bigint[]): string {
  if (numbers.length === 0 || numbers.length > 3) return "";
  const [from, end] = [numbers.length === 1 ? 1n : (numbers[0] as bigint), numbers.at(-1) as bigint];
  const towards = end < from ? -1n : 1n;
  const step = numbers.length === 3 ? (numbers[1] as bigint) : towards;
  if (end < from && step > 0n) return "";
  return steps(from, end + towards, step).join(" ");
}
