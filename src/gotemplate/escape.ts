import { isPrintable } from "./quote.ts";
import { isStray, toBytes } from "./bytes.ts";

const HTML: Readonly<Record<string, string>> = { "\0": "\uFFFD", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const JS: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D" };

/** Go's template.HTMLEscapeString. */
export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (char) => HTML[char] as string);
}

/** Go's template.JSEscapeString. */
export function escapeJs(text: string): string {
  return text.replace(/[\x00-\x1f\\'"<>&=]|[^\x00-\x7f]/gu, escapeJsRune);
}

/** Go's url.QueryEscape. */
export function escapeQuery(text: string): string {
  return text.replace(/[^\w.~-]/gu, (char) => (char === " " ? "+" : Array.from(toBytes(char), (byte) => `%${hex(byte, 2)}`).join("")));
}

function escapeJsRune(char: string): string {
  const known = JS[char];
  if (known !== undefined) return known;
  const point = char.codePointAt(0) as number;
  if (point < 0x20 || (point >= 0x80 && !isStray(char) && !isPrintable(char))) return `\\u${hex(point, 4)}`;
  return char;
}

function hex(value: number, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, "0");
}
