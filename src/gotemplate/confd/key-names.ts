import type { Entry } from "../../core/entry.ts";
import { toKey } from "../../core/key.ts";
import type { Scope } from "../engine/definition.ts";
import { narrowed, splitName, type WrittenName } from "../engine/narrow.ts";

/** Whether keys are written so: confd compares names as they are, so "b", "/b/" and "/a//b" name nothing. */
export function isKeyName(name: string): boolean {
  const { path } = splitName(name);
  return path.startsWith("/") && toKey(path) === path;
}

/** The entries at and below a path, sorted by key; of those above the unit's keys these alone. */
export function entriesBelow({ reader, keys }: Scope, name: WrittenName): readonly Entry[] {
  const [first = "/", ...rest] = narrowed(name, keys);
  return rest.length === 0 ? reader.entries(first) : [first, ...rest].flatMap((prefix) => reader.entries(prefix));
}
