import { blockingQuery } from "../clients/consul/blocking-query.ts";
import type { ConsulAnswer } from "../clients/consul/answer.ts";
import type { ConsulClient } from "../clients/consul/client.ts";
import type { TokenReader } from "../clients/consul/token.ts";
import type { Backend, ChangeBatch, Position, Reading, ReadOptions, Writer } from "../core/backend.ts";
import { type Entry, sameValue } from "../core/entry.ts";
import { isSpecial, type Key } from "../core/key.ts";
import type { Clock } from "../core/ports.ts";
import type { QueuePlace } from "../core/queue.ts";
import { catalogSubject } from "./consul-catalog.ts";
import { fewPrefixes } from "./consul-cover.ts";
import { Inbox } from "./consul-inbox.ts";
import { askable, kvSubject } from "./consul-kv.ts";
import { nodesSubject } from "./consul-nodes.ts";
import { split } from "./consul-signals.ts";
import type { ConsulSubject } from "./consul-subject.ts";

/** Above it an agent's other clients would feel it: Consul takes 200 connections from one address. */
const MOST_QUERIES = 16;

/** What was last seen below one prefix. */
interface Seen {
  readonly index: number;
  readonly entries: readonly Entry[];
}

interface ConsulPosition extends Position {
  readonly seen: ReadonlyMap<Key, Seen>;
}

export interface ConsulBackendOptions {
  readonly name: string;
  readonly client: ConsulClient;
  readonly clock: Clock;
  readonly datacenter: string | undefined;
  readonly token: TokenReader;
}

/** Reads each prefix by one query, and follows it by the same query held open. */
export class ConsulBackend implements Backend {
  readonly name: string;
  // An index says nothing about a store that was wiped meanwhile, so after any error everything is read again.
  readonly resumes = false;
  readonly #options: ConsulBackendOptions;
  // Prefixes are read as they become known; the position of each reading knows those of the former ones too.
  #seen: ReadonlyMap<Key, Seen> = new Map();

  constructor(options: ConsulBackendOptions) {
    this.name = options.name;
    this.#options = options;
  }

  cover(prefixes: readonly Key[]): Key[] {
    return fewPrefixes(prefixes.map((prefix) => (isSpecial(prefix) ? prefix : askable(prefix))), MOST_QUERIES);
  }

