import { parse, TomlError } from "smol-toml";
import { AppError, reason } from "../core/error.ts";
import type { Files } from "../core/ports.ts";
import { hasCredentials } from "../schema/values.ts";

/** A TOML file that was read; `text` is kept to find lines in. */
export interface TomlFile {
  readonly path: string;
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads a file, undefined when there is none. Throws CONFIG_INVALID with the line of a syntax error. */
export async function readToml(path: string, files: Pick<Files, "read">): Promise<TomlFile | undefined> {
  const bytes = await files.read(path).catch((error: unknown) => {
    throw new AppError("CONFIG_INVALID", `Cannot read "${path}": ${reason(error)}`, { cause: error });
  });
  if (bytes === undefined) return undefined;
  const text = decode(path, bytes);
  return { path, text, data: parseText(path, text) };
}

/** A line of a file for an error message; undefined where it may hold a secret. */
export function lineToShow(text: string, line: number): string | undefined {
  const source = text.split(/\r?\n/)[line - 1];
  return source === undefined || /(password|token|secret_id|jwt|client_key)\b|\baddress\b.*@/i.test(source) || hasCredentials(source) ? undefined : source;
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new AppError("CONFIG_INVALID", `Cannot read "${path}": it is not UTF-8 text`);
  }
}

function parseText(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const { line, column } = error;
    // The message goes on with an excerpt of its own; ours is the one that withholds secrets.
    const why = (error.message.split("\n")[0] ?? "").replace("Invalid TOML document: ", "");
    throw new AppError("CONFIG_INVALID", `Cannot read "${path}": ${why}`, {
      at: { file: path, line, column, source: lineToShow(text, line) },
      hint: HINTS[why],
    });
  }
}

const HINTS: Readonly<Record<string, string>> = {
  "control characters are not allowed in strings": "Close the text with the quote it began with, on the same line",
  "unrecognised escape sequence": "Write a backslash twice, or the text in single quotes",
  "trying to redefine an already defined table or value": "Remove one of the two",
  "trying to redefine an already defined value": "Remove one of the two",
  "invalid value": "Put text in quotes",
  "illegal character in numeric literal": "Put text in quotes",
  "illegal character in key": 'Write name = "value", or [table]; a name with other characters than letters, digits, - and _ stands in quotes',
  "each key-value declaration must be followed by an end-of-line": "Begin a new line here",
  "expected comma or end of structure": "Put a comma before it, or close the list or the table with its bracket",
};
