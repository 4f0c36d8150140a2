import { createHash } from "node:crypto";
import { toValue } from "../../core/entry.ts";
import { TemplateFault } from "../fault.ts";
import { text, type TemplateFunction } from "./definition.ts";

export const ENCODING_FUNCTIONS: readonly TemplateFunction[] = [
  {
    name: "base64Encode",
    signature: "base64Encode(text)",
    doc: "The text in base64; also the value of a pair that is not UTF-8.",
    example: '{{ base64Encode(getv("/user") ~ ":" ~ getv("/password")) }}',
    confd: "the same",
    filter: true,
    call: (_, value) => Buffer.from(value instanceof Uint8Array ? value : text(value)).toString("base64"),
  },
  {
    name: "base64Decode",
    signature: "base64Decode(text)",
    doc: "What was written in base64, with its padding.",
    example: '{{ base64Decode(getv("/cert")) }}',
    confd: "the same",
    filter: true,
    call: (_, value) => decoded(text(value)),
  },
  {
    name: "sha256",
    signature: "sha256(text)",
    doc: "The SHA-256 hash in hexadecimal digits.",
    example: '{{ sha256(getv("/config")) }}',
    confd: "sha256sum in confd 0.41",
    filter: true,
    call: (_, value) => createHash("sha256").update(value instanceof Uint8Array ? value : text(value)).digest("hex"),
  },
];

function decoded(encoded: string): string | Uint8Array {
  // Go's decoder skips line breaks, and takes nothing else that is not base64; Node's takes everything.
  const joined = encoded.replace(/[\r\n]/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(joined)) throw new TemplateFault("the text is not base64", { hint: "Its length has to be a multiple of four, with = at the end" });
  return toValue(Buffer.from(joined, "base64"));
}
