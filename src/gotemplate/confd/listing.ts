import { compareBytes } from "../bytes.ts";
import type { Scope } from "../engine/definition.ts";
import { splitName } from "../engine/narrow.ts";
import { entriesBelow } from "./key-names.ts";
import { basePath, cleanPath } from "./paths.ts";

/** What `ls` and `lsdir` of confd find: sorted names, with all that is odd about "/" and about paths that are not clean. */
export function listNames(scope: Scope, name: string, which: "all" | "directories"): string[] {
  const { backend, path } = splitName(name);
  const prefix = terms(path);
  if (!path.startsWith("/") || (which === "directories" && prefix.length === 2 && prefix[1] === "")) return [];
  const found = new Set<string>();
  for (const { key } of entriesBelow(scope, { backend, path })) {
    const listed = which === "all" ? entryName(key, path, prefix) : directoryName(key, path, prefix);
    if (listed !== undefined) found.add(listed);
  }
  return [...found].sort(compareBytes);
}

function entryName(key: string, path: string, prefix: readonly string[]): string | undefined {
  if (key === path) return basePath(key);
  if (!startsWith(terms(parent(key)), prefix)) return undefined;
  return without(without(key, path), "/").split("/", 1)[0];
}

function directoryName(key: string, path: string, prefix: readonly string[]): string | undefined {
  const parts = terms(parent(key));
  return key.startsWith(path) && startsWith(parts, prefix) ? parts[prefix.length] : undefined;
}

function parent(key: string): string {
  return key.slice(0, key.lastIndexOf("/") + 1);
}

/** "/a/b" is "", "a", "b"; the root is two empty ones, which is why nothing but keys at the root is below it. */
function terms(path: string): string[] {
  return cleanPath(path).split("/");
}

function startsWith(parts: readonly string[], prefix: readonly string[]): boolean {
  return parts.length >= prefix.length && prefix.every((part, index) => parts[index] === part);
}

function without(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}