  async read(prefixes: readonly Key[], { signal, onProgress }: ReadOptions): Promise<Reading> {
    const token = await this.#options.token();
    const seen = new Map<Key, Seen>();
    let count = 0;
    await eachAtMost(MOST_QUERIES, prefixes, signal, async (prefix, own) => {
      const subject = subjectOf(prefix);
      const { index, data } = await this.#options.client.ask(subject.query, { token, signal: own });
      const entries = subject.entries(data);
      seen.set(prefix, { index, entries });
      count += entries.length;
      onProgress?.(count);
    });
    const entries = prefixes.flatMap((prefix) => seen.get(prefix)?.entries ?? []);
    return { position: this.#reached(seen, prefixes), entries };
  }

  async *watch(prefixes: readonly Key[], since: Position, signal: AbortSignal): AsyncGenerator<ChangeBatch> {
    const token = await this.#options.token();
    const { seen = new Map() } = since as Partial<ConsulPosition>;
    const inbox = new Inbox<{ prefix: Key; seen: Seen }>();
    // One more than there are prefixes, so that a watch of none ends too.
    using signals = split(signal, prefixes.length + 1);
    signals.each[prefixes.length]?.addEventListener("abort", () => inbox.fail(signal.reason));
    signal.throwIfAborted();
    const follow = async (prefix: Key, at: number) => {
      const own = signals.each[at] as AbortSignal;
      await this.#follow(prefix, seen.get(prefix), token, own, (next) => inbox.put({ prefix, seen: next })).catch((error) => inbox.fail(error));
    };
    const loops = prefixes.map(follow);
    try {
      for (;;) {
        const { prefix, seen: next } = await inbox.take();
        const position = this.#reached(new Map([[prefix, next]]), prefixes);
        yield { kind: "subtree", prefix, entries: next.entries, position };
      }
    } finally {
      signals.abort(new Error("The watch ended"));
      await Promise.all(loops);
    }
  }

  async writer(): Promise<Writer> {
    const { openConsulWriter } = await import("./consul-writer.ts");
    const { client, datacenter, token } = this.#options;
    return openConsulWriter({ target: client.target, datacenter, token: await token() });
  }

  async joinQueue(key: Key, note: string): Promise<QueuePlace> {
    const { joinConsulQueue } = await import("./consul-queue.ts");
    const { client, clock, datacenter, token } = this.#options;
    return joinConsulQueue({ target: client.target, datacenter, token: await token() }, clock, key, note);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.client.close();
  }

  /** Tells what is below one prefix whenever it is not what was last seen there. */
  async #follow(prefix: Key, known: Seen | undefined, token: string | undefined, signal: AbortSignal, tell: (seen: Seen) => void): Promise<void> {
    const { client, clock } = this.#options;
    const subject = subjectOf(prefix);
    let last = known;
    const ask = (blockAt: number | undefined) => (blockAt === undefined ? client.ask(subject.query, { token, signal }) : client.hold(subject.query, blockAt, { token, signal }));
    const answers = subject.pollMs === undefined ? blockingQuery(ask, { index: known?.index ?? 0, waitMs: client.waitMs, clock, signal }) : polling(() => ask(undefined), subject.pollMs, clock, signal);
    for await (const { index, data } of answers) {
      const entries = carryOver(last?.entries ?? [], subject.entries(data));
      const changed = last === undefined || entries.length !== last.entries.length || entries.some((entry, at) => entry !== last?.entries[at]);
      last = { index, entries };
      if (changed) tell(last);
    }
  }

  #reached(newer: ReadonlyMap<Key, Seen>, prefixes: readonly Key[]): ConsulPosition {
    this.#seen = new Map([...this.#seen, ...newer]);
    return { seen: this.#seen, revision: Math.max(0, ...prefixes.map((prefix) => this.#seen.get(prefix)?.index ?? 0)) };
  }
}

/** The answer now and then, for what Consul does not hold a query for. */
async function* polling(ask: () => Promise<ConsulAnswer>, pollMs: number, clock: Clock, signal: AbortSignal): AsyncGenerator<ConsulAnswer, never> {
  for (;;) {
    await clock.sleep(pollMs, signal);
    yield await ask();
  }
}

function subjectOf(prefix: Key): ConsulSubject {
  return isSpecial(prefix) ? (nodesSubject(prefix) ?? catalogSubject(prefix)) : kvSubject(prefix);
}

/** The entries, each that did not change as the object that it was, so that a copy of all of them costs nothing. */
function carryOver(known: readonly Entry[], entries: readonly Entry[]): readonly Entry[] {
  const former = new Map(known.map((entry) => [entry.key, entry]));
  return entries.map((entry) => {
    const same = former.get(entry.key);
    return same !== undefined && same.revision === entry.revision && sameValue(same.value, entry.value) ? same : entry;
  });
}

/** Runs a task for each item, so many at once; the first error stops the others and is thrown. */
async function eachAtMost<T>(most: number, items: readonly T[], signal: AbortSignal, task: (item: T, signal: AbortSignal) => Promise<void>): Promise<void> {
  signal.throwIfAborted();
  const rest = items.values();
  using signals = split(signal, Math.min(most, items.length));
  const runs = signals.each.map(async (own) => {
    for (const item of rest) await task(item, own);
  });
  try {
    await Promise.all(runs);
  } catch (error) {
    signals.abort(error);
    await Promise.allSettled(runs);
    throw error;
  }
}
