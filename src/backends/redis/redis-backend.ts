import type { Backend, BackendPorts, ChangeBatch, Reading, ReadOptions, Writer } from "../../core/backend.ts";
import { AppError } from "../../core/error.ts";
import { covering, type Key } from "../../core/key.ts";
import type { RedisOptions } from "../redis.ts";
import { named, positionOf, replicaAt, type ReplicaPosition, watchReplica } from "../replica.ts";
import { type Connector, connector } from "./connect.ts";
import { redisError } from "./errors.ts";
import { type Names, namesWith } from "./names.ts";
import { RedisReplica } from "./replica.ts";
import { RedisSession } from "./session.ts";

/** How often everything is read again where nothing else tells of all that changes. */
const INTERVAL_MS = 30_000;
const SEPARATOR = "/";

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
  #replica: RedisReplica | undefined;
  #closed = false;
  #warned = { odd: false, silent: false };

  constructor(parts: RedisBackendParts) {
    this.#parts = parts;
  }

  cover(prefixes: readonly Key[]): Key[] {
    return covering(prefixes);
  }

  async read(prefixes: readonly Key[], { signal, onProgress }: ReadOptions): Promise<Reading> {
    signal.throwIfAborted();
    try {
      let replica = await this.#live(signal);
      if (!(await replica.read(prefixes, signal, onProgress))) {
        replica.session.close(new AppError("WATCH_STALE", "Cannot go on watching Redis: more is to be followed than this connection can"));
        replica = await this.#live(signal);
        await replica.read(prefixes, signal, onProgress);
      }
      return { position: positionOf(replica), entries: replica.entries(prefixes) };
    } catch (thrown) {
      signal.throwIfAborted();
      throw redisError(`Cannot read ${named(prefixes)} from Redis at ${this.#address}`, thrown);
    }
  }

  async *watch(prefixes: readonly Key[], since: ReplicaPosition, signal: AbortSignal): AsyncGenerator<ChangeBatch> {
    const act = `Cannot watch ${named(prefixes)} in Redis at ${this.#address}`;
    const replica = replicaAt(since, prefixes);
    if (replica === undefined) throw new AppError("WATCH_STALE", `${act}: this is another connection`);
    const { clock, random } = this.#parts.ports;
    try {
      yield* watchReplica(replica, prefixes, { signal, clock, random, interval: this.#intervalOf() });
    } catch (thrown) {
      signal.throwIfAborted();
      throw redisError(act, thrown);
    }
  }

  async writer(): Promise<Writer> {
    const { openRedisWriter } = await import("./writer.ts");
    return openRedisWriter(this.#parts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#replica?.session.close(new Error("the backend was closed"));
  }

  get #address(): string {
    return this.#parts.connector.address.name;
  }

  async #live(signal: AbortSignal): Promise<RedisReplica> {
    if (this.#replica !== undefined && !this.#replica.over.aborted) return this.#replica;
    const { connector, names, ports } = this.#parts;
    const session = await RedisSession.open(connector, names, ports.clock, signal);
    if (this.#closed) session.close(new Error("the backend was closed"));
    const onOdd = (name: string) => this.#warnOnce("odd", "Left out names that are no keys", { first: name });
    this.#replica = new RedisReplica({ session, names, onOdd });
    return this.#replica;
  }

  /** 0 is never. */
  #intervalOf(): number {
    const { interval } = this.#parts;
    const toldBy = this.#replica?.session.toldBy;
    const every = interval ?? (toldBy === "tracking" ? 0 : INTERVAL_MS);
    if (toldBy === undefined) this.#warnOnce("silent", "Redis does not tell what changes, all is read again from time to time", { every_ms: every, hint: "Let the user use CLIENT TRACKING (Redis 6), or turn on keyspace notifications: CONFIG SET notify-keyspace-events KA" });
    return every;
  }

  #warnOnce(what: "odd" | "silent", message: string, fields: Readonly<Record<string, unknown>>): void {
    if (!this.#warned[what]) this.#parts.ports.log.warn(message, { backend: this.name, ...fields });
    this.#warned[what] = true;
  }
}
