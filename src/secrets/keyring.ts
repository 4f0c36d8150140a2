import { join } from "node:path";
import { AppError, reason, toAppError } from "../core/error.ts";
import type { Files, Logger } from "../core/ports.ts";
import { parsePrivateKeys, type PrivateKey } from "./keys.ts";

export interface KeyringOptions {
  /** Files, or directories of files, absolute. */
  readonly paths: readonly string[];
  /** Use files that others can read or own. */
  readonly insecure: boolean;
  readonly files: Pick<Files, "read" | "stat" | "list" | "realpath">;
  readonly log: Logger;
  /** The user that this process runs as. */
  readonly uid: number;
}

/** Private keys by their id, and what was wrong with files that hold others. */
export interface Keyring {
  readonly keys: ReadonlyMap<string, PrivateKey>;
  readonly problems: readonly AppError[];
}

/** Reads all keys that can be read; a file that is not there (yet) is one of the problems, and hides no other. */
export async function loadKeyring(options: KeyringOptions): Promise<Keyring> {
  const keys = new Map<string, PrivateKey>();
  const problems: AppError[] = [];
  const note = (thrown: unknown) => void problems.push(toAppError(thrown, "KEYRING_INVALID"));
  for (const path of options.paths) {
    for (const file of await filesAt(path, options).catch(note) ?? []) {
      for (const key of await readKeyFile(file, options).catch(note) ?? []) keys.set(key.id, key);
    }
  }
  return { keys, problems };
}

/** The file itself, or the visible files of a directory but for public keys; Kubernetes mounts hidden ones beside them. */
async function filesAt(path: string, { files }: KeyringOptions): Promise<string[]> {
  // What cannot be looked at is not a directory, and reading it tells why.
  const typeOf = (file: string) => files.stat(file).then((stat) => stat?.type, () => undefined);
  if ((await typeOf(path)) !== "directory") return [path];
  const refuse = (why: string) => new AppError("KEYRING_INVALID", `Cannot use the key directory "${path}": ${why}`, { hint: "It should hold the key files, and be one that Remora may read" });
  const names = await files.list(path).catch((thrown: unknown) => Promise.reject(refuse(reason(thrown))));
  const visible = names.filter((name) => !name.startsWith(".") && !name.endsWith(".pub")).map((name) => join(path, name));
  const types = await Promise.all(visible.map(typeOf));
  const found = visible.filter((_, index) => types[index] !== "directory");
  if (found.length === 0) throw refuse("there is no file in it");
  return found;
}

async function readKeyFile(path: string, options: KeyringOptions): Promise<PrivateKey[]> {
  const content = await readPrivateFile(path, options);
  return parsePrivateKeys(new TextDecoder().decode(content), path);
}

/** Reads a file that holds private keys. Throws KEYRING_INVALID when it is not there, or others can read or replace it. */
export async function readPrivateFile(path: string, { files, insecure, log, uid }: Omit<KeyringOptions, "paths">): Promise<Uint8Array> {
  const refuse = (why: string, hint: string, cause?: unknown) => new AppError("KEYRING_INVALID", `Cannot use the key file "${path}": ${why}`, { hint, cause });
  try {
    // Of a symlink the file behind it counts: that is what a mounted secret is.
    const stat = await files.stat(path);
    if (stat === undefined) throw refuse("there is no such file", "Mount it, or mend its path in [secrets]");
    if (stat.type !== "file") throw refuse("it is not a file", "Name a file, or a directory of files");
    const odd = exposure(stat, uid);
    if (odd !== undefined && !insecure) throw refuse(odd, `chmod 600 and chown it (${await files.realpath(path)}), or accept the risk with --insecure-keyring`);
    if (odd !== undefined) log.warn("Key file is not safe, used all the same", { file: path, reason: odd });
    const content = await files.read(path);
    if (content === undefined) throw refuse("there is no such file", "Mount it, or mend its path in [secrets]");
    return content;
  } catch (thrown) {
    throw thrown instanceof AppError ? thrown : refuse(reason(thrown), "It should be a file that Remora may read", thrown);
  }
}

function exposure({ mode, uid: owner }: { readonly mode: number; readonly uid: number }, uid: number): string | undefined {
  if ((mode & 0o077) !== 0) return `its mode ${mode.toString(8).padStart(4, "0")} lets others use it`;
  return owner === uid || owner === 0 ? undefined : `it belongs to user ${owner}, and this is user ${uid}`;
}
