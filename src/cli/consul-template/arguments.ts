import { AppError } from "../../core/error.ts";
import { didYouMean } from "../../core/suggest.ts";
import { type ConsulTemplateOption, OPTIONS } from "./options.ts";

/** Flags as they were given, by their names without dashes. */
export type Given = ReadonlyMap<string, string | boolean | readonly string[]>;

export interface Arguments {
  readonly given: Given;
  readonly help: boolean;
}

const YES = ["1", "t", "T", "true", "TRUE", "True"];
const NO = ["0", "f", "F", "false", "FALSE", "False"];

/** Reads "-x v", "--x=v" and, for booleans, "-x" and "-x=false", as Go does. Throws USAGE. */
export function parseArguments(args: readonly string[]): Arguments {
  const given = new Map<string, string | boolean | readonly string[]>();
  let help = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    const [, written, name = "", , value] = /^(--?([\w-]+))(=(.*))?$/s.exec(arg) ?? [];
    if (written === undefined) throw new AppError("USAGE", `There is no place for "${arg}"`, { hint: "Flags begin with a dash, and a command is given by -exec" });
    if (["h", "help"].includes(name)) {
      help = true;
      continue;
    }
    const option = optionOf(name === "v" ? "version" : name, written);
    if (option.kind === "boolean") given.set(name === "v" ? "version" : name, readBoolean(value ?? "true", written));
    else {
      const text = value ?? args[++index];
      if (text === undefined) throw new AppError("USAGE", `${written} needs a value`, { hint: `Write ${written} ${option.value ?? "VALUE"}` });
      given.set(name, option.kind === "list" ? [...((given.get(name) as readonly string[] | undefined) ?? []), text] : text);
    }
  }
  return { given, help };
}

/** What Go counts as yes and no. Throws USAGE. */
export function readBoolean(text: string, written: string): boolean {
  if (!YES.includes(text) && !NO.includes(text)) throw new AppError("USAGE", `${written}: "${text}" is not a boolean`, { hint: "Write true or false" });
  return YES.includes(text);
}

function optionOf(name: string, written: string): ConsulTemplateOption {
  const known = OPTIONS.find(({ flag }) => flag === name);
  if (known !== undefined) return known;
  const names = OPTIONS.flatMap(({ flag }) => (flag === undefined ? [] : [`-${flag}`]));
  throw new AppError("USAGE", `There is no flag "${written}"`, { hint: didYouMean(written.replace(/^--/, "-"), names) ?? "consul-template -help lists the flags" });
}
