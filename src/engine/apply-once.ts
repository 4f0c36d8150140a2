import { formatDuration } from "../core/duration.ts";
import { AppError, toAppError } from "../core/error.ts";
import type { Unit } from "../core/unit.ts";
import { type ApplyContext, applyUnit } from "./apply-unit.ts";
import { refuseSuddenlyEmpty } from "./empty-guard.ts";
import type { GatheredUnit } from "./gather.ts";
import type { HeldLock } from "./reload-lock.ts";
import { markApplied, writtenHashes } from "./mark-applied.ts";
import { rollBack } from "./roll-back.ts";
import { reloadKey, runReload } from "./run-reload.ts";

export interface OneShotOutcome {
  readonly unit: string;
  readonly kind: "unchanged" | "committed" | "failed";
  readonly targets: readonly string[];
  readonly error: AppError | undefined;
}

export interface OneShotOptions {
  readonly reload: boolean;
  /** How long a reload may wait for its lock, in milliseconds. */
  readonly lockTimeout: number;
  readonly signal: AbortSignal;
}

/** Applies what was rendered, then runs each distinct reload that is due once. */
export async function applyOnce(units: readonly GatheredUnit[], context: ApplyContext, { reload, lockTimeout, signal }: OneShotOptions): Promise<readonly OneShotOutcome[]> {
  const outcomes = await Promise.all(
    units.map(async (each): Promise<OneShotOutcome> => {
      const unit = each.planned.unit.name;
      if (each.kind === "failed") return { unit, kind: "failed", targets: [], error: each.error };
      const refused = refuseSuddenlyEmpty(each.planned.unit, each.fill, context.state);
      if (refused !== undefined) return { unit, kind: "failed", targets: [], error: refused };
      const outcome = await applyUnit(each.planned, each, context, signal);
      if (outcome.kind === "failed") return { unit, kind: "failed", targets: [], error: outcome.error };
      return { unit, kind: outcome.kind, targets: outcome.kind === "committed" ? outcome.targets : [], error: undefined };
    }),
  );
  const due = units.map(({ planned }) => planned.unit).filter(({ name }) => context.state.data.due[name] !== undefined);
  const failures = reload ? await reloadOnce(due, context, lockTimeout, signal) : await reloadNever(due, context);
  return outcomes.map((outcome) => {
    const error = failures.get(outcome.unit);
    return error === undefined || outcome.kind === "failed" ? outcome : { ...outcome, kind: "failed", error };
  });
}

async function reloadOnce(due: readonly Unit[], context: ApplyContext, lockTimeout: number, signal: AbortSignal): Promise<ReadonlyMap<string, AppError>> {
  const failures = new Map<string, AppError>();
  const groups = new Map<string, Unit[]>();
  for (const unit of due) groups.set(reloadKey(unit), [...(groups.get(reloadKey(unit)) ?? []), unit]);
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    let held: HeldLock | undefined;
    try {
      held = await lockWithin(lockTimeout, group, context, signal);
      const written = writtenHashes(group, context);
      await runReload(first, context, signal);
      await markApplied(group, written, context);
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toAppError(thrown, "RELOAD_FAILED");
      for (const unit of group) {
        if (unit.onReloadFailure === "rollback" && error.code !== "TIMEOUT") await rollBack(unit, context, signal);
        failures.set(unit.name, error);
      }
    } finally {
      await held?.release();
    }
  }
  return failures;
}

/** Takes the lock that a unit of the group names. Throws TIMEOUT when others hold it for longer; the reload stays due. */
async function lockWithin(limit: number, group: readonly Unit[], { locks, ports }: ApplyContext, signal: AbortSignal): Promise<HeldLock | undefined> {
  const first = group.find(({ lock }) => lock !== undefined);
  if (first?.lock === undefined) return undefined;
  const late = new AbortController();
  const cancel = ports.clock.after(limit, () => late.abort());
  let waitsFor = "";
  try {
    return await locks?.take(first.lock, { unit: first.name, signal: AbortSignal.any([signal, late.signal]), onWaiting: (why) => (waitsFor = why) });
  } catch (thrown) {
    if (signal.aborted || !late.signal.aborted) throw thrown;
    throw new AppError("TIMEOUT", `Cannot reload unit "${first.name}": waited ${formatDuration(limit)} for the lock "${first.lock.key}": ${waitsFor}`, { hint: "The reload stays due; raise --timeout, or look at the one who holds it" });
  } finally {
    cancel();
  }
}

/** In an image build nothing runs that could be reloaded: what is written counts as applied. */
async function reloadNever(due: readonly Unit[], context: ApplyContext): Promise<ReadonlyMap<string, AppError>> {
  if (due.length > 0) await markApplied(due, writtenHashes(due, context), context);
  return new Map();
}
