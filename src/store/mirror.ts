import { type Backoff, backoff } from "../core/backoff.ts";
import type { Backend, Position } from "../core/backend.ts";
import { AppError, type ErrorCode, placeOf, toAppError } from "../core/error.ts";
import { covers, type Key } from "../core/key.ts";
import type { Ports } from "../core/ports.ts";
import { Recurrences } from "../core/recurrence.ts";
import type { BackendState } from "../core/status.ts";
import type { SnapshotCache } from "./cache.ts";
import { PartlyDenied } from "./partly-denied.ts";
import { timed } from "./timed.ts";
import { type ChangeSet, Store } from "./store.ts";

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 1_000;
/** A one-shot run does not wait for these to go away; a daemon does, as somebody may be mending them. */
const HOPELESS: readonly ErrorCode[] = ["BACKEND_DATA", "BACKEND_DENIED", "INTERNAL"];

export interface MirrorOptions {
  readonly backend: Backend;
  readonly ports: Pick<Ports, "clock" | "random" | "log">;
  /** Called after each change, and once more when prefixes that were wanted have been read. */
  readonly onChange: (changes: ChangeSet) => void;
  readonly onProgress?: ((entries: number) => void) | undefined;
  readonly onRead?: ((took: number, ok: boolean) => void) | undefined;
  /** Keeps the last snapshot for a start while the backend is away. */
  readonly cache?: SnapshotCache | undefined;
}

/** One backend with its store, kept equal to it: reads what is wanted, watches, resumes, reads again. */
export class Mirror {
  readonly backend: Backend;
  readonly store: Store;
  readonly #options: MirrorOptions;
  readonly #retry: Backoff;
  #wanted: readonly Key[] = [];
  #restartWatch: (() => void) | undefined;
  #state: BackendState;
  #reads = 0;
  #outages = 0;
  #cachedAt: number | undefined;
  #cacheAsked = false;
  /** What went wrong since it was last live. */
  readonly #troubles: Recurrences;

