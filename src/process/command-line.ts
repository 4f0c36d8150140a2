import { AppError } from "../core/error.ts";
import type { Command } from "../core/unit.ts";
import { quoteForShell, shellContext } from "./shell-quote.ts";

/** The argument list of a command with its placeholders filled; in a shell's text they are quoted. Throws CONFIG_INVALID for a name that is not given. */
export function fillCommand(command: Command, names: Readonly<Record<string, string>>): readonly [string, ...string[]] {
  if (command.kind === "shell") return ["/bin/sh", "-c", fill(command.text, names, (value, before) => quoteForShell(value, shellContext(before)))];
  const [program, ...args] = command.argv.map((arg) => fill(arg, names, (value) => value));
  return [program ?? "", ...args];
}

/** Quotes a value, given the text that stands before it. */
type Quote = (value: string, before: string) => string;

function fill(text: string, names: Readonly<Record<string, string>>, quote: Quote): string {
  return text.replace(/\{\{-?\s*\.?(\w+)\s*-?\}\}/g, (written, name: string, offset: number) => {
    const value = Object.hasOwn(names, name) ? names[name] : undefined;
    if (value === undefined) throw new AppError("CONFIG_INVALID", `Cannot run "${text}": ${written} is not known here`, { hint: `Known here: ${Object.keys(names).join(", ") || "none"}` });
    return quote(value, text.slice(0, offset));
  });
}
