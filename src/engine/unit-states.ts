import { type Dependency, formatDependency } from "../core/dependency.ts";
import { type AppError, placeOf } from "../core/error.ts";
import type { Observe } from "../core/observer.ts";
import type { Clock, Logger } from "../core/ports.ts";
import type { Step, UnitState } from "../core/status.ts";
import type { OwnOutcome } from "./apply-unit.ts";
import type { UnitRuntime } from "./unit-runtime.ts";

export interface UnitStatesOptions {
  readonly ports: { readonly clock: Clock; readonly log: Logger };
  /** Called whenever a unit came to a new state. */
  readonly onState: ((unit: string, state: UnitState) => void) | undefined;
  readonly observe: Observe | undefined;
}

/** Brings units from one state to the next, and tells of it. */
export class UnitStates {
  readonly #options: UnitStatesOptions;

  constructor(options: UnitStatesOptions) {
    this.#options = options;
  }

  set(unit: UnitRuntime | undefined, state: UnitState): void {
    if (unit === undefined) return;
    unit.state = state;
    if (state.kind === "applied") unit.troubles.over();
    this.#options.onState?.(unit.name, state);
    this.#options.observe?.({ kind: "unit state", unit: unit.name, state });
  }

  /** A state that says no more than since when. */
  enter(unit: UnitRuntime | undefined, kind: Exclude<UnitState["kind"], "waiting" | "failed">): void {
    this.set(unit, { kind, since: this.#options.ports.clock.now() });
  }

  waiting(unit: UnitRuntime, missing: readonly Dependency[], error: AppError): void {
    const { clock, log } = this.#options.ports;
    const names = missing.map(formatDependency);
    const recurred = unit.troubles.again(`waiting ${names.join(" ")}`);
    if (recurred !== undefined) log.warn(error.code === "SERVICE_MISSING" ? "Waiting for services" : "Waiting for keys", { unit: unit.name, missing: names, ...recurred });
    this.set(unit, { kind: "waiting", since: unit.state.kind === "waiting" ? unit.state.since : clock.now(), missing, error });
  }

  /** What an apply came to that did not fail. */
  settled(unit: UnitRuntime, outcome: Exclude<OwnOutcome, { kind: "failed" }>, isDue: boolean): void {
    unit.waits = outcome.kind === "waiting" ? outcome : undefined;
    if (unit.waits !== undefined) return this.waiting(unit, unit.waits.missing, unit.waits.error);
    const isStill = outcome.kind === "unchanged" && (isDue ? unit.state.kind === "failed" && unit.state.step === "reload" : unit.state.kind === "applied");
    if (!isStill) this.enter(unit, isDue ? "reload due" : "applied");
  }

  reloaded(unit: UnitRuntime | undefined): void {
    if (unit?.waits === undefined) this.enter(unit, "applied");
    else this.waiting(unit, unit.waits.missing, unit.waits.error);
  }

  /** Its reload is due and waits for its lock. */
  locked(unit: UnitRuntime | undefined, why: string): void {
    if (unit === undefined) return;
    const { clock, log } = this.#options.ports;
    log.info("Waiting for the reload lock", { unit: unit.name, why });
    this.set(unit, { kind: "reload due", since: unit.state.kind === "reload due" ? unit.state.since : clock.now(), lockedBy: why });
  }

  failed(unit: UnitRuntime, step: Step, error: AppError): void {
    const { clock, log } = this.#options.ports;
    const recurred = unit.troubles.again(`${step} ${error.message}`);
    if (recurred !== undefined) {
      log.error("Unit failed", { unit: unit.name, step, error: error.message, at: placeOf(error), output: error.output, hint: error.hint, ...recurred });
    }
    this.set(unit, { kind: "failed", since: clock.now(), step, error });
  }
}
