import { globPrefix } from "./functions/glob.ts";
import type { Facts } from "./syntax.ts";

const KEYS = new Set(["get", "getv", "getv64", "exists", "secret", "cget", "cgetv"]);
const PREFIXES = new Set(["ls", "lsdir", "tree"]);
const GLOBS = new Set(["gets", "getvs", "cgets", "cgetvs"]);

/** The keys and prefixes that sources name literally, sorted; of a glob the part before its first wildcard. */
export function literalsOf(facts: readonly Facts[]): string[] {
  const found = new Set<string>();
  for (const { call, text } of facts.flatMap(({ reads }) => reads)) {
    if (KEYS.has(call) || PREFIXES.has(call)) found.add(text);
    if (GLOBS.has(call)) found.add(globPrefix(text));
  }
  return [...found].sort();
}
