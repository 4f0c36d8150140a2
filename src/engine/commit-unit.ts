import { dueAfter, type Undoing } from "../output/due-reload.ts";
import { removeTarget } from "../output/remove-target.ts";
import type { StagedFile } from "../output/staged-file.ts";
import type { JournalEntry, TargetRow } from "../output/state-file.ts";
import type { ApplyContext, Candidate } from "./apply-unit.ts";
import { backUp, keepFormer, restore } from "./backups.ts";
import { type Fill, recordFill } from "./empty-guard.ts";
import type { GoneItems } from "./gone-items.ts";
import type { PlannedUnit } from "./plan.ts";

export interface Commit {
  readonly changed: readonly Candidate[];
  /** The changed ones, in their order. */
  readonly staged: readonly StagedFile[];
  readonly gone: GoneItems;
  readonly fill: Fill;
}

/** Swaps in what is staged and removes what went. The journal first, so that a kill between two steps is rolled forward by the next start. */
export async function commitUnit({ unit }: PlannedUnit, commit: Commit, context: ApplyContext): Promise<void> {
  const { state, ports } = context;
  const { changed, staged, gone, fill } = commit;
  for (const { settings, target } of changed) if (settings.keepsFormer) await keepFormer(target, context);
  const touched = [...changed, ...gone.removals].map(({ target }) => target);
  const rollsBack = unit.onReloadFailure === "rollback" && unit.reload !== undefined;
  const backups = rollsBack || touched.length > 1 ? await backUp(touched, context) : undefined;
  const entry = journalEntry(commit, unit.reload !== undefined, backups);
  await state.update((data) => {
    data.journal[unit.name] = entry;
  });
  const undoing: Undoing = { backups: backups ?? {}, created: entry.files.flatMap(({ target, created }) => (created ? [target] : [])), removed: rowsOf(gone) };
  const kept = await swapAll(unit.name, staged, gone, undoing, context);
  const before = state.data.due[unit.name];
  await state.update((data) => {
    delete data.journal[unit.name];
    recordFill(unit, fill, data);
    for (const candidate of changed) {
      const { each: _, ...known } = data.targets[candidate.target] ?? {};
      data.targets[candidate.target] = { ...known, ...rowOf(candidate, unit.name), ...(unit.reload === undefined ? { applied: candidate.hash } : {}) };
    }
    for (const target of [...gone.removals.map(({ target }) => target), ...gone.forgotten]) delete data.targets[target];
    const nothing: Undoing = { backups: {}, created: [], removed: {} };
    if (unit.reload !== undefined) data.due[unit.name] = dueAfter(rollsBack ? before : before && { since: before.since, attempts: before.attempts, backups: {} }, rollsBack ? undoing : nothing, ports.clock.now());
  });
  const needed = new Set(Object.values(state.data.due[unit.name]?.backups ?? {}));
  await removeAll(Object.values(backups ?? {}).filter((path) => !needed.has(path)), context);
  const removed = gone.removals.map(({ target }) => target).filter((target) => !kept.includes(target));
  ports.log.info("Committed", { unit: unit.name, targets: changed.map(({ target }) => target), ...(removed.length > 0 ? { removed } : {}) });
}

/** What the state says of a target once it is written. */
export function rowOf({ hash, sensitive, each }: Candidate, unit: string): TargetRow {
  return { unit, written: hash, ...(sensitive ? { sensitive } : {}), ...(each ? { each } : {}) };
}

function journalEntry({ changed, staged, gone }: Commit, reload: boolean, backups: Readonly<Record<string, string>> | undefined): JournalEntry {
  const files = staged.map(({ target, realTarget, path, hash }, index) => {
    const { sensitive = false, each = false } = changed[index] ?? {};
    const created = each && backups !== undefined && backups[target] === undefined;
    return { target, realTarget, staged: path, hash, backup: backups?.[target] ?? null, ...(sensitive ? { sensitive } : {}), ...(each ? { each } : {}), ...(created ? { created } : {}) };
  });
  if (gone.removals.length === 0) return { reload, files };
  return { reload, files, removals: gone.removals.map((removal) => ({ ...removal, backup: backups?.[removal.target] ?? null })) };
}

function rowsOf({ removals }: GoneItems): Readonly<Record<string, TargetRow>> {
  return Object.fromEntries(removals.map(({ target, row }) => [target, row]));
}

/** One after the other; when one fails, those before it get their former content back. Answers which files of former items had to stay after all. */
async function swapAll(unit: string, staged: readonly StagedFile[], gone: GoneItems, { backups, created }: Undoing, context: ApplyContext): Promise<readonly string[]> {
  const { ports, hash, state } = context;
  const done: string[] = [];
  const kept: string[] = [];
  try {
    for (const file of staged) {
      await file.commit();
      done.push(file.target);
    }
    for (const { target, realTarget, row } of gone.removals) {
      if (!(await removeTarget(realTarget, row.written, { ...ports, hash }))) kept.push(target);
      done.push(target);
    }
  } catch (error) {
    for (const { target, realTarget, hash: written } of staged) if (created.includes(target) && done.includes(target)) await removeTarget(realTarget, written, { ...ports, hash });
    await restore(Object.fromEntries(Object.entries(backups).filter(([target]) => done.includes(target))), context);
    await state.update((data) => {
      delete data.journal[unit];
    });
    await removeAll(Object.values(backups), context);
    throw error;
  }
  for (const target of kept) ports.log.warn("File of an item that went was changed by another hand, it is kept", { unit, target });
  return kept;
}

async function removeAll(paths: readonly string[], { ports }: ApplyContext): Promise<void> {
  await Promise.all(paths.map((path) => ports.files.remove(path)));
}
