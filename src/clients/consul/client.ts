import { AppError } from "../../core/error.ts";
import type { Clock } from "../../core/ports.ts";
import { type ConsulAnswer, interpret, quietMs } from "./answer.ts";
import { failure } from "./failure.ts";
import { greet } from "./greet.ts";
import { heldQuery } from "./held-query.ts";
import { httpGet, Silence } from "../http/get.ts";
import type { Target } from "../http/target.ts";
import { dropKept } from "../http/renewed-agent.ts";

export interface ConsulQuery {
  /** What is read, for messages: '"/db"' or 'service "web"'. */
  readonly what: string;
  /** Below "/v1", encoded. */
  readonly path: string;
  readonly parameters?: Parameters | undefined;
  /** Parameters, instead or beside, with which little more than the index is answered. */
  readonly glance?: Parameters | undefined;
  /** Consul answers it at once and without an index. */
  readonly polled?: true;
}

/** One that is undefined is left out. */
type Parameters = Readonly<Record<string, string | undefined>>;

export interface AskOptions {
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

const DEADLINE_MS = 10_000;
const GLANCE_DEADLINE_MS = 3_000;
const GRACE_MS = 5_000;

/** Asks one Consul agent. Throws BACKEND_* errors that name the address. */
export class ConsulClient {
  readonly target: Target;
  /** How long the agent is asked to hold an answer. */
  readonly waitMs: number;
  readonly #datacenter: string | undefined;
  readonly #clock: Clock;
  #quietUntil = 0;
  #silent = false;
  #greeting: Promise<void> | undefined;

  constructor({ target, datacenter, waitMs, clock }: { target: Target; datacenter: string | undefined; waitMs: number; clock: Clock }) {
    this.target = target;
    this.#datacenter = datacenter;
    this.waitMs = waitMs;
    this.#clock = clock;
  }

  /** The answer as it is now. */
  ask(query: ConsulQuery, options: AskOptions): Promise<ConsulAnswer> {
    return this.#get(query, {}, DEADLINE_MS, options);
  }

  /** The answer when its index is past this one, or when `waitMs` are over; asked for anew where the connection died without a word. */
  async hold(query: ConsulQuery, blockAt: number, { token, signal }: AskOptions): Promise<ConsulAnswer> {
    const answer = await heldQuery({
      // Consul holds an answer for up to a sixteenth longer than it was asked to, so that a fleet does not come back at once.
      hold: (own) => this.#get(query, { index: String(blockAt), wait: `${this.waitMs}ms` }, this.waitMs + this.waitMs / 16 + GRACE_MS, { token, signal: own }),
      // Any server may answer it: it is asked by many, and often.
      glance: (own) => this.#get(query, { ...query.glance, stale: "" }, GLANCE_DEADLINE_MS, { token, signal: own }),
      index: blockAt,
      clock: this.#clock,
      signal,
    });
    return answer === "deaf" ? this.ask(query, { token, signal }) : answer;
  }

  close(): void {
    this.target.agent.destroy();
  }

  async #get(query: ConsulQuery, parameters: Parameters, deadlineMs: number, { token, signal }: AskOptions): Promise<ConsulAnswer> {
    const doing = `Cannot read ${query.what} from ${this.#datacenter === undefined ? "" : `datacenter "${this.#datacenter}" of `}Consul at ${this.target.address}`;
    await this.#keepQuiet(signal);
    try {
      if (this.#silent) await this.#greeted(signal);
      const answer = await httpGet(this.target, `/v1${query.path}${this.#search({ ...query.parameters, ...parameters })}`, {
        headers: { accept: "application/json", ...(token === undefined ? {} : { "x-consul-token": token }) },
        deadlineMs,
        clock: this.#clock,
        signal,
      });
      this.#quietUntil = Math.max(this.#quietUntil, this.#clock.monotonic() + quietMs(answer));
      return interpret(answer, doing, query);
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof AppError) throw thrown;
      if (thrown instanceof Silence) this.#silent = true;
      dropKept(this.target);
      throw failure(doing, thrown);
    }
  }

  /** After a silence, waits for a word before anything larger is asked, which has a longer time limit. */
  async #greeted(signal: AbortSignal): Promise<void> {
    this.#greeting ??= greet(this.target, this.#clock).finally(() => (this.#greeting = undefined));
    await this.#greeting;
    signal.throwIfAborted();
    this.#silent = false;
  }

  /** Waits out what an answer asked for with Retry-After. */
  async #keepQuiet(signal: AbortSignal): Promise<void> {
    const left = this.#quietUntil - this.#clock.monotonic();
    if (left > 0) await this.#clock.sleep(left, signal);
    signal.throwIfAborted();
  }

  #search(parameters: Parameters): string {
    const search = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== undefined) as [string, string][]);
    if (this.#datacenter !== undefined && !search.has("dc")) search.set("dc", this.#datacenter);
    const text = search.toString();
    return text === "" ? "" : `?${text}`;
  }
}
