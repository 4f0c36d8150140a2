import { chmod } from "node:fs/promises";
import { AppError, type ErrorCode } from "../../src/core/error.ts";
import type { Key } from "../../src/core/key.ts";
import { formatPrivateKeyFile, type PrivateKey, privateKeyOf } from "../../src/secrets/keys.ts";
import { open, type OpenedContent } from "../../src/secrets/seal.ts";
import type { TempDir } from "../support/temp.ts";

export const PASSWORD = "/db/password" as Key;

/** A key whose bytes are this number: the same one in every run. */
export function keyNumber(number: number): PrivateKey {
  return privateKeyOf(new Uint8Array(32).fill(number));
}

export const ALICE = keyNumber(1);
export const BOB = keyNumber(2);
export const CAROL = keyNumber(3);

/** What some keys find in an envelope. */
export function openWithKeys(envelope: string, keys: readonly PrivateKey[], path: Key = PASSWORD): OpenedContent {
  return open({ envelope, path, find: (id) => keys.find((key) => key.id === id) });
}

/** The text in an envelope. */
export function textIn(envelope: string, keys: readonly PrivateKey[], path: Key = PASSWORD): string {
  return Buffer.from(openWithKeys(envelope, keys, path).content).toString();
}

/** For assert.throws: an AppError with this code whose message matches. */
export function refusal(code: ErrorCode, message: RegExp): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof AppError && thrown.code === code && message.test(thrown.message);
}

/** An envelope whose sealed bytes were changed. */
export function withBytes(envelope: string, change: (bytes: Buffer) => Uint8Array): string {
  const colon = envelope.lastIndexOf(":") + 1;
  return envelope.slice(0, colon) + Buffer.from(change(Buffer.from(envelope.slice(colon), "base64"))).toString("base64");
}

/** Writes a key file as keygen does; answers its path. */
export async function writeKey(dir: TempDir, name: string, key: PrivateKey, mode = 0o600): Promise<string> {
  const file = await dir.write(name, formatPrivateKeyFile(key, "2026-01-31"));
  await chmod(file, mode);
  return file;
}
