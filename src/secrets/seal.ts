import { randomBytes } from "node:crypto";
import { AppError } from "../core/error.ts";
import type { Key } from "../core/key.ts";
import { type Ephemeral, NONCE_LENGTH, openBox, sealBoxes } from "./box.ts";
import { formatEnvelope, LONGEST_ENVELOPE, MOST_RECIPIENTS, parseEnvelope } from "./envelope.ts";
import { generateKey, type PrivateKey, type PublicKey } from "./keys.ts";
import { formatPayload, parsePayload, pathBytes } from "./payload.ts";

export interface SealRequest {
  readonly content: Uint8Array;
  readonly recipients: readonly [PublicKey, ...PublicKey[]];
  /** The key that it is sealed for; undefined opens it at every key. */
  readonly path: Key | undefined;
}

/** Seals a value; the envelope is text. Throws USAGE for what cannot be sealed. */
export function seal({ content, recipients, path }: SealRequest, ephemeral: Ephemeral = { key: generateKey(), nonce: randomBytes(NONCE_LENGTH) }): string {
  const refuse = (why: string) => new AppError("USAGE", `Cannot seal the value${path === undefined ? "" : ` of "${path}"`}: ${why}`);
  const distinct = [...new Map(recipients.map((recipient) => [recipient.id, recipient])).values()];
  if (distinct.length > MOST_RECIPIENTS) throw refuse(`it would be for more than ${MOST_RECIPIENTS} keys`);
  const ids = distinct.map(({ id }) => id);
  const payload = formatPayload({ recipients: ids, path: path === undefined ? undefined : pathBytes(path), content });
  if (payload === undefined) throw refuse("its key is too long");
  const bytes = sealBoxes(payload, distinct, ephemeral);
  if (bytes === undefined) throw refuse("the public key is one that everybody can open");
  const envelope = formatEnvelope({ recipients: ids, bytes });
  if (envelope.length > LONGEST_ENVELOPE) throw refuse(`sealed it would be longer than ${LONGEST_ENVELOPE / 1024 / 1024} MiB`);
  return envelope;
}

export interface OpenRequest {
  readonly envelope: string;
  /** The key that it stands at. */
  readonly path: Key;
  /** The private key of an id. */
  readonly find: (id: string) => PrivateKey | undefined;
}

/** What was sealed, and whether for this key alone. */
export interface OpenedContent {
  readonly content: Uint8Array;
  readonly bound: boolean;
}

/** Opens an envelope. Throws SECRET_* that name the key and the key id, never the value. */
export function open({ envelope, path, find }: OpenRequest): OpenedContent {
  const { recipients, bytes } = parseEnvelope(envelope, `the sealed value of "${path}"`);
  const { key, index } = keyFor(recipients, path, find);
  const plain = openBox(bytes, { key, index, count: recipients.length });
  const refuse = (code: "SECRET_MALFORMED" | "SECRET_TAMPERED" | "SECRET_WRONG_PATH", why: string, hint: string) =>
    new AppError(code, `Cannot open the sealed value of "${path}" with key ${key.id}: ${why}`, { hint });
  if (plain === "cut") throw refuse("SECRET_MALFORMED", "it is cut short", "Was it cut when it was copied?");
  if (plain === "changed") throw refuse("SECRET_TAMPERED", "it was changed after it was sealed", "Seal the value again, and see who can write that key");
  const payload = parsePayload(plain);
  if (payload === undefined) throw refuse("SECRET_MALFORMED", "what is inside has an unknown form", "Update Remora, or seal the value again");
  // Rotation seals for the recipients that an envelope names: nobody may add himself to them.
  if (payload.recipients.join() !== recipients.join()) throw refuse("SECRET_TAMPERED", "it names other keys than it was sealed for", "Seal the value again, and see who can write that key");
  if (payload.path === undefined) return { content: payload.content, bound: false };
  if (pathBytes(path).equals(payload.path)) return { content: payload.content, bound: true };
  throw refuse("SECRET_WRONG_PATH", `it was sealed for ${quoted(payload.path)} and stands at another key`, "Somebody copied it here; seal the value for this key, or with --any-path for all of them");
}

function keyFor(recipients: readonly string[], path: Key, find: OpenRequest["find"]): { readonly key: PrivateKey; readonly index: number } {
  for (const [index, id] of recipients.entries()) {
    const key = find(id);
    if (key !== undefined) return { key, index };
  }
  throw new AppError("SECRET_KEY_MISSING", `Cannot open the sealed value of "${path}": it is sealed for key ${recipients.join(" or ")}, which the keyring does not have`, {
    hint: "Mount that key and name it in [secrets] keyring, or seal the value for a key that is here",
  });
}

const LONGEST_QUOTE = 200;
// Characters that JSON leaves as they are and a terminal obeys: DEL, C1 controls, line ends and directions of Unicode.
const OBEYED = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Whoever sealed it chose the path: a message shows no more than a line of it. */
function quoted(path: Uint8Array): string {
  const text = Buffer.from(path).toString();
  const short = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}...` : text;
  return JSON.stringify(short).replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
