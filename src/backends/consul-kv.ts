import { type Entry, toValue } from "../core/entry.ts";
import { AppError } from "../core/error.ts";
import { covers, type Key, storedKey, toKey } from "../core/key.ts";
import type { ConsulSubject } from "./consul-subject.ts";

/**
 * The keys at and below a prefix. Consul's own prefixes are of letters: "app" brings "apple" too. That is filtered here,
 * because the key "app" and the folder "app/" together would else cost two queries.
 */
export function kvSubject(prefix: Key): ConsulSubject {
  const query = { what: `"${prefix}"`, path: `/kv/${encodedName(prefix)}`, parameters: { recurse: "true" }, glance: { recurse: undefined, keys: "", separator: "/" } };
  return { query, entries: (data) => rows(data, prefix).flatMap((row) => entryOf(row, prefix)) };
}

/** What to ask for a prefix by. Consul's server takes "." and ".." for steps of a path, and leads elsewhere: what is above them is asked for. */
export function askable(prefix: Key): Key {
  const segments = prefix.split("/");
  const at = segments.findIndex((segment) => segment === "." || segment === "..");
  return at < 0 ? prefix : toKey(segments.slice(0, at).join("/"));
}

/** The key as Consul holds it, without the slash that ours begin with. */
export function consulName(key: Key): string {
  return key.slice(1);
}

function encodedName(key: Key): string {
  // Half a surrogate pair, as JSON may bring one, is no text to encode.
  return consulName(key).toWellFormed().split("/").map(encodeURIComponent).join("/");
}

interface Row {
  readonly Key: string;
  /** Base64; null where the value is empty. */
  readonly Value: string | null;
  readonly ModifyIndex: number;
}

function rows(data: unknown, prefix: Key): Row[] {
  if (data === undefined) return [];
  if (!Array.isArray(data) || !data.every(isRow)) throw new AppError("BACKEND_DATA", `Cannot read "${prefix}" from Consul: the answer is not a list of keys`);
  return data;
}

function isRow(row: unknown): row is Row {
  const { Key, Value, ModifyIndex } = (row ?? {}) as Partial<Row>;
  return typeof Key === "string" && (Value === null || typeof Value === "string") && typeof ModifyIndex === "number";
}

function entryOf({ Key: name, Value, ModifyIndex }: Row, prefix: Key): Entry[] {
  // Consul's user interface makes folders as keys with a slash at their end; they, and names with empty segments, are not keys.
  const key = storedKey(`/${name}`);
  if (key === undefined || !covers(prefix, key)) return [];
  return [{ key, value: toValue(Buffer.from(Value ?? "", "base64")), revision: ModifyIndex }];
}
