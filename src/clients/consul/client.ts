import { AppError } from "../../core/error.ts";
import type { Clock } from "../../core/ports.ts";
import { type ConsulAnswer, interpret, quietMs } from "./answer.ts";
import { failure } from "./failure.ts";
import { httpGet } from "./http-get.ts";
import type { Target } from "./target.ts";

export interface ConsulQuery {
  /** What is read, for messages: '"/db"' or 'service "web"'. */
  readonly what: string;
  /** Below "/v1", encoded. */
  readonly path: string;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

export interface AskOptions {
  readonly token: string | undefined;
  /** Hold the answer until the index is past this one; absent, the answer comes at once. */
  readonly blockAt?: number | undefined;
  readonly signal: AbortSignal;
}

const DEADLINE_MS = 10_000;
const GRACE_MS = 5_000;

/** Asks one Consul agent. Throws BACKEND_* errors that name the address. */
export class ConsulClient {
  readonly target: Target;
  /** How long the agent is asked to hold an answer. */
  readonly waitMs: number;
  readonly #datacenter: string | undefined;
  readonly #clock: Clock;
  #quietUntil = 0;

  constructor({ target, datacenter, waitMs, clock }: { target: Target; datacenter: string | undefined; waitMs: number; clock: Clock }) {
    this.target = target;
    this.#datacenter = datacenter;
    this.waitMs = waitMs;
    this.#clock = clock;
  }

  async ask(query: ConsulQuery, { token, blockAt, signal }: AskOptions): Promise<ConsulAnswer> {
    const doing = `Cannot read ${query.what} from Consul at ${this.target.address}`;
    await this.#keepQuiet(signal);
    try {
      const answer = await httpGet(this.target, `/v1${query.path}${this.#search(query, blockAt)}`, {
        headers: { accept: "application/json", ...(token === undefined ? {} : { "x-consul-token": token }) },
        // Consul holds an answer for up to a sixteenth longer than it was asked to, so that a fleet does not come back at once.
        deadlineMs: blockAt === undefined ? DEADLINE_MS : this.waitMs + this.waitMs / 16 + GRACE_MS,
        clock: this.#clock,
        signal,
      });
      this.#quietUntil = Math.max(this.#quietUntil, this.#clock.monotonic() + quietMs(answer));
      return interpret(answer, doing);
    } catch (thrown) {
      signal.throwIfAborted();
      throw thrown instanceof AppError ? thrown : failure(doing, thrown);
    }
  }

  close(): void {
    this.target.agent.destroy();
  }

  /** Waits out what an answer asked for with Retry-After. */
  async #keepQuiet(signal: AbortSignal): Promise<void> {
    const left = this.#quietUntil - this.#clock.monotonic();
    if (left > 0) await this.#clock.sleep(left, signal);
    signal.throwIfAborted();
  }

  #search({ parameters }: ConsulQuery, blockAt: number | undefined): string {
    const search = new URLSearchParams(parameters);
    if (this.#datacenter !== undefined) search.set("dc", this.#datacenter);
    if (blockAt !== undefined) {
      search.set("index", String(blockAt));
      search.set("wait", `${this.waitMs}ms`);
    }
    const text = search.toString();
    return text === "" ? "" : `?${text}`;
  }
}
