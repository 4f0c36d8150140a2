import { type Client, createClient, type Event, Exception, type Stat } from "node-zookeeper-client";
import type { Clock } from "../../core/ports.ts";
import { unlessAborted } from "../../core/abort.ts";
import { answerOf, close, cut, isCode, limitTries } from "./package.ts";

/** A node as it was read. */
export interface ZookeeperNode {
  readonly data: Uint8Array;
  readonly stat: Stat;
}

/** What changed at a path; the watch that told it is used up. */
export interface ZookeeperEvent {
  readonly path: string;
  /** Its children, what it holds, or that there is such a node. */
  readonly what: "children" | "data" | "node";
}

export interface ZookeeperSessionOptions {
  readonly servers: readonly string[];
  /** "USER:PASSWORD" of the scheme "digest". */
  readonly digest?: string | undefined;
  readonly clock: Clock;
  readonly onEvent: (event: ZookeeperEvent) => void;
}

const SESSION_MS = 10_000;
// The package itself waits for ever on a path that carries nothing, and calls the session connected all the while.
const ANSWER_MS = 3_000;

/** One connection with its session; when either is lost it is over. Methods throw what the package says. */
export class ZookeeperSession {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #over = new AbortController();
  readonly #watcher: (event: Event) => void;
  readonly #pending = new Set<(reason: unknown) => void>();
  #answers = 0;
  #cancelWatchdog: (() => void) | undefined;

  private constructor(client: Client, { clock, onEvent }: ZookeeperSessionOptions) {
    this.#client = client;
    this.#clock = clock;
    this.#watcher = (event) => onEvent({ path: event.getPath(), what: event.getType() === CHILDREN_CHANGED ? "children" : event.getType() === DATA_CHANGED ? "data" : "node" });
    for (const name of ["disconnected", "expired", "authenticationFailed"]) client.once(name, () => this.close(new Error(ENDS[name])));
  }

  /** Connects to one of the servers, any. */
  static async open(options: ZookeeperSessionOptions, signal: AbortSignal): Promise<ZookeeperSession> {
    const client = createClient(options.servers.join(","), { sessionTimeout: SESSION_MS, retries: 0 });
    if (options.digest !== undefined) client.addAuthInfo("digest", Buffer.from(options.digest));
    const connected = new Promise<void>((resolve, reject) => {
      client.once("connected", () => resolve());
      limitTries(client, options.servers.length, () => reject(new Error("no server takes a connection")));
    });
    connected.catch(() => {});
    client.connect();
    const late = new AbortController();
    const cancel = options.clock.after(ANSWER_MS, () => late.abort(new Error(`no server answered within ${ANSWER_MS / 1_000} s`)));
    try {
      await unlessAborted(unlessAborted(connected, late.signal), signal);
      return new ZookeeperSession(client, options);
    } catch (thrown) {
      close(client);
      cut(client);
      throw thrown;
    } finally {
      cancel();
    }
  }

  /** Aborts with the reason when the session is over. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** What a node holds, which is watched from then on; undefined where there is none. */
  data(path: string, signal: AbortSignal): Promise<ZookeeperNode | undefined> {
    return this.ask(signal, (client) =>
      answerOf<ZookeeperNode | undefined>((done) => client.getData(path, this.#watcher, (error: unknown, data: Buffer | undefined, stat: Stat) => orNone(error, () => ({ data: data ?? NOTHING, stat }), done))),
    );
  }

  /** The names of its children, which are watched from then on; undefined where there is no such node. */
  children(path: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
    return this.ask(signal, (client) => answerOf<readonly string[] | undefined>((done) => client.getChildren(path, this.#watcher, (error: unknown, names: string[]) => orNone(error, () => names, done))));
  }

  /** Whether there is a node; from then on its coming is watched, or what it holds. */
  exists(path: string, signal: AbortSignal): Promise<boolean> {
    return this.ask(signal, (client) => answerOf<boolean>((done) => client.exists(path, this.#watcher, (error: unknown, stat: Stat | null | undefined) => done(error, stat !== null && stat !== undefined))));
  }

  /** Asks something that is answered soon. The signal counts only before it is asked: whoever waits for many answers listens for himself. */
  async ask<T>(signal: AbortSignal, question: (client: Client) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    this.#over.signal.throwIfAborted();
    const { promise, reject } = withReject();
    this.#pending.add(reject);
    this.#cancelWatchdog ??= this.#watchdog();
    try {
      return await Promise.race([question(this.#client), promise]);
    } finally {
      this.#answers += 1;
      this.#pending.delete(reject);
    }
  }

  close(why: Error): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort(why);
    this.#cancelWatchdog?.();
    for (const reject of this.#pending) reject(why);
    close(this.#client);
    cut(this.#client);
  }

  /** Ends the session when nothing is answered for so long, though something was asked. */
  #watchdog(): () => void {
    const answers = this.#answers;
    return this.#clock.after(ANSWER_MS, () => {
      this.#cancelWatchdog = undefined;
      if (this.#pending.size === 0) return;
      if (this.#answers === answers) this.close(new Error(`it did not answer within ${ANSWER_MS / 1_000} s`));
      else this.#cancelWatchdog = this.#watchdog();
    });
  }

  /** Tells the server that the session is over, which would else count it for some seconds. */
  async end(): Promise<void> {
    if (this.#over.signal.aborted) return;
    const gone = new AbortController();
    this.#client.once("disconnected", () => gone.abort());
    close(this.#client);
    await this.#clock.sleep(GOODBYE_MS, gone.signal).catch(() => {});
    this.close(new Error("the session was ended"));
  }
}

const GOODBYE_MS = 1_000;
const NOTHING = new Uint8Array();
// The package's own numbers, which are those of the protocol.
const [DATA_CHANGED, CHILDREN_CHANGED] = [3, 4];

const ENDS: Readonly<Record<string, string>> = { disconnected: "the connection broke", expired: "the session expired", authenticationFailed: "it refuses the credentials" };

function orNone<T>(error: unknown, answer: () => T, done: (error: unknown, answer: T | undefined) => void): void {
  if (isCode(error, Exception.NO_NODE)) done(undefined, undefined);
  else done(error, error ? undefined : answer());
}

function withReject(): { promise: Promise<never>; reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<never>((_, rejected) => (reject = rejected));
  promise.catch(() => {});
  return { promise, reject };
}
