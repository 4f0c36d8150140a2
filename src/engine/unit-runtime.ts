import { type Backoff, backoff } from "../core/backoff.ts";
import type { Dependency } from "../core/dependency.ts";
import type { Clock, Random } from "../core/ports.ts";
import { Recurrence } from "../core/recurrence.ts";
import type { UnitState } from "../core/status.ts";
import type { OwnOutcome } from "./apply-unit.ts";
import type { PlannedUnit } from "./plan.ts";

const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 60_000;

/** One unit while Remora runs: where it stands, what it read, when it is tried again. */
export class UnitRuntime {
  planned: PlannedUnit;
  state: UnitState;
  used: readonly Dependency[] = [];
  missing: readonly Dependency[] = [];
  /** The revision of each backend that the last render saw. */
  revisions: Readonly<Record<string, number>> = {};
  /** An apply is going on; a change meanwhile is looked at afterwards. */
  busy = false;
  /** A pass came by while it was busy. */
  again = false;
  /** Something it reads has not been read from its backend yet. */
  uncovered = false;
  /** What it needs beside what it has taken up. */
  waits: Extract<OwnOutcome, { kind: "waiting" }> | undefined;
  /** Until then what was rolled back is not tried again; on the monotonic clock. */
  rejectedUntil = 0;
  readonly retry: Backoff;
  readonly #clock: Clock;
  #cancelRetry: (() => void) | undefined;
  /** When it is tried again; in milliseconds since 1970. */
  retryAt: number | undefined;
  /** What keeps it from being applied. */
  readonly troubles: Recurrence;

  constructor(planned: PlannedUnit, { clock, random }: { clock: Clock; random: Random }) {
    this.planned = planned;
    this.state = { kind: "pending", since: clock.now() };
    this.#clock = clock;
    this.troubles = new Recurrence(clock);
    this.retry = backoff({ min: RETRY_MIN_MS, max: RETRY_MAX_MS, random: random.fraction });
  }

  get name(): string {
    return this.planned.unit.name;
  }

  /** Has it looked at again after a delay in milliseconds. */
  retryIn(delay: number, scheduler: { soon(units: Iterable<string>): void }): void {
    this.forgetRetry();
    this.retryAt = this.#clock.now() + delay;
    this.#cancelRetry = this.#clock.after(delay, () => scheduler.soon([this.name]));
  }

  forgetRetry(): void {
    this.#cancelRetry?.();
    this.retryAt = undefined;
  }
}
