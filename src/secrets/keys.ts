import { createHash, type KeyObject } from "node:crypto";
import { AppError } from "../core/error.ts";
import { agree, isCanonical, KEY_LENGTH, newPrivateKey, privateBytesOf, privateKeyFrom, publicBytesOf } from "./x25519.ts";

const PUBLIC = "remora-public-key:v1:";
const PRIVATE = "remora-private-key:v1:";

/** Who a value is sealed for. */
export interface PublicKey {
  /** The first 8 bytes of the SHA-256 of the key, in hexadecimal. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** What opens a value; the key object prints nothing of it. */
export interface PrivateKey {
  readonly id: string;
  readonly publicKey: PublicKey;
  readonly key: KeyObject;
}

/** Makes an X25519 key. */
export function generateKey(): PrivateKey {
  return privateKey(newPrivateKey());
}

/** The text form of a public key, one line. */
export function formatPublicKey({ bytes }: PublicKey): string {
  return PUBLIC + Buffer.from(bytes).toString("base64");
}

/** Reads the text form of a public key. Throws USAGE, and shows nothing of what may be something else. */
export function parsePublicKey(text: string): PublicKey {
  const line = text.trim();
  const refuse = (why: string, hint: string) => new AppError("USAGE", `Cannot seal for ${shown(line)}: ${why}`, { hint });
  if (line.startsWith(PRIVATE)) throw refuse("it is a private key", "Seal for the public one, which is a comment in the key's file; a private key that stood on a command line or in a configuration has to be rotated");
  if (!line.startsWith(PUBLIC)) throw refuse("it is not a public key", `It begins with ${PUBLIC}; remora secret keygen prints it`);
  const bytes = keyBytes(line.slice(PUBLIC.length));
  if (bytes === undefined || !isCanonical(bytes)) throw refuse("it is damaged", "It ends in the base64 of 32 bytes; copy it again");
  if (agree(newPrivateKey(), bytes) === undefined) throw refuse("everybody could open what is sealed for it", "remora secret keygen makes a key");
  return publicKeyOf(bytes);
}

/** The lines of a private key's file; `created` is a date for people. */
export function formatPrivateKeyFile({ publicKey, key }: PrivateKey, created: string): string {
  return [`# Remora private key, id ${publicKey.id}, made ${created}`, `# ${formatPublicKey(publicKey)}`, PRIVATE + privateBytesOf(key).toString("base64"), ""].join("\n");
}

/** Reads the private keys of a file: one a line, "#" begins a comment. Throws KEYRING_INVALID with the line, and shows nothing of it. */
export function parsePrivateKeys(text: string, file: string): PrivateKey[] {
  const refuse = (why: string, line: number | undefined, hint: string) => new AppError("KEYRING_INVALID", `Cannot use the key file "${file}": ${why}`, { at: { file, line }, hint });
  const keys = text.split(/\r?\n/).flatMap((raw, index): PrivateKey[] => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) return [];
    if (line.startsWith(PUBLIC)) throw refuse("it holds a public key", index + 1, "A keyring wants the private one, which remora secret keygen --out wrote");
    if (!line.startsWith(PRIVATE)) throw refuse("this line is no private key", index + 1, `A private key begins with ${PRIVATE}`);
    const bytes = keyBytes(line.slice(PRIVATE.length));
    if (bytes === undefined) throw refuse("the key on this line is damaged", index + 1, "It ends in the base64 of 32 bytes");
    return [privateKeyOf(bytes)];
  });
  if (keys.length === 0) throw refuse("there is no key in it", undefined, "remora secret keygen --out writes one");
  return keys;
}

/** A public key of its 32 bytes. */
export function publicKeyOf(bytes: Uint8Array): PublicKey {
  return { id: createHash("sha256").update(bytes).digest("hex").slice(0, 16), bytes };
}

/** A private key of its 32 bytes. */
export function privateKeyOf(bytes: Uint8Array): PrivateKey {
  return privateKey(privateKeyFrom(bytes));
}

function privateKey(key: KeyObject): PrivateKey {
  const publicKey = publicKeyOf(publicBytesOf(key));
  return { id: publicKey.id, publicKey, key };
}

function keyBytes(base64: string): Uint8Array | undefined {
  const bytes = Buffer.from(base64, "base64");
  return bytes.length === KEY_LENGTH && bytes.toString("base64") === base64 ? bytes : undefined;
}

/** Enough to find the key among others; what follows may be a private one that was pasted there. */
function shown(line: string): string {
  const start = /^remora-public-key:v1:[A-Za-z0-9+/]{0,8}/.exec(line)?.[0];
  return start === undefined ? "this key" : `"${start}..."`;
}
