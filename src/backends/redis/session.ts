import type { Redis } from "ioredis";
import { unlessAborted } from "../../core/abort.ts";
import type { Key } from "../../core/key.ts";
import type { Clock } from "../../core/ports.ts";
import type { Connector } from "./connect.ts";
import { Journal } from "./journal.ts";
import type { Names } from "./names.ts";
import { openTelling, type Telling } from "./telling.ts";

const ANSWER_MS = 3_000;

/**
 * Two connections to Redis that live and die together: one is asked, the other is told what changed. What they throw is not yet
 * an AppError.
 */
export class RedisSession {
  readonly journal: Journal;
  readonly #clock: Clock;
  readonly #asked: Redis;
  readonly #told: Redis;
  readonly #telling: Telling;
  readonly #over = new AbortController();

  private constructor(asked: Redis, told: Redis, telling: Telling, journal: Journal, clock: Clock) {
    this.#clock = clock;
    this.#asked = asked;
    this.#told = told;
    this.#telling = telling;
    this.journal = journal;
    const broke = () => this.close(new Error("the connection broke"));
    for (const client of [asked, told]) {
      client.once("close", broke);
      if (client.status !== "ready") broke();
    }
  }

  static async open(connector: Connector, names: Names, clock: Clock, signal: AbortSignal): Promise<RedisSession> {
    const clients: Redis[] = [];
    try {
      for (let count = 0; count < 2; count += 1) clients.push(await connector.connect(signal));
      const [asked, told] = clients as [Redis, Redis];
      const journal = new Journal();
      const opening = openTelling({ asked, told, journal, names, database: connector.address.database });
      return new RedisSession(asked, told, await within(opening, clock, signal, () => bytesRead(asked) + bytesRead(told)), journal, clock);
    } catch (thrown) {
      for (const client of clients) client.disconnect();
      throw thrown;
    }
  }

  /** How Redis tells what changed, if it does. */
  get toldBy(): Telling["by"] {
    return this.#telling.by;
  }

  /** Aborts with the reason when the session is over. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** From when it resolves, changes below the prefixes are told. Answers false when only another session can follow these. */
  follow(prefixes: readonly Key[], signal: AbortSignal): Promise<boolean> {
    return this.#answer(this.#telling.follow(prefixes), signal);
  }

  /** Asks something that is answered soon. */
  async ask<T>(question: (client: Redis) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#answer(question(this.#asked), signal);
  }

  /** When it resolves, all is told that happened before the last answer. */
  async settle(signal: AbortSignal): Promise<void> {
    await this.#answer(this.#told.ping(), signal);
  }

  /** Makes sure that both connections carry something. */
  async beat(signal: AbortSignal): Promise<void> {
    await this.#answer(Promise.all([this.#asked.ping(), this.#told.ping()]), signal);
  }

  close(why: Error): void {
    this.#over.abort(why);
    for (const client of [this.#asked, this.#told]) client.disconnect();
  }

  async #answer<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await unlessAborted(within(answer, this.#clock, signal, () => bytesRead(this.#asked) + bytesRead(this.#told)), this.#over.signal);
    } catch (thrown) {
      if (thrown instanceof NoAnswer) this.close(thrown);
      throw thrown;
    }
  }
}

class NoAnswer extends Error {}

/** Waits for an answer for as long as something arrives: a large one takes its time. */
async function within<T>(answer: Promise<T>, clock: Clock, signal: AbortSignal, arrived: () => number): Promise<T> {
  const late = new AbortController();
  let cancel = () => {};
  const wait = (before: number) => {
    cancel = clock.after(ANSWER_MS, () => {
      const now = arrived();
      if (now > before) wait(now);
      else late.abort(new NoAnswer(`it did not answer within ${ANSWER_MS / 1_000} s`));
    });
  };
  wait(arrived());
  answer.catch(() => {});
  try {
    return await unlessAborted(unlessAborted(answer, late.signal), signal);
  } finally {
    cancel();
  }
}

function bytesRead({ stream }: { readonly stream?: unknown }): number {
  return (stream as { readonly bytesRead?: number } | undefined)?.bytesRead ?? 0;
}
