import { isStray } from "./bytes.ts";

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const ESCAPES: Readonly<Record<string, string>> = { "\x07": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\" };

/** Go's strconv.Quote; with `ascii` QuoteToASCII. */
export function quote(text: string, { ascii = false }: { ascii?: boolean } = {}): string {
  return `"${[...text].map((char) => escapeRune(char, '"', ascii)).join("")}"`;
}

/** Go's strconv.QuoteRune. */
export function quoteRune(char: string, { ascii = false }: { ascii?: boolean } = {}): string {
  return `'${escapeRune(char, "'", ascii)}'`;
}

/** Go's %#U: "U+0041 'A'". */
export function showRune(char: string): string {
  if (char === "") return "U+FFFFFFFFFFFFFFFF";
  const point = char.codePointAt(0) as number;
  return `U+${point.toString(16).toUpperCase().padStart(4, "0")}${isPrintable(char) ? ` '${char}'` : ""}`;
}

/** Whether Go's unicode.IsPrint holds. */
export function isPrintable(char: string): boolean {
  return PRINTABLE.test(char);
}

function escapeRune(char: string, mark: string, ascii: boolean): string {
  if (char === mark) return `\\${char}`;
  const known = ESCAPES[char];
  if (known !== undefined) return known;
  const point = char.codePointAt(0) as number;
  if (isStray(char)) return `\\x${hex(point & 0xff, 2)}`;
  if (isPrintable(char) && (point < 0x7f || !ascii)) return char;
  if (point < 0x20 || point === 0x7f) return `\\x${hex(point, 2)}`;
  return point > 0xffff ? `\\U${hex(point, 8)}` : `\\u${hex(point, 4)}`;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, "0");
}
