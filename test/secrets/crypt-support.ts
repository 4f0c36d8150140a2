import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import * as openpgp from "openpgp";
import type { Key } from "../../src/core/key.ts";
import { cryptOpener, type CryptOpener } from "../../src/secrets/openpgp.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { memoryLog } from "../support/ports.ts";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { type TempDir, tempDir } from "../support/temp.ts";

export const PATH = "/db/password" as Key;

/** A key of the library's own, which is quicker to make and to use than one of RSA; its id is that of the part that opens. */
export async function makeKey(options: Partial<openpgp.KeyOptions> = {}): Promise<{ readonly privateKey: openpgp.PrivateKey; readonly publicKey: openpgp.PublicKey; readonly id: string }> {
  const { privateKey, publicKey } = await openpgp.generateKey({ type: "ecc", curve: "curve25519Legacy", userIDs: [{ name: "app" }], ...options, format: "object" });
  return { privateKey, publicKey, id: publicKey.subkeys[0]?.getKeyID().toHex() ?? "" };
}

/** Base64 of an OpenPGP message with this content; crypt's is gzip. */
export async function sealFor(keys: readonly openpgp.PublicKey[], content: Uint8Array, options: { readonly wildcard?: boolean; readonly date?: Date; readonly config?: openpgp.PartialConfig } = {}): Promise<string> {
  const message = await openpgp.createMessage({ binary: content });
  return base64((await openpgp.encrypt({ message, encryptionKeys: [...keys], format: "binary", ...options })) as Uint8Array);
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** What opens with these keyring files. */
export function openerOf(paths: readonly string[], options: { readonly insecure?: boolean } = {}): Promise<CryptOpener> {
  return cryptOpener({ paths, insecure: options.insecure ?? false, files: systemFiles, log: memoryLog(), uid: process.getuid?.() ?? 0 });
}

/** Writes a keyring file of a mode; answers its path. */
export async function writeKeyring(directory: TempDir, name: string, content: string | Uint8Array, mode = 0o600): Promise<string> {
  const path = await directory.write(name, content);
  await systemFiles.chmod(path, mode);
  return path;
}

/** Runs the program crypt. */
export async function crypt(command: string, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runProgram([requireProgram("crypt-xordataexchange"), command, ...args]);
  assert.equal(code, 0, stdout + stderr);
}

/** A GnuPG with a home of its own. */
export interface Gpg extends AsyncDisposable {
  readonly directory: TempDir;
  /** Seals a content for a key as crypt does, with flags of GnuPG's; answers the value. */
  seal(name: string, content: string, flags: readonly string[]): Promise<string>;
  /** Makes a key of RSA, as crypt's manual does; answers its public keyring, armored, and its secret one, armored and binary. */
  makeKeyring(name: string): Promise<{ readonly pub: string; readonly armored: string; readonly binary: string }>;
}

export async function startGpg(): Promise<Gpg> {
  const directory = await tempDir();
  const env = { ...process.env, GNUPGHOME: directory.path };
  const gpg = async (args: readonly string[], input?: string) => {
    const { code, stderr } = await runProgram([requireProgram("gpg"), "--batch", "--quiet", ...args], { env, ...(input === undefined ? {} : { input }) });
    if (code !== 0) throw new Error(`gpg ${args.join(" ")}: ${stderr}`);
  };
  return {
    directory,
    async seal(name, content, flags) {
      const [plain, sealed] = [await directory.write("plain.gz", gzipSync(content)), directory.join("sealed.gpg")];
      await gpg(["--yes", "--trust-model", "always", ...flags, "--output", sealed, "--recipient", name, "--encrypt", plain]);
      return readFile(sealed, "base64");
    },
    async makeKeyring(name) {
      await gpg(["--gen-key"], `%no-protection\nKey-Type: RSA\nKey-Length: 2048\nSubkey-Type: RSA\nSubkey-Length: 2048\nName-Real: ${name}\nExpire-Date: 0\n%commit\n`);
      const [pub, armored, binary] = [directory.join(`${name}.pub.asc`), directory.join(`${name}.sec.asc`), directory.join(`${name}.sec.gpg`)];
      await gpg(["--armor", "--output", pub, "--export", name]);
      await gpg(["--armor", "--output", armored, "--export-secret-keys", name]);
      await gpg(["--output", binary, "--export-secret-keys", name]);
      return { pub, armored, binary };
    },
    async [Symbol.asyncDispose]() {
      // The agent that gpg started would stay.
      await runProgram([requireProgram("gpgconf"), "--kill", "all"], { env });
      await directory[Symbol.asyncDispose]();
    },
  };
}
