import type { GoFunctionDefinition } from "../engine/definition.ts";
import { quote } from "../quote.ts";
import { withType } from "../values.ts";

const LONGEST_SEQUENCE = 1_000_000n;
const [LEAST, MOST] = [-(2n ** 63n), 2n ** 63n - 1n];

export const NUMBER_FUNCTIONS: readonly GoFunctionDefinition[] = [
  arithmetic("add", "The sum of two whole numbers.", "{{add 1 2}}", (a, b) => a + b),
  arithmetic("sub", "The difference of two whole numbers.", "{{sub 3 2}}", (a, b) => a - b),
  arithmetic("mul", "The product of two whole numbers.", "{{mul 2 3}}", (a, b) => a * b),
  arithmetic("div", "The quotient of two whole numbers, cut towards zero.", "{{div 7 2}}", (a, b) => a / divisor(b, "division by zero")),
  arithmetic("mod", "The rest of the division, with the sign of the first number.", "{{mod 7 2}}", (a, b) => a % divisor(b, "modulo by zero")),
  {
    name: "seq",
    signature: "seq(first int, last int) []int",
    doc: "The whole numbers from first to last, both with it; downwards when last is the smaller one.",
    example: "{{range seq 1 3}}worker-{{.}} {{end}}",
    original: "as abtreece's line; kelseyhightower's gives nothing when last is the smaller one",
    call: (_, first: bigint, last: bigint) => withType(sequence(first, last), "[]int"),
  },
  {
    name: "atoi",
    signature: "atoi(text string) int",
    doc: "The whole number that a text is. Anything else is an error.",
    example: '{{add (atoi (getv "/port")) 1}}',
    original: "the same",
    call: (_, text: string) => atoi(text),
  },
  {
    name: "parseBool",
    signature: "parseBool(text string) bool",
    doc: "True for 1, t, T, true, True, TRUE; false for 0, f, F, false, False, FALSE. Anything else is an error.",
    example: '{{if parseBool (getv "/debug" "false")}}debug on{{end}}',
    original: "the same",
    call: (_, text: string) => parseBool(text),
  },
];

function arithmetic(name: string, doc: string, example: string, compute: (a: bigint, b: bigint) => bigint): GoFunctionDefinition {
  return { name, signature: `${name}(a int, b int) int`, doc, example, original: "the same", call: (_, a: bigint, b: bigint) => BigInt.asIntN(64, compute(a, b)) };
}

function divisor(value: bigint, problem: string): bigint {
  if (value === 0n) throw new Error(problem);
  return value;
}

function sequence(first: bigint, last: bigint): bigint[] {
  const step = last >= first ? 1n : -1n;
  const length = (last - first) * step + 1n;
  if (length > LONGEST_SEQUENCE) throw new Error(`a sequence of ${length} numbers is too long`);
  return Array.from({ length: Number(length) }, (_, index) => first + BigInt(index) * step);
}

/** Go's strconv.Atoi. */
function atoi(text: string): bigint {
  if (!/^[-+]?\d+$/.test(text)) throw new Error(`strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
  const value = BigInt(text.replace(/^\+/, ""));
  if (value < LEAST || value > MOST) throw new Error(`strconv.Atoi: parsing ${quote(text)}: value out of range`);
  return value;
}

/** Go's strconv.ParseBool. */
function parseBool(text: string): boolean {
  if (/^(1|t|T|true|True|TRUE)$/.test(text)) return true;
  if (/^(0|f|F|false|False|FALSE)$/.test(text)) return false;
  throw new Error(`strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
}
