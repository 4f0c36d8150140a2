import { type Backoff, backoff } from "../core/backoff.ts";
import type { Dependency } from "../core/dependency.ts";
import type { Clock, Random } from "../core/ports.ts";
import type { UnitState } from "../core/status.ts";
import type { PlannedUnit } from "./plan.ts";

const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 60_000;

/** One unit while Remora runs: where it stands, what it read, when it is tried again. */
export class UnitRuntime {
  planned: PlannedUnit;
  state: UnitState;
  used: readonly Dependency[] = [];
  missing: readonly Dependency[] = [];
  /** An apply is going on; a change meanwhile is looked at afterwards. */
  busy = false;
  /** A pass came by while it was busy. */
  again = false;
  /** Something it reads has not been read from its backend yet. */
  uncovered = false;
  /** Until then what was rolled back is not tried again; on the monotonic clock. */
  rejectedUntil = 0;
  readonly retry: Backoff;
  cancelRetry: (() => void) | undefined;

  constructor(planned: PlannedUnit, { clock, random }: { clock: Clock; random: Random }) {
    this.planned = planned;
    this.state = { kind: "pending", since: clock.now() };
    this.retry = backoff({ min: RETRY_MIN_MS, max: RETRY_MAX_MS, random: random.fraction });
  }

  get name(): string {
    return this.planned.unit.name;
  }
}
