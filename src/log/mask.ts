import type { Value } from "../core/entry.ts";
import type { Mask } from "../core/ports.ts";

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
  let longestFirst: readonly string[] | undefined;
  return {
    add(secret) {
      const forms = formsOf(secret).filter((form) => form.length >= LEAST_LENGTH);
      const [id] = forms;
      if (id === undefined) return;
      // What is added again moves to the end, so that values which went away are the ones that are forgotten.
      hidden.delete(id);
      hidden.set(id, forms);
      const [oldest] = hidden.keys();
      if (hidden.size > MOST_SECRETS && oldest !== undefined) hidden.delete(oldest);
      longestFirst = undefined;
    },
    cover(text) {
      longestFirst ??= [...new Set([...hidden.values()].flat())].sort((a, b) => b.length - a.length);
      let covered = text;
      for (const secret of longestFirst) if (covered.includes(secret)) covered = covered.replaceAll(secret, MASKED);
      return covered;
    },
  };
}

function formsOf(secret: Value): string[] {
  const bytes = Buffer.from(secret as string);
  const encoded = [bytes.toString("base64"), bytes.toString("base64url")];
  if (typeof secret !== "string") return encoded;
  const lines = secret.split(/\r?\n/).map((line) => line.trim()).filter((line) => line.length >= LEAST_LINE_LENGTH);
  return [secret, secret.trim(), ...lines, JSON.stringify(secret).slice(1, -1), encodeURIComponent(bytes.toString()), ...encoded];
}
