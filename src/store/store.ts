import type { ChangeBatch, Position, Reading } from "../core/backend.ts";
import { type Change, changedKey, type Entry, sameValue } from "../core/entry.ts";
import type { AppError } from "../core/error.ts";
import { covers, type Key } from "../core/key.ts";
import type { CachedReading } from "./cache.ts";
import { lowerBound, Snapshot } from "./snapshot.ts";

/** The keys that changed, and everything as it is after it. */
export interface ChangeSet {
  readonly backend: string;
  readonly snapshot: Snapshot;
  readonly changed: readonly Key[];
  /** Something may be read that could not be before, or the other way round. */
  readonly permissions: boolean;
}

/** Our copy in memory of what one backend holds below some prefixes. */
export class Store {
  #entries = new Map<Key, Entry>();
  #sortedKeys: Key[] = [];
  #snapshot: Snapshot;
  #position: Position | undefined;

  constructor(backend: string) {
    this.#snapshot = new Snapshot(backend, 0, [], this.#entries, this.#sortedKeys);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Where a watch goes on; undefined before the first reading. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** Takes a reading of some prefixes; from then on the store covers `covered`, but for what may not be read: of that it keeps what it has. */
  load(prefixes: readonly Key[], { position, entries, denied = new Map() }: Reading, covered: readonly Key[]): ChangeSet {
    const others = [...this.#snapshot.denied].filter(([key]) => covered.includes(key) && !prefixes.includes(key));
    const allDenied = new Map([...others, ...denied]);
    const changes = this.#differences(prefixes.filter((prefix) => !denied.has(prefix)), entries);
    return this.#commit(changes, position, covered.filter((prefix) => !allDenied.has(prefix)), allDenied);
  }

  /** Takes what a cache held; the store has no position by it. */
  loadCached({ prefixes, entries }: CachedReading): ChangeSet {
    return this.#commit(this.#differences(prefixes, entries), undefined, prefixes, new Map());
  }

  apply(batch: ChangeBatch): ChangeSet {
    const changes = batch.kind === "changes" ? batch.changes.filter((change) => this.#isNew(change)) : this.#differences([batch.prefix], batch.entries);
    return this.#commit(changes, batch.position, this.#snapshot.prefixes, this.#snapshot.denied);
  }

  #isNew(change: Change): boolean {
    const known = this.#entries.get(changedKey(change));
    if (change.type === "delete") return known !== undefined;
    return known === undefined || known.revision !== change.entry.revision || !sameValue(known.value, change.entry.value);
  }

  /** What would make the entries below the prefixes equal to the given ones. */
  #differences(prefixes: readonly Key[], entries: readonly Entry[]): Change[] {
    const present = new Set(entries.map((entry) => entry.key));
    const gone = [...this.#entries.keys()].filter((key) => !present.has(key) && prefixes.some((prefix) => covers(prefix, key)));
    const put = entries.filter((entry) => {
      const known = this.#entries.get(entry.key);
      return known === undefined || !sameValue(known.value, entry.value);
    });
    return [...gone.map((key): Change => ({ type: "delete", key })), ...put.map((entry): Change => ({ type: "put", entry }))];
  }

  #commit(changes: readonly Change[], position: Position | undefined, prefixes: readonly Key[], denied: ReadonlyMap<Key, AppError>): ChangeSet {
    const permissions = [...denied.keys()].sort().join() !== [...this.#snapshot.denied.keys()].sort().join();
    this.#position = position;
    if (changes.length > 0) {
      // The former snapshot goes on reading the former map.
      const keySetChanged = changes.some((change) => (change.type === "put") !== this.#entries.has(changedKey(change)));
      this.#entries = new Map(this.#entries);
      for (const change of changes) {
        if (change.type === "put") this.#entries.set(change.entry.key, change.entry);
        else this.#entries.delete(change.key);
      }
      if (keySetChanged) this.#sortedKeys = this.#resort(changes);
    }
    const changed = changes.map(changedKey);
    this.#snapshot = this.#snapshot.next(position?.revision ?? 0, prefixes, this.#entries, this.#sortedKeys, changed, denied);
    return { backend: this.#snapshot.backend, snapshot: this.#snapshot, changed, permissions };
  }

  #resort(changes: readonly Change[]): Key[] {
    const MANY = 64;
    if (changes.length > MANY) return [...this.#entries.keys()].sort();
    const keys = [...this.#sortedKeys];
    for (const change of changes) {
      const key = changedKey(change);
      const at = lowerBound(keys, key);
      const known = keys[at] === key;
      if (this.#entries.has(key) && !known) keys.splice(at, 0, key);
      if (!this.#entries.has(key) && known) keys.splice(at, 1);
    }
    return keys;
  }
}
