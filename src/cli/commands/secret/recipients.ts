import { resolve } from "node:path";
import { AppError } from "../../../core/error.ts";
import { formatPublicKey, parsePublicKey, type PublicKey } from "../../../secrets/keys.ts";
import type { Invocation } from "../../command.ts";

const PUBLIC_KEY = /^remora-public-key:/;

/** The public keys of --to, or those of the configuration. Throws USAGE when there are none. */
export async function recipientsOf({ flags, outside }: Pick<Invocation, "flags" | "outside">, configured: readonly string[]): Promise<[PublicKey, ...PublicKey[]]> {
  const given = Array.isArray(flags.to) ? (flags.to as readonly string[]) : configured;
  const [first, ...others] = await Promise.all(given.map((text) => publicKeyAt(text, outside)));
  if (first === undefined) throw new AppError("USAGE", "Cannot seal: nobody is named who may open it", { hint: "Name a public key with --to, or [secrets] recipients in remora.toml; remora secret keygen makes a pair" });
  return [first, ...others];
}

/** A public key as it was given: itself, a file that holds it, or the private key's file, whose comment has it. */
export async function publicKeyAt(given: string, { cwd, ports }: Pick<Invocation["outside"], "cwd" | "ports">): Promise<PublicKey> {
  if (PUBLIC_KEY.test(given) || given.startsWith("remora-private-key:")) return parsePublicKey(given);
  const path = resolve(cwd, given);
  const content = await ports.files.read(path);
  if (content === undefined) throw new AppError("USAGE", `Cannot seal for "${given}": it is neither a public key nor a file`, { hint: "A public key begins with remora-public-key:v1:" });
  const line = new TextDecoder().decode(content).split(/\r?\n/).map((text) => text.replace(/^#\s*/, "").trim()).find((text) => PUBLIC_KEY.test(text));
  if (line === undefined) throw new AppError("USAGE", `Cannot seal for "${given}": there is no public key in that file`, { hint: "A public key begins with remora-public-key:v1:" });
  return parsePublicKey(line);
}

export { formatPublicKey };
