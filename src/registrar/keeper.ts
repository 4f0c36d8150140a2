import { type Backoff, backoff } from "../core/backoff.ts";
import { type AppError, toAppError } from "../core/error.ts";
import type { Clock, Logger, Random } from "../core/ports.ts";
import type { Registry } from "../core/registry.ts";
import type { RegistryReport } from "../core/reports.ts";
import { Recurrence } from "../core/recurrence.ts";
import { TaskGroup } from "../core/task-group.ts";

const RETRY_MIN_MS = 100;
/** A registry that is back is written to within this. */
const RETRY_MAX_MS = 1_000;
/** A registration that is refused, while others are taken, is tried this seldom in the end. */
const REFUSED_MAX_MS = 60_000;
/** One that somebody else has is free as soon as his lease ends. */
const CONFLICT_MAX_MS = 5_000;
const AT_ONCE = 16;

export interface KeeperOptions {
  readonly registry: Registry;
  /** How often everything is compared anew, in milliseconds. */
  readonly interval: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** How it stands with a registry. */
export interface KeeperStatus extends RegistryReport {
  readonly registered: number;
}

/** Brings one registry to what is wanted and keeps it there; what fails is tried again for ever. */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #busy = new Set<string>();
  readonly #refused = new Map<string, { readonly error: AppError; readonly backoff: Backoff; readonly troubles: Recurrence; until: number }>();
  #wanted: ReadonlyMap<string, string> = new Map();
  /** What is there of ours; undefined until it was looked at, and when that may be true no more. */
  #known: Map<string, string> | undefined;
  /** When everything is looked at again, however much happens until then. */
  #lookAt = 0;
  #down: AppError | undefined;
  #wake: (() => void) | undefined;
  #woken = false;
  readonly #settled: (() => void)[] = [];

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Says what should be registered: value by id. */
  want(registrations: ReadonlyMap<string, string>): void {
    for (const [id, refused] of this.#refused) {
      if (!registrations.has(id) && this.#known?.has(id) === false) this.#refused.delete(id);
      // What is another one may not be refused.
      else if (registrations.get(id) !== this.#wanted.get(id)) refused.until = 0;
    }
    this.#wanted = registrations;
    this.#stir();
  }

  get status(): KeeperStatus {
    const { registry } = this.#options;
    const pending = new Map(this.#differing().map((id) => [id, this.#refused.get(id)?.error] as const));
    const ids = [...(this.#known?.keys() ?? [])].filter((id) => !pending.has(id));
    return { registry: registry.name, down: this.#down, registered: this.#known?.size ?? 0, ids, lease: registry.lease?.(), pending };
  }

  /** Resolves when the registry holds what is wanted. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#settled.push(resolve);
      this.#stir();
    });
  }

  /** Works until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, registry } = this.#options;
    await using tasks = new TaskGroup((error) => {
      if (!signal.aborted) log.error("Internal error", { registry: registry.name, error: toAppError(error).stack });
    });
    let keeping = false;
    while (!signal.aborted) {
      if (this.#options.clock.monotonic() >= this.#lookAt) this.#known = undefined;
      if (this.#known === undefined && !(await this.#look(signal))) continue;
      if (!keeping) tasks.start(() => this.#keepAlive(signal));
      keeping = true;
      for (const id of this.#due()) tasks.start(() => this.#bring(id, signal));
      this.#tellSettled();
      await this.#nextWake(signal);
    }
  }

  /** Asks what is there of ours; answers whether that is known now. */
  async #look(signal: AbortSignal): Promise<boolean> {
    const { registry, interval, clock, random, log } = this.#options;
    const tries = backoff({ min: RETRY_MIN_MS, max: RETRY_MAX_MS, random: random.fraction });
    const troubles = new Recurrence(clock);
    for (;;) {
      try {
        this.#known = new Map(await registry.owned(signal));
        if (this.#down !== undefined) log.info("Registry is back", { registry: registry.name });
        this.#down = undefined;
        this.#lookAt = clock.monotonic() + interval;
        return true;
      } catch (thrown) {
        if (signal.aborted) return false;
        const error = toAppError(thrown);
        const recurred = troubles.again("away");
        if (recurred !== undefined) log.warn("Registry is away, trying again", { registry: registry.name, error: error.message, hint: error.hint, ...recurred });
        this.#down = error;
        await clock.sleep(tries.next(), signal).catch(() => {});
      }
    }
  }

  /** Ids that are not as they should be. */
  #differing(): string[] {
    const known = this.#known ?? new Map<string, string>();
    const ids = new Set([...this.#wanted.keys(), ...known.keys()]);
    return [...ids].filter((id) => this.#wanted.get(id) !== known.get(id));
  }

  /** Those of them that can be written now, as many as fit. */
  #due(): string[] {
    const now = this.#options.clock.monotonic();
    const free = this.#differing().filter((id) => !this.#busy.has(id) && (this.#refused.get(id)?.until ?? 0) <= now);
    return free.slice(0, Math.max(0, AT_ONCE - this.#busy.size));
  }

  /** Brings one registration to what is wanted; only one of an id runs at a time. */
  async #bring(id: string, signal: AbortSignal): Promise<void> {
    const { registry, log } = this.#options;
    const value = this.#wanted.get(id);
    const known = this.#known;
    this.#busy.add(id);
    try {
      if (value === undefined) await registry.deregister(id, signal);
      else await registry.put({ id, value }, signal);
      if (value === undefined) known?.delete(id);
      else known?.set(id, value);
      this.#refused.delete(id);
      log.info(value === undefined ? "Deregistered" : "Registered", { registry: registry.name, id });
    } catch (thrown) {
      if (!signal.aborted) this.#failed(id, toAppError(thrown));
    } finally {
      this.#busy.delete(id);
      this.#stir();
    }
  }

  #failed(id: string, error: AppError): void {
    const { registry, clock, random, log } = this.#options;
    // When it cannot be reached nothing is known of it any more, and the others need not try.
    if (error.code === "BACKEND_UNREACHABLE") return void (this.#known = undefined);
    const before = this.#refused.get(id);
    const max = error.code === "REGISTRATION_CONFLICT" ? CONFLICT_MAX_MS : REFUSED_MAX_MS;
    const wait = before?.backoff ?? backoff({ min: RETRY_MIN_MS, max, random: random.fraction });
    const troubles = before?.troubles ?? new Recurrence(clock);
    const recurred = troubles.again(error.message);
    if (recurred !== undefined) log.error("Cannot register, trying again", { registry: registry.name, id, error: error.message, hint: error.hint, ...recurred });
    this.#refused.set(id, { error, backoff: wait, troubles, until: clock.monotonic() + wait.next() });
  }

  /** Whenever what was registered may be gone, everything is looked at again. */
  async #keepAlive(signal: AbortSignal): Promise<void> {
    const { registry, clock, random, log } = this.#options;
    const tries = backoff({ min: RETRY_MIN_MS, max: RETRY_MAX_MS, random: random.fraction });
    while (!signal.aborted) {
      try {
        await registry.keepAlive(signal);
        if (!signal.aborted) log.warn("Registrations may be gone, looking at all of them", { registry: registry.name });
        tries.reset();
      } catch (thrown) {
        if (!signal.aborted) log.debug("Cannot keep the registrations alive", { registry: registry.name, error: toAppError(thrown).message });
      }
      this.#known = undefined;
      this.#stir();
      await clock.sleep(tries.next(), signal).catch(() => {});
    }
  }

  #tellSettled(): void {
    if (this.#known === undefined || this.#busy.size > 0 || this.#differing().length > 0) return;
    for (const resolve of this.#settled.splice(0)) resolve();
  }

  #stir(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /** Waits for the next reason to look: something wanted, done or lost, a try that is due, the interval. */
  async #nextWake(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const tries = this.#differing().filter((id) => !this.#busy.has(id)).flatMap((id) => this.#refused.get(id)?.until ?? []);
    const wait = Math.max(0, Math.min(...tries, this.#lookAt) - clock.monotonic());
    await new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener("abort", done);
        this.#wake = undefined;
        resolve();
      };
      const cancel = clock.after(wait, done);
      this.#wake = done;
      signal.addEventListener("abort", done, { once: true });
      if (this.#woken || signal.aborted) done();
    });
    this.#woken = false;
  }
}
