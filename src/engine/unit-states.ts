import { type Dependency, formatDependency } from "../core/dependency.ts";
import { type AppError, placeOf } from "../core/error.ts";
import type { Clock, Logger } from "../core/ports.ts";
import type { Step, UnitState } from "../core/status.ts";
import type { UnitRuntime } from "./unit-runtime.ts";

export interface UnitStatesOptions {
  readonly ports: { readonly clock: Clock; readonly log: Logger };
  /** Called whenever a unit came to a new state. */
  readonly onState: ((unit: string, state: UnitState) => void) | undefined;
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
    this.#options.onState?.(unit.name, state);
  }

  waiting(unit: UnitRuntime, missing: readonly Dependency[], error: AppError): void {
    const { clock, log } = this.#options.ports;
    if (unit.state.kind !== "waiting") log.warn("Waiting for keys", { unit: unit.name, missing: missing.map(formatDependency) });
    this.set(unit, { kind: "waiting", since: clock.now(), missing, error });
  }

  failed(unit: UnitRuntime, step: Step, error: AppError): void {
    const { clock, log } = this.#options.ports;
    const repeated = unit.state.kind === "failed" && unit.state.error.message === error.message;
    if (!repeated) {
      log.error("Unit failed", { unit: unit.name, step, error: error.message, at: placeOf(error), output: error.output, hint: error.hint });
    }
    this.set(unit, { kind: "failed", since: clock.now(), step, error });
  }
}
