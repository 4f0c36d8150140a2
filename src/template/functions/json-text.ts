import { TemplateFault } from "../fault.ts";
import { notText } from "../values.ts";

/** Reads JSON into data without prototypes; a whole number that JavaScript cannot hold becomes the text of its digits. */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(largeNumbersQuoted(source), withoutPrototype);
  } catch (thrown) {
    // Newer engines quote the text in their message, and the text may be a secret.
    throw new TemplateFault("the text is not JSON", { hint: thrown instanceof SyntaxError ? position(thrown.message) : undefined });
  }
}

/** Writes JSON with sorted members. */
export function printJson(value: unknown, spaces = 0): string {
  return JSON.stringify(value, sorted, spaces);
}

const LARGE_NUMBER = /"(?:\\.|[^"\\])*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

function largeNumbersQuoted(source: string): string {
  if (!/\d{16}/.test(source)) return source;
  return source.replace(LARGE_NUMBER, (found) => (found.startsWith('"') || Number.isSafeInteger(Number(found)) ? found : `"${found}"`));
}

function withoutPrototype(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.assign(Object.create(null) as object, value);
}

function sorted(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) throw notText();
  if (typeof value === "function") throw new TemplateFault("a function has no JSON");
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function position(message: string): string | undefined {
  const at = /at position (\d+)/.exec(message)?.[1];
  if (at !== undefined) return `It goes wrong at character ${Number(at) + 1}`;
  return /end of JSON/.test(message) ? "It ends too early" : undefined;
}
