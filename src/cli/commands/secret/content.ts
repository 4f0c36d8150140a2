import { resolve } from "node:path";
import { AppError } from "../../../core/error.ts";
import type { Invocation } from "../../command.ts";
import { withoutLastNewline } from "../../key-access.ts";

/** What is to be sealed or opened: a file as it is, or standard input without the line break at its end. Never an argument, which all processes see. */
export async function contentOf({ flags, outside }: Invocation): Promise<Uint8Array> {
  if (typeof flags.file !== "string") return withoutLastNewline(await outside.readStdin());
  const content = await outside.ports.files.read(resolve(outside.cwd, flags.file));
  if (content === undefined) throw new AppError("USAGE", `Cannot read "${flags.file}": there is no such file`);
  return content;
}

/** What is to be sealed. Throws USAGE for nothing at all on standard input, which a command before the pipe that failed leaves behind. */
export async function contentToSeal(invocation: Invocation): Promise<Uint8Array> {
  const content = await contentOf(invocation);
  if (content.length > 0 || invocation.flags.file !== undefined) return content;
  throw new AppError("USAGE", "Cannot seal: standard input is empty", { hint: "An empty value is sealed by --file /dev/null" });
}

/** The one argument of a command. Throws USAGE. */
export function oneArgument({ positionals }: Invocation, what: string, otherwise?: string): string {
  const [first = otherwise, ...others] = positionals;
  if (first === undefined || others.length > 0) {
    const hint = others.length > 0 && what === "KEY" ? "A value comes from standard input or --file, never from the command line, which others can see" : undefined;
    throw new AppError("USAGE", first === undefined ? `${what} is missing` : `There is one ${what} too many`, { hint });
  }
  return first;
}

/** A flag that has to be given. Throws USAGE. */
export function neededFlag({ flags }: Invocation, name: string): string {
  const value = flags[name];
  if (typeof value === "string" && value !== "") return value;
  throw new AppError("USAGE", `--${name} is missing`);
}
