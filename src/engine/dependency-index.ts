import type { Dependency } from "../core/dependency.ts";
import { type Key, lineage } from "../core/key.ts";

/** Which units read a key, so that a change renders those and no others. */
export class DependencyIndex {
  readonly #readers = new Map<string, Set<string>>();
  readonly #ofUnit = new Map<string, readonly string[]>();

  /** Replaces what a unit reads. */
  set(unit: string, dependencies: readonly Dependency[]): void {
    this.delete(unit);
    const slots = [...new Set(dependencies.map(({ backend, key, scope }) => slot(backend, scope, key)))];
    this.#ofUnit.set(unit, slots);
    for (const name of slots) {
      const readers = this.#readers.get(name);
      if (readers) readers.add(unit);
      else this.#readers.set(name, new Set([unit]));
    }
  }

  delete(unit: string): void {
    for (const name of this.#ofUnit.get(unit) ?? []) {
      const readers = this.#readers.get(name);
      readers?.delete(unit);
      if (readers?.size === 0) this.#readers.delete(name);
    }
    this.#ofUnit.delete(unit);
  }

  /** The units that read one of the keys, or a prefix that covers one. */
  readersOf(backend: string, keys: readonly Key[]): Set<string> {
    const units = new Set<string>();
    const add = (name: string) => {
      for (const unit of this.#readers.get(name) ?? []) units.add(unit);
    };
    for (const key of keys) {
      add(slot(backend, "key", key));
      for (const ancestor of lineage(key)) add(slot(backend, "prefix", ancestor));
    }
    return units;
  }
}

function slot(backend: string, scope: Dependency["scope"], key: Key): string {
  return `${backend} ${scope} ${key}`;
}
