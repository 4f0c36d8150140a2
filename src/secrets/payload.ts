import type { Key } from "../core/key.ts";

const ANY_PATH = 0;
const BOUND = 1;
const ID_LENGTH = 8;
const LONGEST_PATH = 0xffff;

/** What is inside a box. */
export interface Payload {
  /** The ids of all keys that it was sealed for, in the order of the envelope. */
  readonly recipients: readonly string[];
  /** The key that it was sealed for, as bytes of UTF-8; undefined opens at every key. */
  readonly path: Uint8Array | undefined;
  readonly content: Uint8Array;
}

/** Writes what goes into a box: flags, recipients, path, content; undefined when the path is too long for the form. */
export function formatPayload({ recipients, path, content }: Payload): Uint8Array | undefined {
  if (path !== undefined && path.length > LONGEST_PATH) return undefined;
  const ids = Buffer.from(recipients.join(""), "hex");
  const head = Uint8Array.of(path === undefined ? ANY_PATH : BOUND, recipients.length);
  const bound = path === undefined ? [] : [Uint8Array.of(path.length >> 8, path.length & 0xff), path];
  return Buffer.concat([head, ids, ...bound, content]);
}

/** Takes apart what was in a box; undefined when it has an unknown form. */
export function parsePayload(plain: Uint8Array): Payload | undefined {
  const [flags, count = 0] = plain;
  const idsEnd = 2 + count * ID_LENGTH;
  if (flags === undefined || flags > BOUND || plain.length < idsEnd) return undefined;
  const ids = Buffer.from(plain.subarray(2, idsEnd)).toString("hex");
  const recipients = Array.from({ length: count }, (_, index) => ids.slice(index * 2 * ID_LENGTH, (index + 1) * 2 * ID_LENGTH));
  if (flags === ANY_PATH) return { recipients, path: undefined, content: plain.subarray(idsEnd) };
  const [high = 0, low = 0] = plain.subarray(idsEnd);
  const pathStart = idsEnd + 2;
  const pathEnd = pathStart + (high << 8) + low;
  return plain.length < pathEnd ? undefined : { recipients, path: plain.subarray(pathStart, pathEnd), content: plain.subarray(pathEnd) };
}

/** A key as it stands in a payload. */
export function pathBytes(path: Key): Buffer {
  return Buffer.from(path);
}
