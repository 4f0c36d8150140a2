/**
 * A canonical key: begins with "/", has no empty segment and no slash at its end; the root is "/".
 * Keys that a backend invents (a service of Consul's catalog, a DNS name) begin with their kind instead,
 * as in "service:web", and so never meet a stored key.
 */
export type Key = string & { readonly __key: never };

export const ROOT = "/" as Key;

/** Makes a key from what a person or a template wrote: "db//host/" becomes "/db/host". */
export function toKey(text: string): Key {
  const segments = text.split("/").filter((segment) => segment !== "");
  return `/${segments.join("/")}` as Key;
}

/** The key for a name that a backend stores, or undefined when the name is not canonical (a directory marker such as "a/"). */
export function storedKey(name: string): Key | undefined {
  return name.startsWith("/") && toKey(name) === name ? (name as Key) : undefined;
}

/** A key of a kind that a backend invents: "service:web". */
export function specialKey(kind: string, name: string): Key {
  return `${kind}:${name}` as Key;
}

export function isSpecial(key: Key): boolean {
  return !key.startsWith("/");
}

/** Whether the prefix is the key itself or one of its ancestors: "/app" covers "/app/x", never "/apple". */
export function covers(prefix: Key, key: Key): boolean {
  if (prefix === key) return true;
  if (prefix === ROOT) return key.startsWith("/");
  return key.length > prefix.length && key.startsWith(prefix) && key[prefix.length] === "/";
}

/** Puts a key below a prefix: ("/production", "/db") is "/production/db". */
export function joinKey(prefix: Key, key: Key): Key {
  if (isSpecial(key) || prefix === ROOT) return key;
  return (key === ROOT ? prefix : prefix + key) as Key;
}

/** The key as seen from below a prefix that covers it: ("/production", "/production/db") is "/db". */
export function relativeKey(prefix: Key, key: Key): Key {
  if (isSpecial(key) || prefix === ROOT) return key;
  return (key === prefix ? ROOT : key.slice(prefix.length)) as Key;
}

/** The parent of a key; the parent of the root is the root. */
export function parentKey(key: Key): Key {
  const slash = key.lastIndexOf("/");
  return (slash <= 0 ? ROOT : key.slice(0, slash)) as Key;
}

/** The key itself, then each of its ancestors up to the root. */
export function* lineage(key: Key): Generator<Key> {
  yield key;
  if (isSpecial(key)) return;
  for (let at = key; at !== ROOT; ) {
    at = parentKey(at);
    yield at;
  }
}

/** The fewest of the given prefixes that cover all of them, sorted. */
export function covering(prefixes: Iterable<Key>): Key[] {
  const all = new Set(prefixes);
  const kept = [...all].filter((key) => ![...lineage(key)].some((ancestor) => ancestor !== key && all.has(ancestor)));
  return kept.sort();
}
