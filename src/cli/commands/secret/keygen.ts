import { dirname, resolve } from "node:path";
import { AppError } from "../../../core/error.ts";
import { targetError } from "../../../output/errors.ts";
import { formatPrivateKeyFile, formatPublicKey, generateKey } from "../../../secrets/keys.ts";
import type { Invocation } from "../../command.ts";
import { neededFlag } from "./content.ts";

const PRIVATE_MODE = 0o600;

/** Writes a new private key, and prints the public one. */
export async function keygen(invocation: Invocation): Promise<number> {
  const { outside } = invocation;
  const { files, clock } = outside.ports;
  const path = resolve(outside.cwd, neededFlag(invocation, "out"));
  const key = generateKey();
  const text = formatPrivateKeyFile(key, new Date(clock.now()).toISOString().slice(0, 10));
  const file = await files.create(path, PRIVATE_MODE).catch((thrown: NodeJS.ErrnoException) => {
    const why = thrown.code === "EEXIST" ? "it exists, and a private key is not overwritten" : thrown.message;
    throw new AppError("USAGE", `Cannot write "${path}": ${why}`, { hint: thrown.code === "ENOENT" ? "Make the directory first" : "Name another file" });
  });
  try {
    await using open = file;
    await open.write(new TextEncoder().encode(text));
    await open.sync();
  } catch (thrown) {
    // Half a key would stand in the way of the next try.
    await files.remove(path);
    throw targetError(path, thrown);
  }
  await files.syncDirectory(dirname(path));
  outside.stderr.write(`Wrote private key ${key.id} to ${path}; its public key:\n`);
  outside.stdout.write(`${formatPublicKey(key.publicKey)}\n`);
  return 0;
}
