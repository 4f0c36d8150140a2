import type { ConsulKvCalls, HeldKey, Operation } from "./consul-kv-calls.ts";

// Consul takes no other TTLs, and ends a session when twice its TTL has passed.
const SHORTEST_TTL_S = 10;
const LONGEST_TTL_S = 86_400;
const TTLS_UNTIL_GONE = 2;

export interface SessionHolderOptions {
  readonly calls: ConsulKvCalls;
  readonly registrar: string;
  /** The key that says which session is the registrar's; the keys below it say what it has registered. */
  readonly sideKey: string;
  /** How long what is registered outlives the registrar, in milliseconds. */
  readonly ttl: number;
}

/** Holds the one session of a registrar: that of an earlier run as long as it lives, else a new one. */
export class SessionHolder {
  /** In seconds. */
  readonly sessionTtl: number;
  readonly #options: SessionHolderOptions;
  #held: string | undefined;
  #taking: Promise<string> | undefined;

  constructor(options: SessionHolderOptions) {
    this.#options = options;
    this.sessionTtl = Math.min(LONGEST_TTL_S, Math.max(SHORTEST_TTL_S, Math.ceil(options.ttl / 1_000 / TTLS_UNTIL_GONE)));
  }

  /** What was held last, whether it still lives or not. */
  get held(): string | undefined {
    return this.#held;
  }

  /** Makes sure, by asking Consul, that a session is held. */
  take(): Promise<string> {
    this.#taking ??= this.#take().finally(() => (this.#taking = undefined));
    return this.#taking;
  }

  /** The key of the index for a registration. */
  indexKey(key: string): string {
    return `${this.#options.sideKey}/keys/${key}`;
  }

  /** Keys that the session holds by its index. */
  async indexed(session: string): Promise<string[]> {
    const prefix = this.indexKey("");
    const found = await this.#options.calls.readBelow(prefix);
    return found.filter((one) => one.session === session).map(({ key }) => key.slice(prefix.length));
  }

  async #take(): Promise<string> {
    const { calls, registrar, sideKey } = this.#options;
    const side = await calls.read(sideKey);
    const former = side?.session ?? this.#held;
    const lives = former !== undefined && (await calls.renewSession(former));
    const fits = lives && (side?.session === undefined || side.value === this.#sideValue);
    const id = fits ? former : await calls.createSession(`remora ${registrar}`, this.sessionTtl);
    if (side?.session !== id && !(await this.#claim(id, side))) {
      // Another run of this registrar was faster.
      if (!fits) await calls.destroySession(id);
      return this.#take();
    }
    if (lives && !fits) await this.#moveAll(former, id);
    this.#held = id;
    return id;
  }

  /** Says that the session is the registrar's; answers false when somebody wrote there meanwhile. */
  async #claim(id: string, side: HeldKey | undefined): Promise<boolean> {
    const { calls, sideKey } = this.#options;
    return !("refused" in (await calls.transact("write the session to", lockOperations({ key: sideKey, value: this.#sideValue, session: id }, side))));
  }

  /** A session cannot be given another TTL: what it holds goes to a new one, without being away for a moment. */
  async #moveAll(from: string, to: string): Promise<void> {
    const { calls } = this.#options;
    for (const { key, value } of await calls.readAll(await this.indexed(from))) {
      await calls.transact(`move "${key}" to another session of`, [
        { Verb: "check-session", Key: key, Session: from },
        { Verb: "delete", Key: key },
        lock(key, value, to),
        { Verb: "delete", Key: this.indexKey(key) },
        lock(this.indexKey(key), "", to),
      ]);
    }
    await calls.destroySession(from);
  }

  get #sideValue(): string {
    return JSON.stringify({ ttl: this.sessionTtl });
  }
}

/** Writes a key under a session if it still is as it was found; the first operation checks that. */
export function lockOperations({ key, value, session }: { readonly key: string; readonly value: string; readonly session: string }, found: HeldKey | undefined): Operation[] {
  if (found === undefined) return [{ Verb: "check-not-exists", Key: key }, lock(key, value, session)];
  const check: Operation = { Verb: "check-index", Key: key, Index: found.index };
  // A key that another session holds cannot be taken, only made anew.
  return found.session === session ? [check, lock(key, value, session)] : [check, { Verb: "delete", Key: key }, lock(key, value, session)];
}

export function lock(key: string, value: string, session: string): Operation {
  return { Verb: "lock", Key: key, Value: Buffer.from(value).toString("base64"), Session: session };
}
