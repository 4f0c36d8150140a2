import type { Clock } from "../core/ports.ts";

/** What arrives together in pieces (one transaction under two prefixes) is given this long to be complete. */
const SETTLE_MS = 10;

/** Hears of each turn of a loop: from one that hangs it hears no more. */
export interface Heartbeat {
  /** The loop turns at least once in so many milliseconds. */
  readonly every: number;
  turn(): void;
}

export interface SchedulerOptions {
  readonly clock: Clock;
  readonly wait: { readonly min: number; readonly max: number; /** The first change waits for quiet too. */ readonly collectFirst: boolean };
  /** Runs one pass over the dirty units. */
  readonly pass: (dirty: ReadonlySet<string>) => Promise<void>;
  readonly heartbeat?: Heartbeat | undefined;
}

/**
 * Decides when a pass runs. The first change after a quiet spell is applied at once, unless it is to be collected too; changes that follow within `min`
 * of the one before are collected until it has been quiet for `min`, or `max` after the first of them.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  #dirty = new Set<string>();
  #firstAt = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  #due = Number.POSITIVE_INFINITY;
  #leading = false;
  #wake: (() => void) | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Marks units that a change touched. */
  changed(units: Iterable<string>): void {
    const fresh = [...units];
    if (fresh.length === 0) return;
    const { clock, wait } = this.#options;
    const now = clock.monotonic();
    if (this.#dirty.size === 0) {
      this.#firstAt = now;
      this.#leading = !wait.collectFirst && now - this.#lastAt >= wait.min;
    }
    for (const unit of fresh) this.#dirty.add(unit);
    this.#lastAt = now;
    this.#due = this.#leading ? this.#firstAt + Math.min(SETTLE_MS, wait.min) : Math.min(now + wait.min, this.#firstAt + wait.max);
    this.#wake?.();
  }

  /** Marks units that need a pass now, whatever else is going on. */
  soon(units: Iterable<string>): void {
    for (const unit of units) this.#dirty.add(unit);
    if (this.#dirty.size === 0) return;
    this.#due = this.#options.clock.monotonic();
    this.#wake?.();
  }

  /** Runs passes, one at a time, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#options.heartbeat?.turn();
      if (!(await this.#untilDue(signal))) continue;
      const dirty = this.#dirty;
      this.#dirty = new Set();
      this.#due = Number.POSITIVE_INFINITY;
      await this.#options.pass(dirty);
    }
  }

  /** Answers whether a pass is due; false when something changed meanwhile, for a heartbeat, or at the end. */
  #untilDue(signal: AbortSignal): Promise<boolean> {
    const { clock, heartbeat } = this.#options;
    const left = this.#due - clock.monotonic();
    if (left <= 0) return Promise.resolve(true);
    const delay = Math.min(left, heartbeat?.every ?? left);
    return new Promise((resolve) => {
      const done = (due: boolean) => {
        cancel?.();
        this.#wake = undefined;
        signal.removeEventListener("abort", stop);
        resolve(due);
      };
      const stop = () => done(false);
      const cancel = Number.isFinite(delay) ? clock.after(delay, () => done(delay === left)) : undefined;
      this.#wake = () => done(false);
      signal.addEventListener("abort", stop, { once: true });
    });
  }
}
