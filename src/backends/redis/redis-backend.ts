import type { Backend, BackendPorts, ChangeBatch, Position, Reading, ReadOptions, Writer } from "../../core/backend.ts";
import type { Change } from "../../core/entry.ts";
import { AppError } from "../../core/error.ts";
import { covering, type Key, ROOT } from "../../core/key.ts";
import type { RedisOptions } from "../redis.ts";
import { type Connector, connector } from "./connect.ts";
import { redisError } from "./errors.ts";
import { below } from "./holdings.ts";
import { type Names, namesWith } from "./names.ts";
import { Replica, type Told } from "./replica.ts";
import { RedisSession } from "./session.ts";

const BEAT_MS = 5_000;
/** How often everything is read again where nothing else tells of all that changes. */
const INTERVAL_MS = 30_000;
const SEPARATOR = "/";

interface RedisPosition extends Position {
  readonly replica?: Replica;
}

/** Opens the backend; Redis itself is reached for when something is read. */
export function openRedis(options: RedisOptions, ports: BackendPorts): Backend {
  return new RedisBackend({ connector: connector(options, ports), names: namesWith(options.separator ?? SEPARATOR), interval: options.interval, ports });
}

interface RedisBackendParts {
  readonly connector: Connector;
  readonly names: Names;
  readonly interval: number | undefined;
  readonly ports: BackendPorts;
}

/** Reads prefixes into a replica, which is kept true by what Redis tells. It has no position to go on from: a new session reads again. */
class RedisBackend implements Backend {
  readonly name = "redis";
  readonly resumes = false;
  readonly #parts: RedisBackendParts;
  #replica: Replica | undefined;
  #warned = { odd: false, silent: false };

  constructor(parts: RedisBackendParts) {
    this.#parts = parts;
  }

  cover(prefixes: readonly Key[]): Key[] {
    return covering(prefixes);
  }

  async read(prefixes: readonly Key[], { signal, onProgress }: ReadOptions): Promise<Reading> {
    return this.#act(`Cannot read ${named(prefixes)} from`, signal, async () => {
      let replica = await this.#live(signal);
      if (!(await replica.read(prefixes, signal, onProgress))) {
        replica.session.close(new AppError("WATCH_STALE", "Cannot go on watching Redis: more is to be followed than this connection can"));
        replica = await this.#live(signal);
        await replica.read(prefixes, signal, onProgress);
      }
      return { position: position(replica), entries: replica.entries(prefixes) };
    });
  }

  async *watch(prefixes: readonly Key[], since: RedisPosition, signal: AbortSignal): AsyncGenerator<ChangeBatch> {
    const { replica } = since;
    const act = `Cannot watch ${named(prefixes)} in`;
    if (replica === undefined || !replica.isLive || !replica.covers(prefixes)) throw new AppError("WATCH_STALE", `${act} Redis at ${this.#address}: this is another connection`);
    const told = replica.join();
    const interval = this.#intervalOf(replica);
    let readAt = this.#parts.ports.clock.monotonic();
    try {
      yield everything(replica, prefixes);
      for (;;) {
        const due = interval === 0 ? Number.POSITIVE_INFINITY : readAt + interval - this.#parts.ports.clock.monotonic();
        const isDue = await this.#act(act, signal, () => this.#next(replica, told, due, signal));
        if (isDue) readAt = this.#parts.ports.clock.monotonic();
        const batch = batchOf(replica, told, prefixes);
        if (batch !== undefined) yield batch;
      }
    } finally {
      replica.leave(told);
    }
  }

  async writer(): Promise<Writer> {
    const { openRedisWriter } = await import("./writer.ts");
    return openRedisWriter(this.#parts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#replica?.session.close(new Error("the backend was closed"));
  }

  get #address(): string {
    return this.#parts.connector.address.name;
  }

  /** Waits until something was told, or may have died; answers whether everything was read again. */
  async #next(replica: Replica, told: Told, dueMs: number, signal: AbortSignal): Promise<boolean> {
    const { clock, random } = this.#parts.ports;
    if (told.all || told.keys.size > 0) return false;
    const waiting = new AbortController();
    const wake = () => waiting.abort();
    const unlisten = [replica.onMore(wake), listen(replica.session.over, wake), listen(signal, wake)];
    // A fleet does not come all at once.
    const spread = dueMs * (1 - random.fraction() / 10);
    await clock.sleep(Math.max(0, Math.min(BEAT_MS, spread)), waiting.signal).catch(() => {});
    for (const stop of unlisten) stop();
    signal.throwIfAborted();
    replica.session.over.throwIfAborted();
    if (waiting.signal.aborted) await replica.refresh(signal);
    else if (spread <= BEAT_MS) await replica.reread(signal).then(() => true);
    else await replica.session.beat(signal);
    return !waiting.signal.aborted && spread <= BEAT_MS;
  }

  async #live(signal: AbortSignal): Promise<Replica> {
    if (this.#replica?.isLive) return this.#replica;
    const { connector, names, ports } = this.#parts;
    const session = await RedisSession.open(connector, names, ports.clock, signal);
    const onOdd = (name: string) => this.#warnOnce("odd", "Left out names that are no keys", { first: name });
    this.#replica = new Replica({ session, names, onOdd });
    return this.#replica;
  }

  /** 0 is never. */
  #intervalOf({ session }: Replica): number {
    const { interval } = this.#parts;
    const every = interval ?? (session.toldBy === "tracking" ? 0 : INTERVAL_MS);
    if (session.toldBy === undefined) this.#warnOnce("silent", "Redis does not tell what changes, all is read again from time to time", { every_ms: every, hint: "Let the user use CLIENT TRACKING (Redis 6), or turn on keyspace notifications: CONFIG SET notify-keyspace-events KA" });
    return every;
  }

  #warnOnce(what: "odd" | "silent", message: string, fields: Readonly<Record<string, unknown>>): void {
    if (!this.#warned[what]) this.#parts.ports.log.warn(message, { backend: this.name, ...fields });
    this.#warned[what] = true;
  }

  async #act<T>(act: string, signal: AbortSignal, step: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    try {
      return await step();
    } catch (thrown) {
      signal.throwIfAborted();
      throw redisError(`${act} Redis at ${this.#address}`, thrown);
    }
  }
}

const MOST_NAMED = 3;

function named(prefixes: readonly Key[]): string {
  return prefixes.length <= MOST_NAMED ? prefixes.map((prefix) => `"${prefix}"`).join(", ") : `"${prefixes[0]}" and ${prefixes.length - 1} other prefixes`;
}

function position(replica: Replica): RedisPosition {
  return { revision: 0, replica };
}

function everything(replica: Replica, prefixes: readonly Key[]): ChangeBatch {
  return { kind: "subtree", prefix: ROOT, entries: replica.entries(prefixes), position: position(replica) };
}

/** What the watcher was not told, which it is now. */
function batchOf(replica: Replica, told: Told, prefixes: readonly Key[]): ChangeBatch | undefined {
  const keys = [...told.keys].filter(below(prefixes));
  const { all } = told;
  told.keys.clear();
  told.all = false;
  if (all) return everything(replica, prefixes);
  if (keys.length === 0) return undefined;
  const changes = keys.map((key): Change => {
    const entry = replica.entry(key);
    return entry === undefined ? { type: "delete", key } : { type: "put", entry };
  });
  return { kind: "changes", changes, position: position(replica) };
}

function listen(signal: AbortSignal, callback: () => void): () => void {
  signal.addEventListener("abort", callback, { once: true });
  if (signal.aborted) callback();
  return () => signal.removeEventListener("abort", callback);
}
