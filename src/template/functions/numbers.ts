import { TemplateFault } from "../fault.ts";
import { shown } from "../values.ts";
import { integer, text, type TemplateFunction } from "./definition.ts";

const TRUE = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE = new Set(["0", "f", "F", "FALSE", "false", "False"]);

export const NUMBER_FUNCTIONS: readonly TemplateFunction[] = [
  arithmetic("add", "The sum of two whole numbers.", "{{ add(1, 2) }} {# 3 #}", (a, b) => a + b),
  arithmetic("sub", "The difference of two whole numbers.", "{{ sub(3, 2) }} {# 1 #}", (a, b) => a - b),
  arithmetic("mul", "The product of two whole numbers.", "{{ mul(2, 3) }} {# 6 #}", (a, b) => a * b),
  arithmetic("div", "The quotient of two whole numbers, cut towards zero.", "{{ div(7, 2) }} {# 3 #}", (a, b) => Math.trunc(a / notZero(b))),
  arithmetic("mod", "The rest of the division, with the sign of the first number.", "{{ mod(7, 2) }} {# 1 #}", (a, b) => a % notZero(b)),
  {
    name: "atoi",
    signature: "atoi(text)",
    doc: "The whole number that a text is. Anything else is an error.",
    example: '{{ add(atoi(getv("/port")), 1) }}',
    confd: "the same",
    filter: true,
    call: (_, value) => wholeNumber(text(value)),
  },
  {
    name: "parseBool",
    signature: "parseBool(text)",
    doc: "True for 1, t, T, true, True, TRUE; false for 0, f, F, false, False, FALSE. Anything else is an error.",
    example: '{% if parseBool(getv("/debug", "false")) %}debug on{% endif %}',
    confd: "the same",
    filter: true,
    call: (_, value) => truth(text(value)),
  },
];

function arithmetic(name: string, doc: string, example: string, compute: (a: number, b: number) => number): TemplateFunction {
  return { name, signature: `${name}(a, b)`, doc, example, confd: "the same", call: (_, a, b) => integer(compute(integer(a), integer(b)) + 0) };
}

function notZero(divisor: number): number {
  if (divisor === 0) throw new TemplateFault("division by zero");
  return divisor;
}

function wholeNumber(value: string): number {
  const number = /^[-+]?\d+$/.test(value) ? Number(value) : NaN;
  if (!Number.isSafeInteger(number)) throw new TemplateFault(`${shown(value)} is not a whole number`);
  return number;
}

function truth(value: string): boolean {
  if (TRUE.has(value)) return true;
  if (FALSE.has(value)) return false;
  throw new TemplateFault(`${shown(value)} is neither true nor false`);
}
