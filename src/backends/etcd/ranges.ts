import type { KeyRange } from "../../clients/etcd/messages.ts";
import { type Key, ROOT } from "../../core/key.ts";

/** A range of stored keys that belongs to a prefix. */
export interface PrefixRange extends KeyRange {
  /** Its first key, which no other range of any prefix begins with. */
  readonly name: string;
}

/** The ranges that hold a prefix: the key itself, and what is below it; "/app-x" lies between the two. */
export function rangesOf(prefix: Key): PrefixRange[] {
  if (prefix === ROOT) return [rangeBelow("/")];
  return [{ name: prefix, key: encoder.encode(prefix) }, rangeBelow(`${prefix}/`)];
}

function rangeBelow(start: string): PrefixRange {
  return { name: start, key: encoder.encode(start), end: encoder.encode(`${start.slice(0, -1)}${AFTER_SLASH}`) };
}

const AFTER_SLASH = "0";
const encoder = new TextEncoder();
