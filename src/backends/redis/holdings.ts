import type { Entry, Value } from "../../core/entry.ts";
import { type Key, lineage } from "../../core/key.ts";
import { below } from "../replica.ts";
import type { Names } from "./names.ts";
import type { Held } from "./read-names.ts";

/** What the names of Redis hold, as last read. Where a string and a hash hold one key, the string counts, then the longest name. */
export class Holdings {
  readonly #names: Names;
  readonly #held = new Map<string, Held>();

  constructor(names: Names) {
    this.#names = names;
  }

  /** Takes in what some names hold now; those that hold nothing are not in the answer. Tells whether there was a hash among them. */
  take(read: Iterable<string>, now: ReadonlyMap<string, Held>): boolean {
    let hashes = false;
    for (const name of read) {
      const [before, after] = [this.#held.get(name), now.get(name)];
      hashes ||= [before, after].some((held) => held !== undefined && this.#isHash(name, held));
      if (after === undefined) this.#held.delete(name);
      else this.#held.set(name, after);
    }
    return hashes;
  }

  /** Names that hold something at or below one of the prefixes, or above it. */
  namesAt(prefixes: readonly Key[]): string[] {
    const matters = mattersTo(prefixes);
    return [...this.#held.keys()].filter((name) => matters(this.#names.keyOf(name)));
  }

  entry(key: Key): Entry | undefined {
    for (const above of lineage(key)) {
      const value = this.#held.get(this.#names.nameOf(above))?.get(key);
      if (value !== undefined) return { key, value, revision: 0 };
    }
    return undefined;
  }

  /** All entries at and below the prefixes. */
  entries(prefixes: readonly Key[]): Entry[] {
    const isBelow = below(prefixes);
    const keys = new Set<Key>();
    for (const held of this.#held.values()) for (const key of held.keys()) if (isBelow(key)) keys.add(key);
    return [...keys].flatMap((key) => this.entry(key) ?? []);
  }

  #isHash(name: string, held: ReadonlyMap<Key, Value>): boolean {
    const own = this.#names.keyOf(name);
    return held.size !== 1 || own === undefined || !held.has(own);
  }
}

/** Tells whether what a name holds may be at or below one of the prefixes: a hash above one may hold its keys. */
export function mattersTo(prefixes: readonly Key[]): (key: Key | undefined) => boolean {
  const isBelow = below(prefixes);
  const above = new Set(prefixes.flatMap((prefix) => [...lineage(prefix)]));
  return (key) => key !== undefined && (above.has(key) || isBelow(key));
}
