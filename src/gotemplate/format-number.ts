import { type Flags, pad } from "./format-flags.ts";
import { isPrintable, quoteRune } from "./quote.ts";
import { formatFloat } from "./format-float.ts";

const BASES: Readonly<Record<string, number>> = { d: 10, v: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

/** A whole number for one of the verbs of Go; undefined if the verb is none. */
export function formatInteger(value: bigint, verb: string, flags: Flags, { unsigned = false } = {}): string | undefined {
  if (verb === "v" && flags.sharpV && unsigned) return formatBase(value, "x", { ...flags, sharp: true });
  if (BASES[verb] !== undefined) return formatBase(value, verb, flags);
  const char = value >= 0n && value <= 0x10ffffn && (value < 0xd800n || value > 0xdfffn) ? String.fromCodePoint(Number(value)) : "\uFFFD";
  if (verb === "c") return pad(char, flags);
  if (verb === "q") return pad(quoteRune(char, { ascii: flags.plus }), flags);
  return verb === "U" ? formatUnicode(value, char, flags) : undefined;
}

/** A float for one of the verbs of Go; undefined if the verb is none. */
export function formatFloating(value: number, verb: string, flags: Flags): string | undefined {
  const defaults: Readonly<Record<string, number | undefined>> = { f: 6, F: 6, e: 6, E: 6 };
  if (!"vbgGxXfFeE".includes(verb)) return undefined;
  const form = verb === "v" ? "g" : verb === "F" ? "f" : verb;
  const plain = formatFloat(value, form, flags.precision ?? defaults[verb]);
  const unsigned = plain.replace(/^[+-]/, "");
  const isFinite = Number.isFinite(value);
  const digits = flags.sharp && isFinite && verb !== "b" ? keepPoint(unsigned, form, flags.precision) : unsigned;
  const sign = plain.startsWith("-") ? "-" : flags.plus ? "+" : flags.space ? " " : plain.startsWith("+") ? "+" : "";
  if (!isFinite) return pad((Number.isNaN(value) && !flags.plus && !flags.space ? "" : sign) + digits, { ...flags, zero: false });
  const zeros = flags.zero && !flags.minus ? (flags.width ?? 0) - sign.length - digits.length : 0;
  return pad(sign + "0".repeat(Math.max(zeros, 0)) + digits, flags);
}

function formatBase(value: bigint, verb: string, flags: Flags): string {
  const { precision, sharp, plus, space, zero, minus, width } = flags;
  const plain = { ...flags, zero: false };
  const negative = value < 0n;
  if (precision === 0 && value === 0n) return pad("", plain);
  const sign = negative ? "-" : plus ? "+" : space ? " " : "";
  const least = precision ?? (zero && !minus && width !== undefined ? width - sign.length : 0);
  let digits = (negative ? -value : value).toString(BASES[verb]).padStart(least, "0");
  if (sharp && verb === "b") digits = `0b${digits}`;
  if (sharp && (verb === "o") && !digits.startsWith("0")) digits = `0${digits}`;
  if (sharp && (verb === "x" || verb === "X")) digits = `0x${digits}`;
  if (verb === "O") digits = `0o${digits}`;
  return pad(sign + (verb === "X" ? digits.toUpperCase() : digits), plain);
}

function formatUnicode(value: bigint, char: string, flags: Flags): string {
  const point = BigInt.asUintN(64, value);
  const name = `U+${point.toString(16).toUpperCase().padStart(Math.max(flags.precision ?? 4, 4), "0")}`;
  return pad(flags.sharp && point <= 0x10ffffn && isPrintable(char) ? `${name} '${char}'` : name, { ...flags, zero: false });
}

/** The # flag: a point always, and no zeros cut off; the count of digits is Go's, which for %x takes the "x" for one. */
function keepPoint(text: string, form: string, precision = 6): string {
  const [, mantissa = "", exponent = ""] = (/x/i.test(text) ? /^(.*?)(p.*)?$/i : /^(.*?)(e.*)?$/i).exec(text) ?? [];
  const counted = ["g", "G", "x"].includes(form) ? precision : 0;
  const significant = mantissa.replace(".", "").replace(/^0+/, "").length;
  const isZero = mantissa === "0" ? 1 : 0;
  const pointed = mantissa.includes(".") ? mantissa : `${mantissa}.`;
  return pointed + "0".repeat(Math.max(counted - significant - isZero, 0)) + exponent;
}
