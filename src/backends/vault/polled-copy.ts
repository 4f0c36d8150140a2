import type { Entry } from "../../core/entry.ts";
import { covering, type Key } from "../../core/key.ts";
import { below, type Replica, Watchers } from "../replica.ts";

/** Reads everything below some prefixes. */
export type ReadAll = (prefixes: readonly Key[], signal: AbortSignal) => Promise<readonly Entry[]>;

/** A copy that is true as of its last reading, of a backend that tells nothing. */
export class PolledCopy implements Replica {
  // Each secret has a version, all together have none.
  readonly revision = 0;
  readonly watchers = new Watchers();
  /** Every reading is whole by itself: there is nothing that could break between two. */
  readonly over = new AbortController().signal;
  readonly #readAll: ReadAll;
  #entries = new Map<Key, Entry>();
  #prefixes: readonly Key[] = [];

  constructor(readAll: ReadAll) {
    this.#readAll = readAll;
  }

  get prefixes(): readonly Key[] {
    return this.#prefixes;
  }

  entries(prefixes: readonly Key[]): Entry[] {
    const isBelow = below(prefixes);
    return [...this.#entries.values()].filter(({ key }) => isBelow(key));
  }

  entry(key: Key): Entry | undefined {
    return this.#entries.get(key);
  }

  onMore(): () => void {
    return () => {};
  }

  async read(prefixes: readonly Key[], signal: AbortSignal): Promise<void> {
    const read = await this.#readAll(prefixes, signal);
    const isBelow = below(prefixes);
    this.#entries = new Map([...[...this.#entries].filter(([key]) => !isBelow(key)), ...read.map((entry) => [entry.key, entry] as const)]);
    this.#prefixes = covering([...this.#prefixes, ...prefixes]);
    this.watchers.tellAll();
  }

  async refresh(): Promise<void> {}

  reread(signal: AbortSignal): Promise<void> {
    return this.read(this.#prefixes, signal);
  }

  async beat(): Promise<void> {}
}
