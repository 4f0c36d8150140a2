import { type AppError, toAppError } from "../core/error.ts";
import type { Unit } from "../core/unit.ts";
import { type ApplyContext, applyUnit } from "./apply-unit.ts";
import { refuseSuddenlyEmpty } from "./empty-guard.ts";
import type { GatheredUnit } from "./gather.ts";
import { markApplied, writtenHashes } from "./reloads.ts";
import { rollBack } from "./roll-back.ts";
import { reloadKey, runReload } from "./run-reload.ts";

export interface OneShotOutcome {
  readonly unit: string;
  readonly kind: "unchanged" | "committed" | "failed";
  readonly targets: readonly string[];
  readonly error: AppError | undefined;
}

/** Applies what was rendered, then runs each distinct reload that is due once. */
export async function applyOnce(units: readonly GatheredUnit[], context: ApplyContext, { reload, signal }: { readonly reload: boolean; readonly signal: AbortSignal }): Promise<readonly OneShotOutcome[]> {
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
  const failures = reload ? await reloadOnce(due, context, signal) : await reloadNever(due, context);
  return outcomes.map((outcome) => {
    const error = failures.get(outcome.unit);
    return error === undefined || outcome.kind === "failed" ? outcome : { ...outcome, kind: "failed", error };
  });
}

async function reloadOnce(due: readonly Unit[], context: ApplyContext, signal: AbortSignal): Promise<ReadonlyMap<string, AppError>> {
  const failures = new Map<string, AppError>();
  const groups = new Map<string, Unit[]>();
  for (const unit of due) groups.set(reloadKey(unit), [...(groups.get(reloadKey(unit)) ?? []), unit]);
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const written = writtenHashes(group, context);
    try {
      await runReload(first, context, signal);
      await markApplied(group, written, context);
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toAppError(thrown, "RELOAD_FAILED");
      for (const unit of group) {
        if (unit.onReloadFailure === "rollback") await rollBack(unit, context, signal);
        failures.set(unit.name, error);
      }
    }
  }
  return failures;
}

/** In an image build nothing runs that could be reloaded: what is written counts as applied. */
async function reloadNever(due: readonly Unit[], context: ApplyContext): Promise<ReadonlyMap<string, AppError>> {
  if (due.length > 0) await markApplied(due, writtenHashes(due, context), context);
  return new Map();
}
