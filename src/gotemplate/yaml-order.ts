import { integerOf, kindOf } from "./values.ts";

/** The order in which gopkg.in/yaml.v2 writes the keys of a map: numbers first, digits within texts by what they count, letters last. */
export function compareKeys(one: unknown, other: unknown): number {
  const [left, right] = [numberOf(one), numberOf(other)];
  if (left !== undefined && right !== undefined) return left - right;
  if (typeof one !== "string" || typeof other !== "string") return Number(left === undefined) - Number(right === undefined);
  const [these, those] = [[...one], [...other]];
  for (let at = 0; at < these.length && at < those.length; at++) {
    const [a, b] = [these[at] as string, those[at] as string];
    if (a !== b) return compareAt(these, those, at, a, b);
  }
  return these.length - those.length;
}

/** From the first character in which two texts differ. */
function compareAt(these: readonly string[], those: readonly string[], at: number, a: string, b: string): number {
  const [isLetter, isOtherLetter] = [/\p{L}/u.test(a), /\p{L}/u.test(b)];
  if (isLetter !== isOtherLetter) return isLetter ? 1 : -1;
  if (isLetter) return byPoint(a, b);
  // Behind other digits a zero counts as one.
  const start = a === "0" || b === "0" ? (/[1-9]\d*$/.test(these.slice(0, at).join("")) ? "1" : "") : "";
  const [number, otherNumber] = [digitsFrom(these, at), digitsFrom(those, at)];
  const [count, otherCount] = [BigInt(`0${start}${number}`), BigInt(`0${start}${otherNumber}`)];
  if (count !== otherCount) return count < otherCount ? -1 : 1;
  return number.length === otherNumber.length ? byPoint(a, b) : number.length - otherNumber.length;
}

function digitsFrom(chars: readonly string[], at: number): string {
  return /^\d*/.exec(chars.slice(at).join(""))?.[0] ?? "";
}

function numberOf(value: unknown): number | undefined {
  switch (kindOf(value)) {
    case "int":
    case "uint": return Number(integerOf(value));
    case "float": return value as number;
    case "bool": return value === true ? 1 : 0;
    default: return undefined;
  }
}

function byPoint(a: string, b: string): number {
  return (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0);
}
