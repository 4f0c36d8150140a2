import type { Entry } from "../../core/entry.ts";
import { covering, covers, type Key, toKey } from "../../core/key.ts";
import type { Scope } from "../engine/definition.ts";
import { underlyingPath } from "./paths.ts";

/** A name as a template wrote it: "consul:" where it names another backend, and the path behind it. */
export interface WrittenName {
  readonly backend: string;
  readonly path: string;
}

export function splitName(name: string): WrittenName {
  const backend = /^[A-Za-z][\w-]*:(?=\/)/.exec(name)?.[0] ?? "";
  return { backend, path: name.slice(backend.length) };
}

/** Whether keys are written so: confd compares names as they are, so "b", "/b/" and "/a//b" name nothing. */
export function isKeyName(name: string): boolean {
  const { path } = splitName(name);
  return path.startsWith("/") && toKey(path) === path;
}

/**
 * The entries at and below a path, sorted by key. A unit that names its keys sees these alone from above them, as in confd, which reads
 * nothing else: `gets "/*"` of a unit with keys = ["/app"] is no reason to follow the whole store.
 */
export function entriesBelow({ reader, keys }: Scope, { backend, path }: WrittenName): readonly Entry[] {
  const top = toKey(underlyingPath(path));
  const followed = keys.map(splitName).flatMap((name) => (name.backend === backend ? [toKey(name.path)] : []));
  const within = followed.filter((key) => key !== top && covers(top, key));
  if (within.length === 0 || followed.some((key) => covers(key, top))) return reader.entries(backend + top);
  return covering(within).flatMap((key: Key) => reader.entries(backend + key));
}
