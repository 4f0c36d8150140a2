import { createHash, createHmac } from "node:crypto";
import { decoded } from "../confd/encoding.ts";
import { toBytes } from "../bytes.ts";
import type { GoFunctionDefinition } from "../engine/definition.ts";
import { fn, wrapping } from "./definition.ts";

export const ENCODING_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("base64Encode(text string) string", "The bytes of a text in base64.", '{{base64Encode "shop"}}', (_, text: string) => Buffer.from(toBytes(text)).toString("base64")),
  fn("base64Decode(text string) string", "What base64 stands for; its padding has to be there.", '{{base64Decode "c2hvcA=="}}', (_, text: string) => wrapping("base64Decode", () => decoded(text))),
  fn("base64URLEncode(text string) string", "The bytes of a text in the base64 that may stand in addresses.", '{{base64URLEncode "shop?"}}', (_, text: string) => Buffer.from(toBytes(text)).toString("base64").replaceAll("+", "-").replaceAll("/", "_")),
  fn("base64URLDecode(text string) string", "What base64 in its form for addresses stands for.", '{{base64URLDecode "c2hvcD8="}}', (_, text: string) => wrapping("base64URLDecode", () => decoded(text.replace(/[-_+/]/g, (char) => ({ "-": "+", _: "/" })[char] ?? "!")))),
  hash("md5sum", "md5", "MD5", "the same"),
  hash("sha1Hex", "sha1", "SHA-1", "not there in its newest versions"),
  hash("sha256Hex", "sha256", "SHA-256", "the same"),
  fn("hmacSHA256Hex(message string, key string) string", "The HMAC of a message with SHA-256, in hexadecimal digits.", '{{hmacSHA256Hex "message" "key"}}', (_, message: string, key: string) => createHmac("sha256", toBytes(key)).update(toBytes(message)).digest("hex")),
];

function hash(name: string, algorithm: string, shown: string, original: string): GoFunctionDefinition {
  return fn(`${name}(text string) string`, `The ${shown} hash of the bytes of a text, in hexadecimal digits.`, `{{${name} "shop"}}`, (_, text: string) => createHash(algorithm).update(toBytes(text)).digest("hex"), { original });
}
