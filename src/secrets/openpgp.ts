import { gunzipSync } from "node:zlib";
import { AppError, type ErrorCode, reason } from "../core/error.ts";
import type { Key } from "../core/key.ts";
import { type KeyringOptions, readPrivateFile } from "./keyring.ts";
import type * as OpenPgp from "openpgp";

/** More than a store takes; what unpacks to more was made to do harm. */
const LONGEST_CONTENT = 2 * 1024 * 1024;
/** The packet that such a message begins with: a session key, encrypted to a public key (RFC 9580, 5.1). */
const SESSION_KEY_TAG = 1;
/** A message that does not say whom it is for. */
const ANY_KEY = "0000000000000000";

/** Opens one value; throws SECRET_* that name the key and the key id, never the value. */
export type CryptOpener = (value: string, path: Key) => Promise<Uint8Array>;

/**
 * Opens what the program crypt wrote: base64 of an OpenPGP message, in which is the gzip of the value (its `encoding/secconf`).
 * Reads the keyrings once; they hold secret keys without a passphrase, armored or binary. Throws KEYRING_INVALID.
 */
export async function cryptOpener(options: KeyringOptions): Promise<CryptOpener> {
  const openpgp = await import("openpgp");
  if (options.paths.length === 0) return (_, path) => Promise.reject(refusal("SECRET_KEY_MISSING", path, "no OpenPGP keyring is configured", "Name it in [secrets] openpgp_keyring, or with --openpgp-keyring"));
  const keys = (await Promise.all(options.paths.map((path) => readKeys(path, options, openpgp)))).flat();
  return async (value, path) => unpacked(await decrypted(value, path, keys, openpgp), path);
}

/** Whether a value has the form that crypt gives it. */
export function looksSealed(value: string): boolean {
  return messageOf(value) !== undefined;
}

function messageOf(value: string): Uint8Array | undefined {
  const text = value.trim();
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) return undefined;
  const [first = 0] = bytes;
  // Either form of a packet's header has the first bit set; the older one has its tag in four bits, the newer one in six.
  const tag = (first & 0x40) === 0 ? (first >> 2) & 0x0f : first & 0x3f;
  return (first & 0x80) !== 0 && tag === SESSION_KEY_TAG ? bytes : undefined;
}

async function readKeys(file: string, options: KeyringOptions, openpgp: typeof OpenPgp): Promise<OpenPgp.PrivateKey[]> {
  const content = await readPrivateFile(file, options);
  const refuse = (why: string, hint: string, cause?: unknown) => new AppError("KEYRING_INVALID", `Cannot use the OpenPGP keyring "${file}": ${why}`, { hint, cause });
  const armored = Buffer.from(content.subarray(0, 200)).toString("latin1").includes("-----BEGIN PGP");
  const keys = await (armored ? openpgp.readPrivateKeys({ armoredKeys: new TextDecoder().decode(content) }) : openpgp.readPrivateKeys({ binaryKeys: content })).catch((thrown: unknown) => {
    throw refuse(reason(thrown), "gpg --export-secret-keys writes one; the public keyring opens nothing", thrown);
  });
  const locked = keys.find((key) => !key.isDecrypted());
  if (locked !== undefined) throw refuse(`its key ${locked.getKeyID().toHex()} has a passphrase`, "Remove the passphrase, and keep the file 0600");
  return keys;
}

async function decrypted(value: string, path: Key, keys: readonly OpenPgp.PrivateKey[], openpgp: typeof OpenPgp): Promise<Uint8Array> {
  const bytes = messageOf(value);
  if (bytes === undefined) throw refusal("SECRET_MALFORMED", path, "it is not what crypt writes, base64 of an OpenPGP message", "getv reads plain values");
  const message = await openpgp.readMessage({ binaryMessage: bytes }).catch((thrown: unknown) => {
    throw refusal("SECRET_MALFORMED", path, "the OpenPGP message in it is damaged", "Was it cut when it was copied?", thrown);
  });
  const wanted = message.getEncryptionKeyIDs();
  const fits = keys.some((key) => wanted.some((id) => id.toHex() === ANY_KEY || key.getKeys(id).length > 0));
  if (!fits) throw refusal("SECRET_KEY_MISSING", path, `it is sealed for OpenPGP key ${wanted.map((id) => id.toHex()).join(" or ") || "(none)"}, which the keyring does not have`, "Add that secret key to [secrets] openpgp_keyring");
  try {
    const { data } = await openpgp.decrypt({ message, decryptionKeys: [...keys], format: "binary" });
    return data as Uint8Array;
  } catch (thrown) {
    throw refusal("SECRET_TAMPERED", path, "it was changed after it was sealed, or has no integrity protection", "Seal the value again", thrown);
  }
}

function unpacked(content: Uint8Array, path: Key): Uint8Array {
  try {
    return gunzipSync(content, { maxOutputLength: LONGEST_CONTENT });
  } catch (thrown) {
    const tooLong = (thrown as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw refusal("SECRET_MALFORMED", path, tooLong ? `it unpacks to more than ${LONGEST_CONTENT / 1024 / 1024} MiB` : "what is in the OpenPGP message is not gzip, as crypt writes it", undefined, thrown);
  }
}

function refusal(code: ErrorCode, path: Key, why: string, hint?: string, cause?: unknown): AppError {
  return new AppError(code, `Cannot open the value of "${path}" that crypt sealed: ${why}`, { hint, cause });
}
