import { onAbort } from "../core/abort.ts";
import type { Backend, ChangeBatch, Position, Reading, ReadOptions } from "../core/backend.ts";
import { AppError } from "../core/error.ts";
import { covers, type Key } from "../core/key.ts";
import type { Clock } from "../core/ports.ts";

/** How often what may not be read is asked for again: somebody may have been given the permission. */
const ASK_AGAIN_MS = 5_000;

/** A backend of which a part may be forbidden: the rest is read and followed all the same. Throws BACKEND_DENIED where nothing of it may be read. */
export class PartlyDenied implements Backend {
  readonly name: string;
  readonly resumes: boolean;
  readonly #backend: Backend;
  readonly #clock: Clock;
  /** All that was ever to be covered. */
  readonly #asked = new Set<Key>();
  readonly #allowed = new Set<Key>();
  readonly #denied = new Set<Key>();

  constructor(backend: Backend, clock: Clock) {
    [this.name, this.resumes, this.#backend, this.#clock] = [backend.name, backend.resumes, backend, clock];
  }

  /** What is denied covers nothing: what is wanted below it stays beside it. */
  cover(prefixes: readonly Key[]): Key[] {
    for (const prefix of prefixes) this.#asked.add(prefix);
    if (this.#denied.size === 0) return this.#backend.cover(prefixes);
    const asked = [...this.#asked];
    return [...asked.filter((prefix) => this.#denied.has(prefix)), ...this.#backend.cover(asked.filter((prefix) => !this.#denied.has(prefix)))];
  }

  async read(prefixes: readonly Key[], options: ReadOptions): Promise<Reading> {
    try {
      const reading = await this.#backend.read(prefixes, options);
      this.#note(prefixes, new Map());
      return reading;
    } catch (thrown) {
      if (!isDenied(thrown)) throw thrown;
      return await this.#readRest(prefixes, options, thrown);
    }
  }

  async *watch(prefixes: readonly Key[], since: Position, signal: AbortSignal): AsyncGenerator<ChangeBatch> {
    const allowed = prefixes.filter((prefix) => !this.#denied.has(prefix));
    const denied = prefixes.filter((prefix) => this.#denied.has(prefix));
    const over = new AbortController();
    using _listening = onAbort(signal, () => over.abort(signal.reason));
    if (denied.length > 0) void this.#untilAllowed(denied, over.signal).then((key) => over.abort(stale(`"${key}" may be read now`)), () => {});
    try {
      yield* this.#backend.watch(allowed, since, over.signal);
    } catch (thrown) {
      // A full reading tells which of them it is.
      throw isDenied(thrown) && this.#asked.size > 1 ? stale(thrown.message) : thrown;
    } finally {
      over.abort(new Error("The watch ended"));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#backend[Symbol.asyncDispose]();
  }

  /** One of the prefixes is denied: each is asked for by itself, and those that may be read are read from one moment. */
  async #readRest(prefixes: readonly Key[], options: ReadOptions, refusal: AppError): Promise<Reading> {
    const denied = new Map<Key, AppError>();
    for (const prefix of prefixes) {
      const why = prefixes.length === 1 ? refusal : await this.#denialOf(prefix, options.signal);
      if (why !== undefined) denied.set(prefix, why);
    }
    const allowed = prefixes.filter((prefix) => !denied.has(prefix));
    const others = allowed.length > 0 ? allowed : await this.#otherAllowed(denied, options.signal);
    if (others.length === 0) throw refusal;
    // Where nothing new may be read, the store stays where it is.
    const reading = allowed.length === 0 && options.at !== undefined ? { position: options.at, entries: [] } : await this.#backend.read(others, options);
    this.#note(prefixes, denied);
    return { ...reading, denied };
  }

  /** What else may be read: what was before, or is wanted below what is denied. */
  async #otherAllowed(denied: ReadonlyMap<Key, AppError>, signal: AbortSignal): Promise<Key[]> {
    const known = [...this.#allowed].filter((prefix) => !denied.has(prefix));
    if (known.length > 0) return known;
    const below = [...this.#asked].filter((key) => !denied.has(key) && [...denied.keys()].some((prefix) => covers(prefix, key)));
    const found: Key[] = [];
    for (const key of below) if ((await this.#denialOf(key, signal)) === undefined) found.push(key);
    return found;
  }

  async #denialOf(prefix: Key, signal: AbortSignal): Promise<AppError | undefined> {
    try {
      await this.#backend.read([prefix], { signal });
      return undefined;
    } catch (thrown) {
      if (isDenied(thrown)) return thrown;
      throw thrown;
    }
  }

  /** The first of the prefixes that may be read again. */
  async #untilAllowed(prefixes: readonly Key[], signal: AbortSignal): Promise<Key> {
    for (;;) {
      await this.#clock.sleep(ASK_AGAIN_MS, signal);
      for (const prefix of prefixes) {
        // What breaks otherwise breaks the watch too.
        const isAllowed = await this.#denialOf(prefix, signal).then((why) => why === undefined, () => false);
        if (isAllowed) return prefix;
      }
    }
  }

  #note(prefixes: readonly Key[], denied: ReadonlyMap<Key, AppError>): void {
    for (const prefix of prefixes) {
      const [to, from] = denied.has(prefix) ? [this.#denied, this.#allowed] : [this.#allowed, this.#denied];
      to.add(prefix);
      from.delete(prefix);
    }
  }
}

function isDenied(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && thrown.code === "BACKEND_DENIED";
}

function stale(why: string): AppError {
  return new AppError("WATCH_STALE", `Cannot go on watching: ${why}`);
}
