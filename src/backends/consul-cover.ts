import { covering, isSpecial, type Key, parentKey, ROOT } from "../core/key.ts";

/**
 * At most so many prefixes that cover all of these, sorted: siblings give way to their parent, the most of them first and
 * the deepest among equals, because that saves most queries for the least that is read beside what was wanted. May end at
 * the root. Keys that the backend makes are not merged, and not counted.
 */
export function fewPrefixes(prefixes: readonly Key[], most: number): Key[] {
  const special = [...new Set(prefixes.filter(isSpecial))];
  let normal = covering(prefixes.filter((prefix) => !isSpecial(prefix)));
  while (normal.length > most) normal = merged(normal, most);
  return [...normal, ...special].sort();
}

function merged(prefixes: readonly Key[], most: number): Key[] {
  const families = familiesOf(prefixes);
  return families.every(({ children }) => children.length === 1) ? deepestRaised(prefixes) : largestMerged(prefixes, families, most);
}

interface Family {
  readonly parent: Key;
  readonly children: Key[];
}

function familiesOf(prefixes: readonly Key[]): Family[] {
  const families = new Map<Key, Key[]>();
  for (const prefix of prefixes) families.set(parentKey(prefix), [...(families.get(parentKey(prefix)) ?? []), prefix]);
  return [...families].map(([parent, children]) => ({ parent, children }));
}

/** The root comes last: below it lies everything. */
function largestMerged(prefixes: readonly Key[], families: readonly Family[], most: number): Key[] {
  const bySize = families
    .filter(({ children }) => children.length > 1)
    .sort((a, b) => Number(a.parent === ROOT) - Number(b.parent === ROOT) || b.children.length - a.children.length || depth(b.parent) - depth(a.parent));
  const kept = new Set(prefixes);
  for (const { parent, children } of bySize) {
    for (const child of children) kept.delete(child);
    kept.add(parent);
    if (kept.size <= most) break;
  }
  return covering(kept);
}

/** No two have the same parent: those deepest down go up by one, until they meet. */
function deepestRaised(prefixes: readonly Key[]): Key[] {
  const deepest = Math.max(...prefixes.map(depth));
  return covering(prefixes.map((prefix) => (depth(prefix) === deepest ? parentKey(prefix) : prefix)));
}

function depth(key: Key): number {
  return key === ROOT ? 0 : key.split("/").length - 1;
}
