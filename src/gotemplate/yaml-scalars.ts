import { GoInteger } from "./values.ts";

const WORDS: ReadonlyMap<string, boolean | null | number> = new Map<string, boolean | null | number>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word) => [word, false] as const),
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["nan", "NaN", "NAN"].map((word) => [`.${word}`, NaN] as const),
  ...["inf", "Inf", "INF"].flatMap((word) => [[`.${word}`, Infinity], [`+.${word}`, Infinity], [`-.${word}`, -Infinity]] as const),
]);

/** What gopkg.in/yaml.v2 takes a plain text for; the text itself where it is nothing else. Dates, and numbers to the base of 60, stay texts. */
export function resolveScalar(text: string): unknown {
  if (WORDS.has(text)) return WORDS.get(text);
  if (!/^[-+.\d]/.test(text)) return text;
  const plain = text.replaceAll("_", "");
  if (text.startsWith(".")) return /^\.\d+(e[-+]?\d+)?$/i.test(text) ? finite(text) : text;
  const whole = wholeOf(plain);
  if (whole !== undefined) return whole;
  return /^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i.test(plain) ? finite(plain, text) : text;
}

/** Numbers to the base of 60, which other readers of YAML take for such. */
export function isBase60(text: string): boolean {
  return /^[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?$/.test(text);
}

/** Whether YAML 1.1 has the text as a moment, which is not written without quotes. */
export function isTimestamp(text: string): boolean {
  return /^\d{4}-\d\d?-\d\d?([Tt ][\d:.]+.*)?$/.test(text);
}

/** Go's strconv.ParseInt with base 0, and "0b" as YAML has it; undefined for what is none. */
function wholeOf(plain: string): bigint | GoInteger | undefined {
  const [, sign, digits = ""] = /^([-+]?)(.*)$/.exec(plain) ?? [];
  const readable = /^0[0-7]+$/.test(digits) ? `0o${digits}` : digits.toLowerCase();
  if (!/^(0|[1-9]\d*|0x[\da-f]+|0b[01]+|0o[0-7]+)$/.test(readable)) return undefined;
  const value = sign === "-" ? -BigInt(readable) : BigInt(readable);
  if (value >= -(2n ** 63n) && value < 2n ** 63n) return value;
  return value > 0n && value < 2n ** 64n && sign === "" ? new GoInteger("uint64", value) : undefined;
}

/** Go refuses a number that is too large for a float64, and so it stays a text. */
function finite(plain: string, text = plain): unknown {
  const value = Number(plain);
  return Number.isFinite(value) ? value : text;
}