  constructor(options: MirrorOptions) {
    [this.#options, this.backend] = [options, new PartlyDenied(options.backend, options.ports.clock)];
    this.store = new Store(options.backend.name);
    this.#retry = backoff({ min: RETRY_MIN_MS, max: RETRY_MAX_MS, random: options.ports.random.fraction });
    this.#troubles = new Recurrences(options.ports.clock);
    this.#state = { kind: "connecting", since: options.ports.clock.now() };
  }

  get state(): BackendState {
    return this.#state;
  }

  /** How many times entries were read, the first time included. */
  get reads(): number {
    return this.#reads;
  }

  /** Where the store holds what the cache held: until when that is known to have been right, in milliseconds since 1970. */
  get cachedAt(): number | undefined {
    return this.#cachedAt;
  }

  /** How many times it went away. */
  get outages(): number {
    return this.#outages;
  }

  /** Wants these keys, and what is below them, in the store. They come by `load` or `follow`. */
  want(keys: Iterable<Key>): void {
    const missing = [...keys].filter((key) => !this.#wanted.some((prefix) => prefix === key || (covers(prefix, key) && !this.store.snapshot.denied.has(prefix))));
    if (missing.length === 0) return;
    this.#wanted = this.backend.cover([...this.#wanted, ...missing]);
    this.#restartWatch?.();
  }

  get complete(): boolean {
    return this.#wanted.every((key) => this.store.snapshot.answers(key));
  }

  /** Takes what the cache held where nothing was read yet; answers whether there was something that is not too old. */
  async useCache(maxAge = Number.POSITIVE_INFINITY): Promise<boolean> {
    const { cache, ports, onChange } = this.#options;
    if (cache === undefined || this.store.position !== undefined || this.#cacheAsked) return this.#cachedAt !== undefined;
    this.#cacheAsked = true;
    const cached = await cache.load();
    if (!cached) return false;
    const told = { backend: this.backend.name, since: new Date(cached.heldAt).toISOString() };
    const isTooOld = ports.clock.now() - cached.heldAt > maxAge;
    ports.log.warn(isTooOld ? "Cache is too old" : "Going on with what the backend last held", told);
    if (isTooOld) return false;
    this.#cachedAt = cached.heldAt;
    onChange(this.store.loadCached(cached));
    return true;
  }

  async close(): Promise<void> {
    await this.#options.cache?.flush();
    await this.backend[Symbol.asyncDispose]();
  }

  /** Reads what is wanted and not there yet; tries until the signal aborts, or throws what trying again will not mend. */
  async load(signal: AbortSignal): Promise<void> {
    while (!this.complete) {
      await this.#attempt(signal, () => this.#readMissing(signal));
      if (this.#state.kind === "down" && HOPELESS.includes(this.#state.error.code)) throw this.#state.error;
    }
  }

  /** Keeps the store equal to the backend until the signal aborts; `cached`: goes on with what the cache holds while there was no answer yet. */
  async follow(signal: AbortSignal, { cached }: { readonly cached: boolean }): Promise<void> {
    const stopFresh = this.#options.cache?.keepFresh(() => this.#state.kind === "live");
    try {
      while (!signal.aborted) {
        while (this.#missing().length > 0) await this.#attempt(signal, () => this.#readMissing(signal), async () => void (cached && (await this.useCache())));
        if (this.#wanted.length === 0) await this.#untilWanted(signal);
        else await this.#attempt(signal, () => this.#watch(signal));
      }
    } finally {
      stopFresh?.();
    }
  }

  /** What has to be read: what the cache held is not known to be right. */
  #missing(): readonly Key[] {
    if (this.#cachedAt !== undefined) return this.#wanted;
    return this.#wanted.filter((key) => !this.store.snapshot.answers(key));
  }

  async #readMissing(signal: AbortSignal): Promise<void> {
    const [wanted, missing, at] = [this.#wanted, this.#missing(), this.store.position];
    try {
      await this.#read(missing, wanted, signal, this.backend.resumes ? at : undefined);
    } catch (error) {
      if (toAppError(error).code !== "WATCH_STALE") throw error;
      await this.#read(wanted, wanted, signal, undefined);
    }
  }

  async #read(prefixes: readonly Key[], covered: readonly Key[], signal: AbortSignal, at: Position | undefined): Promise<void> {
    const { onProgress, ports, onRead } = this.#options;
    this.#reads += 1;
    const reading = await timed(() => this.backend.read(prefixes, { signal, onProgress, at }), ports.clock, onRead);
    this.#live();
    this.#cachedAt = undefined;
    const changes = this.store.load(prefixes, reading, covered);
    // Below what is denied there may be something that is not.
    if (changes.permissions) this.#wanted = this.backend.cover(this.#wanted);
    this.#tell(changes);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const since = this.store.position;
    // The signal may have aborted while the last step was on its way; it does not say so again.
    if (since === undefined || signal.aborted) return;
    // Not AbortSignal.any(): it keeps something of each use for as long as the outer signal lives, and an outage has many.
    const watch = new AbortController();
    let restarted = false;
    const onAbort = () => watch.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#restartWatch = () => {
      restarted = true;
      watch.abort(new Error("More is wanted"));
    };
    try {
      for await (const batch of this.backend.watch(this.#wanted, since, watch.signal)) {
        this.#live();
        const changes = this.store.apply(batch);
        if (changes.changed.length > 0) this.#tell(changes);
      }
      if (!watch.signal.aborted) throw new AppError("BACKEND_UNREACHABLE", `Cannot watch ${this.backend.name}: the watch ended`);
    } catch (error) {
      if (restarted && !signal.aborted) return;
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#restartWatch = undefined;
    }
  }

  /** Runs one step; what breaks is told, waited out, and followed by a full reading where the watch cannot resume. */
  async #attempt(signal: AbortSignal, step: () => Promise<void>, orElse?: () => Promise<void>): Promise<void> {
    const { clock, log } = this.#options.ports;
    const began = clock.monotonic();
    try {
      await step();
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toAppError(thrown);
      const stale = error.code === "WATCH_STALE";
      await orElse?.();
      if (stale) log.info("Reading everything again", { backend: this.backend.name, reason: error.message });
      else await this.#waitOut(error, began, signal);
      if (stale || !this.backend.resumes) await this.#readAgain(signal);
    }
  }

  async #readAgain(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options.ports;
    while (this.store.position !== undefined) {
      const began = clock.monotonic();
      try {
        return await this.#read(this.#wanted, this.#wanted, signal, undefined);
      } catch (thrown) {
        signal.throwIfAborted();
        await this.#waitOut(toAppError(thrown), began, signal);
      }
    }
  }

  async #waitOut(error: AppError, began: number, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options.ports;
    const recurred = this.#troubles.again(error.hint ?? error.code);
    if (recurred !== undefined) log.warn("Backend is away, trying again", { backend: this.backend.name, error: error.message, at: placeOf(error), hint: error.hint, ...recurred });
    if (this.#state.kind === "down") {
      this.#state = { ...this.#state, error };
      // The delay lies between the beginnings of two tries: one that ran into its time limit has waited already.
      return await clock.sleep(Math.max(0, this.#retry.next() - (clock.monotonic() - began)), signal);
    }
    this.#outages += 1;
    this.#state = { kind: "down", since: clock.now(), error };
    await clock.sleep(this.#retry.next(), signal);
  }

  #tell(changes: ChangeSet): void {
    this.#options.cache?.changed(changes.snapshot);
    this.#options.onChange(changes);
  }

  #live(): void {
    if (this.#state.kind === "live") return;
    const { clock, log } = this.#options.ports;
    if (this.#state.kind === "down") log.info("Backend is back", { backend: this.backend.name, away_ms: clock.now() - this.#state.since });
    this.#state = { kind: "live", since: clock.now() };
    this.#retry.reset();
    this.#troubles.over();
  }

  async #untilWanted(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#restartWatch = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    this.#restartWatch = undefined;
  }
}
