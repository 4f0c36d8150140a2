import { toValue } from "../../core/entry.ts";
import { type Key, lineage, ROOT } from "../../core/key.ts";
import { commonStart, globOf, type Names } from "./names.ts";
import type { Ask } from "./read-names.ts";

/** How many of its keys Redis looks at before it answers. */
const LOOKED_AT = 1_000;

/** The names that may hold keys at and below these prefixes: they themselves, those above, which may be hashes, and those below. */
export async function findNames(prefixes: readonly Key[], names: Names, ask: Ask, onOdd: (name: string) => void): Promise<string[]> {
  const found = new Set(prefixes.flatMap((prefix) => [...lineage(prefix)].filter((key) => key !== ROOT).map(names.nameOf)));
  const starts = prefixes.map(names.startBelow);
  // Whatever it is asked for, SCAN goes through all keys of the database: once is enough.
  const pattern = globOf(commonStart(starts));
  let cursor = "0";
  do {
    const [next, some] = await ask((client) => client.scanBuffer(cursor, "MATCH", pattern, "COUNT", LOOKED_AT));
    cursor = next.toString();
    for (const bytes of some) {
      const name = toValue(bytes);
      if (typeof name !== "string" || !starts.some((start) => name.startsWith(start))) continue;
      if (names.keyOf(name) === undefined) onOdd(name);
      else found.add(name);
    }
  } while (cursor !== "0");
  return [...found];
}
