import type { Entry } from "../../core/entry.ts";
import { covering, type Key } from "../../core/key.ts";
import { below, type Replica, Watchers } from "../replica.ts";
import { findNames } from "./find-names.ts";
import { Holdings, mattersTo } from "./holdings.ts";
import type { Names } from "./names.ts";
import { type Ask, type Held, readNames } from "./read-names.ts";
import type { RedisSession } from "./session.ts";

export interface RedisReplicaOptions {
  readonly session: RedisSession;
  readonly names: Names;
  /** A name below a prefix that is no key. */
  readonly onOdd: (name: string) => void;
}

/** While keys are written without a pause, what was read is told after so many readings. */
const MOST_ROUNDS = 10;

/** A copy of what Redis holds below the prefixes that were read, for as long as a session lasts. */
export class RedisReplica implements Replica {
  // Redis counts nothing that could tell what came before what.
  readonly revision = 0;
  readonly watchers = new Watchers();
  readonly session: RedisSession;
  readonly #names: Names;
  readonly #onOdd: (name: string) => void;
  readonly #holdings: Holdings;
  #prefixes: readonly Key[] = [];
  /** Up to what was told the copy is true. */
  #upTo = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ session, names, onOdd }: RedisReplicaOptions) {
    this.session = session;
    this.#names = names;
    this.#onOdd = onOdd;
    this.#holdings = new Holdings(names);
  }

  get over(): AbortSignal {
    return this.session.over;
  }

  get prefixes(): readonly Key[] {
    return this.#prefixes;
  }

  entries(prefixes: readonly Key[]): Entry[] {
    return this.#holdings.entries(prefixes);
  }

  entry(key: Key): Entry | undefined {
    return this.#holdings.entry(key);
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

  refresh(signal: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#catchUp(signal));
  }

  reread(signal: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      await this.#readAll(this.#prefixes, signal);
      await this.#catchUp(signal);
    });
  }

  beat(signal: AbortSignal): Promise<void> {
    return this.session.beat(signal);
  }

  onMore(callback: () => void): () => void {
    return this.session.journal.onMore(this.#upTo, callback);
  }

  async #readAll(prefixes: readonly Key[], signal: AbortSignal, onProgress?: (entries: number) => void): Promise<void> {
    const ask = this.#ask(signal);
    const found = await findNames(prefixes, this.#names, ask, this.#onOdd);
    const held = await readNames(found, { names: this.#names, ask, isOurs: below(prefixes), onProgress });
    this.#holdings.take([...found, ...this.#holdings.namesAt(prefixes)], held);
    this.watchers.tellAll();
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
    // What was a hash may have had keys that are gone now.
    if (this.#holdings.take(touched, held)) this.watchers.tellAll();
    else this.watchers.tell([...touched].map((name) => this.#names.keyOf(name) as Key));
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
