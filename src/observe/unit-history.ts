import { placeOf } from "../core/error.ts";
import type { Happening } from "../core/observer.ts";
import type { FailureStatus } from "../core/status-document.ts";

/** What happened to a unit, over all configurations that had it; times in milliseconds since 1970. */
export interface UnitHistory {
  /** It was applied, and its last attempt was good. */
  readonly good: boolean;
  readonly rendered?: number;
  readonly written?: number;
  readonly applied?: number;
  readonly failure?: FailureStatus | undefined;
}

export const NEW_UNIT: UnitHistory = { good: false };

/** The history with one thing more. */
export function withHappening(history: UnitHistory, happening: Happening, now: number): UnitHistory {
  switch (happening.kind) {
    case "rendered":
      return { ...history, rendered: now };
    case "committed":
      return { ...history, written: now };
    case "unit state":
      return withState(history, happening.state, now);
    default:
      return history;
  }
}

type State = Extract<Happening, { kind: "unit state" }>["state"];

function withState(history: UnitHistory, state: State, now: number): UnitHistory {
  if (state.kind === "applied") return { ...history, good: true, applied: now, failure: undefined };
  // A service that goes is another's outage, as a backend that is away: what was applied still is.
  if (state.kind === "waiting") return { ...history, good: history.good && state.error.code === "SERVICE_MISSING", failure: undefined };
  if (state.kind !== "failed") return history;
  const { step, error } = state;
  const before = history.failure;
  const again = before !== undefined && before.step === step && before.message === error.message;
  const failure: FailureStatus = {
    step,
    code: error.code,
    message: error.message,
    hint: error.hint ?? null,
    at: placeOf(error) ?? null,
    output: error.output ?? null,
    since: again ? before.since : new Date(now).toISOString(),
    times: again ? before.times + 1 : 1,
  };
  return { ...history, good: false, failure };
}
