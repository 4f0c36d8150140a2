import { covering, covers, type Key } from "../../core/key.ts";
import type { Entry } from "../../core/entry.ts";
import { findNames } from "./find-names.ts";
import { below, Holdings, mattersTo } from "./holdings.ts";
import type { Names } from "./names.ts";
import { type Ask, type Held, readNames } from "./read-names.ts";
import type { RedisSession } from "./session.ts";

/** What a watcher was not told yet. */
export interface Told {
  /** Everything may be other than it was. */
  all: boolean;
  readonly keys: Set<Key>;
}

export interface ReplicaOptions {
  readonly session: RedisSession;
  readonly names: Names;
  /** A name below a prefix that is no key. */
  readonly onOdd: (name: string) => void;
}

/** While keys are written without a pause, what was read is told after so many readings. */
const MOST_ROUNDS = 10;

/** A copy of what Redis holds below the prefixes that were read, for as long as a session lasts. */
export class Replica {
  readonly session: RedisSession;
  readonly #names: Names;
  readonly #onOdd: (name: string) => void;
  readonly #holdings: Holdings;
  readonly #watchers = new Set<Told>();
  #prefixes: readonly Key[] = [];
  /** Up to what was told the copy is true. */
  #upTo = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ session, names, onOdd }: ReplicaOptions) {
    this.session = session;
    this.#names = names;
    this.#onOdd = onOdd;
    this.#holdings = new Holdings(names);
  }

  get isLive(): boolean {
    return !this.session.over.aborted;
  }

  covers(prefixes: readonly Key[]): boolean {
    return prefixes.every((prefix) => this.#prefixes.some((known) => covers(known, prefix)));
  }

  entries(prefixes: readonly Key[]): Entry[] {
    return this.#holdings.entries(prefixes);
  }

  entry(key: Key): Entry | undefined {
    return this.#holdings.entry(key);
  }

  /** What changes from now on; to be given back to `leave`. */
  join(): Told {
    const told: Told = { all: false, keys: new Set() };
    this.#watchers.add(told);
    return told;
  }

  leave(told: Told): void {
    this.#watchers.delete(told);
  }

  /** Reads everything below these prefixes. Answers false when it takes another session to follow them. */
  read(prefixes: readonly Key[], signal: AbortSignal, onProgress?: (entries: number) => void): Promise<boolean> {
    return this.#inTurn(async () => {
      if (!(await this.session.follow(prefixes, signal))) return false;
      await this.#readAll(prefixes, signal, onProgress);
      this.#prefixes = covering([...this.#prefixes, ...prefixes]);
      await this.#catchUp(signal);
      return true;
    });
  }

  /** Reads what was told to have changed, and tells the watchers. */
  refresh(signal: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#catchUp(signal));
  }

  /** Reads everything again, whether something was told or not. */
  reread(signal: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      await this.#readAll(this.#prefixes, signal);
      await this.#catchUp(signal);
    });
  }

  /** Calls back when more was told than was read; the answer ends that. */
  onMore(callback: () => void): () => void {
    return this.session.journal.onMore(this.#upTo, callback);
  }

  async #readAll(prefixes: readonly Key[], signal: AbortSignal, onProgress?: (entries: number) => void): Promise<void> {
    const ask = this.#ask(signal);
    const found = await findNames(prefixes, this.#names, ask, this.#onOdd);
    const held = await readNames(found, { names: this.#names, ask, isOurs: below(prefixes), onProgress });
    this.#holdings.take([...found, ...this.#holdings.namesAt(prefixes)], held);
    for (const told of this.#watchers) told.all = true;
  }

  /**
   * Reads what changed until nothing more did meanwhile, all of it together each time. So a transaction is there whole: when one of
   * its keys was told, all of them were by the time that the session has settled.
   */
  async #catchUp(signal: AbortSignal): Promise<void> {
    const { journal } = this.session;
    const touched = new Set<string>();
    let held: ReadonlyMap<string, Held> = new Map();
    let upTo = this.#upTo;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      await this.session.settle(signal);
      const told = journal.since(upTo);
      upTo = journal.number;
      if (told === "all") {
        this.#upTo = upTo;
        await this.#readAll(this.#prefixes, signal);
        continue;
      }
      const matters = mattersTo(this.#prefixes);
      const changed = told.filter((name) => matters(this.#names.keyOf(name)));
      if (changed.length === 0) break;
      for (const name of changed) touched.add(name);
      held = await readNames([...touched], { names: this.#names, ask: this.#ask(signal), isOurs: below(this.#prefixes) });
    }
    this.#take(touched, held);
    this.#upTo = upTo;
    journal.forget(upTo);
  }

  #take(touched: ReadonlySet<string>, held: ReadonlyMap<string, Held>): void {
    const hashes = this.#holdings.take(touched, held);
    for (const told of this.#watchers) {
      told.all ||= hashes;
      for (const name of touched) told.keys.add(this.#names.keyOf(name) as Key);
    }
  }

  #ask(signal: AbortSignal): Ask {
    return (question) => this.session.ask(question, signal);
  }

  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(act, act);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}
