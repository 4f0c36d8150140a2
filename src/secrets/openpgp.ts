import { gunzipSync } from "node:zlib";
import type * as OpenPgp from "openpgp";
import { AppError, type ErrorCode, reason } from "../core/error.ts";
import type { Key } from "../core/key.ts";
import { ANY_KEY, type CryptMessage, parseCryptMessage } from "./crypt-message.ts";
import type { KeyringOptions } from "./keyring.ts";
import { loadOpenPgpKeyring, type OpenPgpKeyring } from "./openpgp-keyring.ts";

/** More than a store takes; what unpacks to more was made to do harm. */
const LONGEST_CONTENT = 2 * 1024 * 1024;
/** GnuPG was told to take one: nobody changed the value. */
const UNUSUAL_CIPHER = /Unsupported cipher|non-preferred symmetric algorithm/;
const TOO_LONG = `it unpacks to more than ${LONGEST_CONTENT / 1024 / 1024} MiB`;

/** Opens one value; throws SECRET_* that name the key and the key id, never the value. */
export type CryptOpener = (value: string, path: Key) => Promise<Uint8Array>;

/**
 * Opens what the program crypt wrote: base64 of an OpenPGP message, in which is the gzip of the value (its `encoding/secconf`).
 * Reads the keyrings once; what is wrong with them is told by the values that it keeps closed.
 */
export async function cryptOpener(options: KeyringOptions): Promise<CryptOpener> {
  const openpgp = await import("openpgp");
  const keyring = await loadOpenPgpKeyring(options, openpgp);
  return async (value, path) => {
    const message = parseCryptMessage(value);
    if (typeof message === "string") throw refusal("SECRET_MALFORMED", path, message, "Was it cut, or written by something else than crypt?");
    const keys = fittingKeys(message, keyring, { path, configured: options.paths.length > 0 });
    return unpacked(await decrypted(message, keys, path, openpgp), path);
  };
}

function fittingKeys({ recipients }: CryptMessage, { keys, problems }: OpenPgpKeyring, { path, configured }: { readonly path: Key; readonly configured: boolean }): OpenPgp.PrivateKey[] {
  const fitting = keys.filter((key) => recipients.some((id) => id === ANY_KEY || idsOf(key).includes(id)));
  if (fitting.length > 0) return fitting;
  const [problem] = problems;
  const detail = problem === undefined ? "" : ` (${problems.map(({ message }) => message).join("; ")})`;
  const why = `it is sealed for OpenPGP key ${recipients.join(" or ")}, which the keyring does not have${detail}`;
  const hint = configured ? "Add that secret key to [secrets] openpgp_keyring" : "No OpenPGP keyring is configured: name its file with --openpgp-keyring, or in [secrets] openpgp_keyring";
  throw refusal("SECRET_KEY_MISSING", path, why, problem?.hint ?? hint, problem);
}

/** Of all its parts that can open something: messages are for a subkey as a rule. */
function idsOf(key: OpenPgp.PrivateKey): string[] {
  const open = key.getKeys().filter(({ keyPacket }) => (keyPacket as OpenPgp.SecretKeyPacket).isDecrypted());
  return open.map((part) => part.getKeyID().toHex());
}

async function decrypted({ bytes }: CryptMessage, keys: OpenPgp.PrivateKey[], path: Key, openpgp: typeof OpenPgp): Promise<Uint8Array> {
  const config = { maxDecompressedMessageSize: LONGEST_CONTENT };
  try {
    const message = await openpgp.readMessage({ binaryMessage: bytes, config });
    const { data } = await openpgp.decrypt({ message, decryptionKeys: keys, format: "binary", config });
    return data as Uint8Array;
  } catch (thrown) {
    const why = reason(thrown);
    if (why.includes("Maximum decompressed message size")) throw refusal("SECRET_MALFORMED", path, TOO_LONG, undefined, thrown);
    if (UNUSUAL_CIPHER.test(why)) throw refusal("SECRET_MALFORMED", path, "its cipher is not one that crypt uses", "Seal the value again, with AES", thrown);
    throw refusal("SECRET_TAMPERED", path, "it was changed after it was sealed", "Seal the value again, and see who can write that key", thrown);
  }
}

function unpacked(content: Uint8Array, path: Key): Uint8Array {
  try {
    return gunzipSync(content, { maxOutputLength: LONGEST_CONTENT });
  } catch (thrown) {
    const tooLong = (thrown as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw refusal("SECRET_MALFORMED", path, tooLong ? TOO_LONG : "what is in the OpenPGP message is not gzip, as crypt writes it", undefined, thrown);
  }
}

function refusal(code: ErrorCode, path: Key, why: string, hint?: string, cause?: unknown): AppError {
  return new AppError(code, `Cannot open the value of "${path}" that crypt sealed: ${why}`, { hint, cause });
}
