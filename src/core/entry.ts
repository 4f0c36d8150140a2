import type { Key } from "./key.ts";

/** Text where the bytes are valid UTF-8, else the bytes as they are. */
export type Value = string | Uint8Array;

export interface Entry {
  readonly key: Key;
  readonly value: Value;
  /** The backend's own number for the change that wrote it; 0 where the backend has none. */
  readonly revision: number;
  /** The backend holds secrets: whatever is rendered from it is sensitive. */
  readonly secret?: true;
}

export type Change = { readonly type: "put"; readonly entry: Entry } | { readonly type: "delete"; readonly key: Key };

export function changedKey(change: Change): Key {
  return change.type === "put" ? change.entry.key : change.key;
}

export function sameValue(a: Value, b: Value): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads bytes as text where they are valid UTF-8, else keeps a copy of the bytes. */
export function toValue(bytes: Uint8Array): Value {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return Uint8Array.from(bytes);
  }
}
