import type * as OpenPgp from "openpgp";
import { AppError, toAppError } from "../core/error.ts";
import { type KeyringOptions, readPrivateFile } from "./keyring.ts";

const ARMOR = "-----BEGIN PGP ";
const ARMOR_BEGINS_WITHIN = 1024;

/** Secret keys that need no passphrase, and what was wrong with files or keys beside them. */
export interface OpenPgpKeyring {
  readonly keys: readonly OpenPgp.PrivateKey[];
  readonly problems: readonly AppError[];
}

/** Reads OpenPGP keyrings, armored or binary, also those of GnuPG 1; what is wrong with one hides no other. */
export async function loadOpenPgpKeyring(options: KeyringOptions, openpgp: typeof OpenPgp): Promise<OpenPgpKeyring> {
  const keys: OpenPgp.PrivateKey[] = [];
  const problems: AppError[] = [];
  for (const path of options.paths) {
    const refuse = (why: string, hint: string, cause?: unknown) => new AppError("KEYRING_INVALID", `Cannot use the OpenPGP keyring "${path}": ${why}`, { hint, cause });
    try {
      const content = await readPrivateFile(path, options);
      const found = await secretKeys(content, openpgp).catch((thrown: unknown) => Promise.reject(refuse("it is not one, or damaged", MAKE_ONE, thrown)));
      if (found.length === 0) throw refuse("there is no secret key in it", MAKE_ONE);
      keys.push(...found.filter((key) => key.isDecrypted()));
      const unusable = found.filter((key) => !key.isDecrypted());
      problems.push(...unusable.map((key) => refuse(`its key ${key.getKeyID().toHex()} ${whyUnusable(key)}`, "Export a secret key without a passphrase, and keep the file 0600")));
    } catch (thrown) {
      problems.push(toAppError(thrown, "KEYRING_INVALID"));
    }
  }
  return { keys, problems };
}

const MAKE_ONE = '"gpg --export-secret-keys" writes one; public keys open nothing';

async function secretKeys(content: Uint8Array, openpgp: typeof OpenPgp): Promise<OpenPgp.PrivateKey[]> {
  const parts = armoredParts(content);
  const read = parts === undefined ? [openpgp.readKeys({ binaryKeys: content })] : parts.map((armoredKeys) => openpgp.readKeys({ armoredKeys }));
  return (await Promise.all(read)).flat().filter((key) => key.isPrivate());
}

/** One for each key file that was appended to another: only the first would be read. */
function armoredParts(content: Uint8Array): string[] | undefined {
  const text = Buffer.from(content).toString("latin1");
  if (!text.slice(0, ARMOR_BEGINS_WITHIN).includes(ARMOR)) return undefined;
  const [, ...parts] = text.split(ARMOR);
  return parts.map((part) => ARMOR + part);
}

function whyUnusable({ keyPacket }: OpenPgp.PrivateKey): string {
  return (keyPacket as OpenPgp.SecretKeyPacket).isDummy() ? "is a stub without the secret itself, as of a smart card" : "has a passphrase";
}
