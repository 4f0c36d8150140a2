// Go's strings are bytes. Here they are JavaScript strings, and a byte that is no part of valid UTF-8 stands as the lone
// surrogate U+DC00 + byte, so that nothing is lost when a character is cut in two and put together again.

const STRAY = /[\uDC80-\uDCFF]/;
const ASCII = /^[\x00-\x7f]*$/;
const ESCAPE = 0xdc00;

/** The bytes of a string, as Go has them. */
export function toBytes(text: string): Uint8Array {
  if (!STRAY.test(text)) return Buffer.from(text, "utf8");
  const parts: Uint8Array[] = [];
  for (const char of text) parts.push(isStray(char) ? Uint8Array.of(char.charCodeAt(0) - ESCAPE) : Buffer.from(char, "utf8"));
  return Buffer.concat(parts);
}

/** The string of these bytes; what is not UTF-8 is kept, see above. */
export function fromBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  if (!text.includes("\uFFFD")) return text;
  let kept = "";
  for (let at = 0; at < bytes.length; ) {
    const width = characterWidth(bytes, at);
    kept += width === 0 ? String.fromCharCode(ESCAPE + (bytes[at] as number)) : Buffer.from(bytes.subarray(at, at + width)).toString("utf8");
    at += Math.max(width, 1);
  }
  return kept;
}

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

/** The width of the valid character that starts here, 0 if there is none. */
function characterWidth(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (width === 0 || at + width > bytes.length) return 0;
  const text = Buffer.from(bytes.subarray(at, at + width)).toString("utf8");
  return [...text].length === 1 && (text !== "\uFFFD" || (first === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd)) ? width : 0;
}
