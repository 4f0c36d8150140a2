import type { Value } from "../core/entry.ts";
import type { Mask } from "../core/ports.ts";
import { FormIndex } from "./form-index.ts";

const MASKED = "[redacted]";
/** What is shorter occurs everywhere, and hiding it would hide the rest. */
const LEAST_LENGTH = 4;
/** Lines and parts of a longer text that would tell something by themselves. */
const LEAST_PART_LENGTH = 8;
/** A long run with values that change would grow for ever. */
const MOST_SECRETS = 20_000;

/** A mask that can be put over what is printed. */
export interface PrintMask extends Mask {
  /** The text with every secret in it hidden. */
  cover(text: string): string;
}

/** Hides what was added to it, the last 20,000: as it is, each of its lines, each text within where it is JSON, and as JSON, base64 and URLs have it. */
export function createMask(): PrintMask {
  const hidden = new Map<string, readonly string[]>();
  const index = new FormIndex(LEAST_LENGTH);
  return {
    add(secret) {
      const forms = formsOf(secret).filter((form) => form.length >= LEAST_LENGTH);
      const [id] = forms;
      if (id === undefined) return;
      // What is added again moves to the end, so that values which went away are the ones that are forgotten.
      for (const form of hidden.get(id) ?? []) index.remove(form);
      hidden.delete(id);
      hidden.set(id, forms);
      for (const form of forms) index.add(form);
      const [oldest] = hidden;
      if (hidden.size <= MOST_SECRETS || oldest === undefined) return;
      hidden.delete(oldest[0]);
      for (const form of oldest[1]) index.remove(form);
    },
    cover: (text) => index.replaceIn(text, MASKED),
  };
}

function formsOf(secret: Value): string[] {
  const bytes = Buffer.from(secret as string);
  const encoded = [bytes.toString("base64"), bytes.toString("base64url")];
  if (typeof secret !== "string") return encoded;
  const parts = [...secret.split(/\r?\n/), ...textsWithin(secret)].map((part) => part.trim()).filter((part) => part.length >= LEAST_PART_LENGTH);
  return [secret, secret.trim(), ...parts, JSON.stringify(secret).slice(1, -1), encodeURIComponent(bytes.toString()), ...encoded];
}

/** All texts in a document of JSON: templates take such a value apart. */
function textsWithin(secret: string): string[] {
  if (!/^\s*[[{]/.test(secret)) return [];
  const texts: string[] = [];
  try {
    JSON.parse(secret, (_, value: unknown) => void (typeof value === "string" && texts.push(value)));
  } catch {
    return [];
  }
  return texts;
}
