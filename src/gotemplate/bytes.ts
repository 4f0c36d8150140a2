import { bytesToText, textToBytes } from "../core/text.ts";

// Go's strings are bytes. Here they are JavaScript strings, and a byte that is no part of valid UTF-8 stands as the lone
// surrogate U+DC00 + byte, so that nothing is lost when a character is cut in two and put together again.

const STRAY = /[\uDC80-\uDCFF]/;
const ASCII = /^[\x00-\x7f]*$/;

/** The bytes of a string, as Go has them. */
export const toBytes = textToBytes;

/** The string of these bytes; what is not UTF-8 is kept, see above. */
export const fromBytes = bytesToText;

/** Puts characters together whose bytes were cut apart and now stand side by side. */
export function joinStray(text: string): string {
  return STRAY.test(text) ? fromBytes(toBytes(text)) : text;
}

export function byteLength(text: string): number {
  return ASCII.test(text) ? text.length : STRAY.test(text) ? toBytes(text).length : Buffer.byteLength(text, "utf8");
}

/** Cuts by bytes, as Go's s[from:to]. */
export function sliceBytes(text: string, from: number, to: number): string {
  return ASCII.test(text) ? text.slice(from, to) : fromBytes(toBytes(text).subarray(from, to));
}

/** The order of Go's strings: by byte. */
export function compareBytes(one: string, other: string): number {
  if (one === other) return 0;
  if (ASCII.test(one) && ASCII.test(other)) return one < other ? -1 : 1;
  return Buffer.compare(toBytes(one), toBytes(other));
}

/** Whether a character stands for a byte that is not UTF-8. */
export function isStray(char: string): boolean {
  return char.length === 1 && char >= "\uDC80" && char <= "\uDCFF";
}
