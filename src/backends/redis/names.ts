import { type Key, ROOT, storedKey } from "../../core/key.ts";

/** How keys are named in Redis: "/db/host" as it is, or "db:host" with ":" as the separator. */
export interface Names {
  nameOf(key: Key): string;
  /** Undefined where it is no canonical key, or another name of one. */
  keyOf(name: string): Key | undefined;
  /** The key of a field of the hash at a key. */
  keyOfField(hash: Key, field: string): Key | undefined;
  /** What the names of all keys below a prefix begin with. */
  startBelow(prefix: Key): string;
}

export function namesWith(separator: string): Names {
  const withSlashes = (text: string) => (separator === "/" ? text : text.replaceAll(separator, "/"));
  const nameOf = (key: Key) => (separator === "/" ? key : key.slice(1).replaceAll("/", separator));
  return {
    nameOf,
    keyOf(name) {
      const key = storedKey(separator === "/" ? name : `/${withSlashes(name)}`);
      return key !== undefined && key !== ROOT && nameOf(key) === name ? key : undefined;
    },
    keyOfField: (hash, field) => (field === "" ? undefined : storedKey(`${hash}/${withSlashes(field)}`)),
    startBelow: (prefix) => (prefix === ROOT ? (separator === "/" ? "/" : "") : nameOf(prefix) + separator),
  };
}

/** A pattern of Redis that matches what begins with a text. */
export function globOf(start: string): string {
  return `${start.replace(/[\\*?[\]^-]/g, "\\$&")}*`;
}

/** What all texts begin with. */
export function commonStart(texts: readonly string[]): string {
  const [first = "", ...rest] = texts;
  let length = first.length;
  for (const text of rest) while (!text.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}
