// Text that may hold bytes which are not UTF-8: each of them, 0x80 to 0xFF, stands as the lone surrogate U+DC80 to U+DCFF, so that
// a file comes out as it was written.

const STRAYS = /([\uDC80-\uDCFF]+)/u;
const FIRST_STRAY = 0xdc00;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of a text. */
export function textToBytes(text: string): Uint8Array {
  const encoder = new TextEncoder();
  if (!STRAYS.test(text)) return encoder.encode(text);
  return concat(text.split(STRAYS).map((part, index) => (index % 2 === 0 ? encoder.encode(part) : Uint8Array.from(part, (char) => char.charCodeAt(0) - FIRST_STRAY))));
}

/** The text of bytes; what is not UTF-8 is kept. */
export function bytesToText(bytes: Uint8Array): string {
  const whole = decode(bytes);
  if (whole !== undefined) return whole;
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const char = charAt(bytes, at);
    text += char ?? String.fromCharCode(FIRST_STRAY + (bytes[at] as number));
    at += char === undefined ? 1 : width(bytes[at] as number);
  }
  return text;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The character that begins here, undefined if there is none. */
function charAt(bytes: Uint8Array, at: number): string | undefined {
  const first = bytes[at] as number;
  return first < 0x80 ? String.fromCharCode(first) : decode(bytes.subarray(at, at + width(first))) || undefined;
}

function width(first: number): number {
  return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
