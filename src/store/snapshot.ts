import type { Dependency } from "../core/dependency.ts";
import type { Entry } from "../core/entry.ts";
import type { AppError } from "../core/error.ts";
import { covers, type Key, lineage } from "../core/key.ts";

/** All entries of one backend at one moment; never changes. */
export class Snapshot {
  readonly backend: string;
  readonly revision: number;
  /** What was read: a key outside of these is unknown, not missing. */
  readonly prefixes: readonly Key[];
  /** What was wanted too and may not be read, and why. */
  readonly denied: ReadonlyMap<Key, AppError>;
  readonly #entries: ReadonlyMap<Key, Entry>;
  readonly #sortedKeys: readonly Key[];
  readonly #lists: Map<Key, readonly Entry[]>;

  constructor(
    backend: string,
    revision: number,
    prefixes: readonly Key[],
    entries: ReadonlyMap<Key, Entry>,
    sortedKeys: readonly Key[],
    denied: ReadonlyMap<Key, AppError> = new Map(),
    lists: Map<Key, readonly Entry[]> = new Map(),
  ) {
    this.backend = backend;
    this.revision = revision;
    this.prefixes = prefixes;
    this.#entries = entries;
    this.#sortedKeys = sortedKeys;
    this.denied = denied;
    this.#lists = lists;
  }

  get size(): number {
    return this.#entries.size;
  }

  covers({ key }: Pick<Dependency, "key">): boolean {
    return this.prefixes.some((prefix) => covers(prefix, key));
  }

  /** Why what is at and below a key may not be read; parts of it may be, and are asked for by themselves. */
  denial({ key }: Pick<Dependency, "key">): AppError | undefined {
    return this.denied.get(key);
  }

  /** Whether it was asked for: it is known, or known to be denied. */
  answers(key: Key): boolean {
    return this.covers({ key }) || this.denied.has(key);
  }

  /** All entries, sorted by key. */
  all(): readonly Entry[] {
    return this.#sortedKeys.map((key) => this.#entries.get(key) as Entry);
  }

  entry(key: Key): Entry | undefined {
    return this.#entries.get(key);
  }

  /** The entries at and below a prefix, sorted by key; the same array for as long as nothing below it changed. */
  entries(prefix: Key): readonly Entry[] {
    const known = this.#lists.get(prefix);
    if (known) return known;
    const list = [...this.#below(prefix)];
    this.#lists.set(prefix, list);
    return list;
  }

  /** The snapshot after some changes; lists that no change touched are kept. */
  next(revision: number, prefixes: readonly Key[], entries: ReadonlyMap<Key, Entry>, sortedKeys: readonly Key[], changed: readonly Key[], denied: ReadonlyMap<Key, AppError>): Snapshot {
    const lists = new Map(this.#lists);
    for (const key of changed) for (const ancestor of lineage(key)) lists.delete(ancestor);
    return new Snapshot(this.backend, revision, prefixes, entries, sortedKeys, denied, lists);
  }

  *#below(prefix: Key): Generator<Entry> {
    const own = this.#entries.get(prefix);
    if (own) yield own;
    const start = prefix === "/" ? "/" : `${prefix}/`;
    for (let at = lowerBound(this.#sortedKeys, start); at < this.#sortedKeys.length; at += 1) {
      const key = this.#sortedKeys[at] as Key;
      if (!key.startsWith(start)) return;
      if (key !== prefix) yield this.#entries.get(key) as Entry;
    }
  }
}

/** The first index whose key is not below the text. */
export function lowerBound(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
