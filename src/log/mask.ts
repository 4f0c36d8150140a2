import type { Value } from "../core/entry.ts";
import type { Mask } from "../core/ports.ts";
import { FormIndex } from "./form-index.ts";

const MASKED = "[redacted]";
/** What is shorter occurs everywhere, and hiding it would hide the rest. */
const LEAST_LENGTH = 4;
/** Lines of a longer text that would tell something by themselves. */
const LEAST_LINE_LENGTH = 8;
/** A long run with values that change would grow for ever. */
const MOST_SECRETS = 20_000;

/** A mask that can be put over what is printed. */
export interface PrintMask extends Mask {
  /** The text with every secret in it hidden. */
  cover(text: string): string;
}

/** Hides what was added to it, the last 20,000: as it is, each of its lines, and as JSON, base64 and URLs have it. */
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
  const lines = secret.split(/\r?\n/).map((line) => line.trim()).filter((line) => line.length >= LEAST_LINE_LENGTH);
  return [secret, secret.trim(), ...lines, JSON.stringify(secret).slice(1, -1), encodeURIComponent(bytes.toString()), ...encoded];
}
