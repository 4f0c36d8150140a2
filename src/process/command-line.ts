import { AppError } from "../core/error.ts";
import type { Command } from "../core/unit.ts";

/** The argument list of a command with its placeholders filled; in a shell's text they are quoted. Throws CONFIG_INVALID for a name that is not given. */
export function fillCommand(command: Command, names: Readonly<Record<string, string>>): readonly [string, ...string[]] {
  if (command.kind === "shell") return ["/bin/sh", "-c", fill(command.text, names, quoteForShell)];
  const [program, ...args] = command.argv.map((arg) => fill(arg, names, (value) => value));
  return [program ?? "", ...args];
}

function fill(text: string, names: Readonly<Record<string, string>>, quote: (value: string) => string): string {
  return text.replace(/\{\{-?\s*\.?(\w+)\s*-?\}\}/g, (written, name: string) => {
    const value = Object.hasOwn(names, name) ? names[name] : undefined;
    if (value === undefined) throw new AppError("CONFIG_INVALID", `Cannot run "${text}": ${written} is not known here`, { hint: `Known here: ${Object.keys(names).join(", ") || "none"}` });
    return quote(value);
  });
}

/** One word for sh, whatever is in it. */
export function quoteForShell(text: string): string {
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
