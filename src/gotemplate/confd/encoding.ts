import { createHash } from "node:crypto";
import { fromBytes, toBytes } from "../bytes.ts";
import type { GoFunctionDefinition } from "../engine/definition.ts";

export const ENCODING_FUNCTIONS: readonly GoFunctionDefinition[] = [
  {
    name: "base64Encode",
    signature: "base64Encode(text string) string",
    doc: "The bytes of a text in base64.",
    example: '{{base64Encode (getv "/token")}}',
    original: "the same",
    call: (_, text: string) => Buffer.from(toBytes(text)).toString("base64"),
  },
  {
    name: "base64Decode",
    signature: "base64Decode(text string) string",
    doc: "What base64 stands for; its padding has to be there.",
    example: '{{base64Decode (getv "/certificate")}}',
    original: "the same",
    call: (_, text: string) => decoded(text),
  },
  {
    name: "sha256sum",
    signature: "sha256sum(text string) string",
    doc: "The SHA-256 hash of the bytes of a text, in hexadecimal digits.",
    example: '{{sha256sum (getv "/motd")}}',
    original: "the same; in abtreece's line",
    call: (_, text: string) => createHash("sha256").update(toBytes(text)).digest("hex"),
  },
];

/** What base64 stands for. Throws Go's sentence. */
export function decoded(text: string): string {
  const bytes = toBytes(text);
  const problem = corruptAt(bytes);
  if (problem !== undefined) throw new Error(`illegal base64 data at input byte ${problem}`);
  return fromBytes(Buffer.from(Buffer.from(bytes).toString("latin1"), "base64"));
}

/** Where Go's encoding/base64 finds fault; line breaks count for nothing. */
function corruptAt(bytes: Uint8Array): number | undefined {
  const chars = Array.from(bytes, (byte, at) => ({ char: String.fromCharCode(byte), at })).filter(({ char }) => char !== "\n" && char !== "\r");
  const wrong = chars.findIndex(({ char }) => !/[A-Za-z0-9+/]/.test(char));
  if (wrong < 0) return chars.length % 4 === 0 ? undefined : bytes.length - (chars.length % 4);
  const { char, at } = chars[wrong] as (typeof chars)[number];
  const [column, next, third] = [wrong % 4, chars[wrong + 1], chars[wrong + 2]];
  if (char !== "=" || column < 2) return at;
  if (column === 3) return next?.at;
  if (next === undefined) return bytes.length;
  if (next.char !== "=") return next.at - 1;
  return third?.at;
}
