import { posix } from "node:path";
import { covering, covers, toKey } from "../../core/key.ts";

/** A name as a template wrote it: "consul:" or "consul@dc2:" where it names another backend, and the path behind it. */
export interface WrittenName {
  readonly backend: string;
  readonly path: string;
}

export function splitName(name: string): WrittenName {
  const backend = /^[A-Za-z][\w-]*(?:@[\w.-]+)?:(?=\/)/.exec(name)?.[0] ?? "";
  return { backend, path: name.slice(backend.length) };
}

/**
 * The prefixes to read for a list at a path. A unit that names its keys sees these alone from above them, as in confd, which reads
 * nothing else: `gets "/*"` of a unit with keys = ["/app"] is no reason to follow the whole store.
 */
export function narrowed({ backend, path }: WrittenName, keys: readonly string[]): readonly string[] {
  const top = toKey(posix.normalize(`/${path}`));
  const followed = keys.map(splitName).flatMap((name) => (name.backend === backend ? [toKey(name.path)] : []));
  const within = followed.filter((key) => key !== top && covers(top, key));
  const isWhole = within.length === 0 || followed.some((key) => covers(key, top));
  return (isWhole ? [top] : covering(within)).map((key) => backend + key);
}
