import { fromBytes } from "./bytes.ts";
import { quote } from "./quote.ts";
import type { Token } from "./tokens.ts";

/** A number as it is written: each of the types of Go that it can be. */
export interface NumberLiteral {
  readonly text: string;
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
}

/** A literal that Go does not take; the message is Go's. */
export class LiteralError extends Error {}

const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;
const SIMPLE_ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92, "'": 39, '"': 34 };

/** Reads a number or a character constant, as newNumber of Go's text/template/parse. */
export function parseNumber({ type, value: text }: Pick<Token, "type" | "value">): NumberLiteral {
  if (type === "character") return parseCharacter(text);
  // Go has complex numbers here. Nothing that a configuration file is made of is one.
  if (type === "complex" || text.endsWith("i")) throw new LiteralError(`illegal number syntax: ${quote(text)}`);
  const integer = parseInteger(text);
  const uint = integer !== undefined && (!/^[+-]/.test(text) || integer === 0n) && integer <= MAX_UINT ? integer : undefined;
  const int = integer !== undefined && integer >= MIN_INT && integer <= MAX_INT ? integer : undefined;
  if (int !== undefined || uint !== undefined) return { text, int, uint, float: Number(int ?? uint) };
  const float = parseFloatLiteral(text);
  if (float === undefined) throw new LiteralError(`illegal number syntax: ${quote(text)}`);
  if (!/[.eEpP]/.test(text)) throw new LiteralError(`integer overflow: ${quote(text)}`);
  const whole = Number.isInteger(float) ? BigInt(float) : undefined;
  const fits = whole !== undefined && whole >= MIN_INT && whole <= MAX_INT;
  return { text, int: fits ? whole : undefined, uint: whole !== undefined && whole >= 0n && whole <= MAX_UINT ? whole : undefined, float };
}

/** Go's strconv.Unquote of a "string" or a `raw` one. */
export function unquote(text: string): string {
  if (text.startsWith("`")) return text.slice(1, -1).replaceAll("\r", "");
  const bytes: Uint8Array[] = [];
  for (let rest = text.slice(1, -1); rest !== ""; ) {
    const { bytes: read, length } = readCharacter(rest, '"');
    bytes.push(read);
    rest = rest.slice(length);
  }
  return fromBytes(Buffer.concat(bytes));
}

function parseCharacter(text: string): NumberLiteral {
  const malformed = () => new LiteralError(`malformed character constant: ${text}`);
  const inner = text.slice(1, -1);
  if (inner === "") throw new LiteralError("invalid syntax");
  const { point, length } = readCharacter(inner, "'");
  if (length !== inner.length) throw malformed();
  return { text, int: BigInt(point), uint: BigInt(point), float: point };
}

interface Character {
  readonly point: number;
  readonly bytes: Uint8Array;
  readonly length: number;
}

function readCharacter(text: string, mark: string): Character {
  const invalid = new LiteralError("invalid syntax");
  const first = String.fromCodePoint(text.codePointAt(0) as number);
  if (first === mark || first === "\n") throw invalid;
  if (first !== "\\") return { point: first.codePointAt(0) as number, bytes: Buffer.from(first), length: first.length };
  const kind = text[1] ?? "";
  const simple = SIMPLE_ESCAPES[kind];
  if (simple !== undefined) {
    if ((kind === "'" || kind === '"') && kind !== mark) throw invalid;
    return { point: simple, bytes: Uint8Array.of(simple), length: 2 };
  }
  const numeric = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/.exec(text);
  if (numeric === null) throw invalid;
  const [whole, byte, short, long, octal] = numeric;
  const point = octal === undefined ? Number.parseInt(byte ?? short ?? long ?? "", 16) : Number.parseInt(octal, 8);
  const isByte = byte !== undefined || octal !== undefined;
  if (isByte ? point > 255 : point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw invalid;
  return { point, bytes: isByte ? Uint8Array.of(point) : Buffer.from(String.fromCodePoint(point)), length: whole.length };
}

/** Go's strconv.ParseInt with base 0, of any size. */
function parseInteger(text: string): bigint | undefined {
  const [, sign, digits] = /^([+-]?)(.*)$/s.exec(text) as unknown as [string, string, string];
  const forms = [/^0[xX](_?[0-9a-fA-F])+$/, /^0[bB](_?[01])+$/, /^0[oO](_?[0-7])+$/, /^0(_?[0-7])*$/, /^[1-9](_?[0-9])*$/];
  const form = forms.findIndex((pattern) => pattern.test(digits));
  if (form < 0) return undefined;
  const plain = digits.replaceAll("_", "");
  const value = BigInt(form === 3 ? `0o${plain}` : plain);
  return sign === "-" ? -value : value;
}

/** Go's strconv.ParseFloat: decimal, or hexadecimal with a binary exponent. */
function parseFloatLiteral(text: string): number | undefined {
  const hex = /^([+-]?)0[xX]((?:_?[0-9a-fA-F])*)(?:\.((?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?))?[pP]([+-]?[0-9](?:_?[0-9])*)$/.exec(text);
  if (hex !== null) {
    const [, sign, whole = "", fraction = "", exponent = ""] = hex.map((part) => part?.replaceAll("_", ""));
    if (whole + fraction === "") return undefined;
    const value = Number.parseInt(whole + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
    return sign === "-" ? -value : value;
  }
  if (!/^[+-]?(?:[0-9](?:_?[0-9])*\.?(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?$/.test(text)) return undefined;
  const value = Number(text.replaceAll("_", ""));
  return Number.isFinite(value) ? value : undefined;
}
