import * as v from "valibot";
import { AppError } from "../core/error.ts";
import { didYouMean } from "../core/suggest.ts";
import type { Command } from "../core/unit.ts";
import type { ValueSchema } from "./setting.ts";
import { notA, schema } from "./values.ts";

/** What a command may name: the staged file, the target, the directory of all staged files. */
export const PLACEHOLDERS = ["src", "dest", "stage"] as const;

export type Placeholder = (typeof PLACEHOLDERS)[number];

/** A command for the shell as text, or one without a shell as a list; confd's {{.src}} is read as {{ src }}. */
export const command: ValueSchema<Command> = schema(v.pipe(v.union([v.string(), v.array(v.string())], notA("command")), v.transform((raw) => toCommand(raw))), {
  type: "command",
  hint: 'Write text for the shell, "nginx -s reload", or a list without one, ["nginx", "-s", "reload"]',
});

/** A command that is about no file, and names none. */
export const plainCommand: ValueSchema<Command> = schema(v.pipe(v.union([v.string(), v.array(v.string())], notA("command")), v.transform((raw) => withoutPlaceholders(toCommand(raw)))), {
  type: "command",
  hint: 'Write text for the shell, "app-reload", or a list without one, ["app", "--reload"]',
});

function withoutPlaceholders(plain: Command): Command {
  const [name] = placeholdersOf(plain);
  if (name !== undefined) throw new AppError("CONFIG_INVALID", `there is no {{ ${name} }} here`, { hint: "Only the commands of units know files" });
  return plain;
}

function toCommand(raw: string | readonly string[]): Command {
  if (typeof raw === "string") {
    if (raw.trim() === "") throw empty();
    return { kind: "shell", text: tidy(raw) };
  }
  const [program, ...args] = raw.map(tidy);
  if (program === undefined || program === "") throw empty();
  return { kind: "argv", argv: [program, ...args] };
}

function empty(): AppError {
  return new AppError("CONFIG_INVALID", "the command is empty", { hint: "Leave the key out when there is nothing to run" });
}

function tidy(text: string): string {
  return replacePlaceholders(text, (found, written) => {
    const known = PLACEHOLDERS.find((placeholder) => placeholder === found);
    if (known !== undefined) return known;
    throw new AppError("CONFIG_INVALID", `placeholder "${written}" is not known`, { hint: didYouMean(found, PLACEHOLDERS) ?? `Known: ${PLACEHOLDERS.map((name) => `{{ ${name} }}`).join(", ")}` });
  });
}

/** The placeholders that a command names. */
export function placeholdersOf(of: Command): ReadonlySet<Placeholder> {
  const names = new Set<Placeholder>();
  mapPlaceholders(of, (name) => {
    names.add(name);
    return name;
  });
  return names;
}

/** A command with its placeholders renamed. */
export function mapPlaceholders(of: Command, rename: (name: Placeholder) => Placeholder): Command {
  const map = (text: string) => replacePlaceholders(text, (name) => rename(name as Placeholder));
  if (of.kind === "shell") return { kind: "shell", text: map(of.text) };
  const [program, ...args] = of.argv;
  return { kind: "argv", argv: [map(program), ...args.map(map)] };
}

function replacePlaceholders(text: string, rename: (name: string, written: string) => Placeholder): string {
  return text.replace(/\{\{-?\s*\.?(.*?)\s*-?\}\}/g, (written, name: string) => `{{ ${rename(name, written)} }}`);
}
