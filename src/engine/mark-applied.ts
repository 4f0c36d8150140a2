import type { Unit } from "../core/unit.ts";
import type { ApplyContext } from "./apply-unit.ts";

/** Hashes by target. */
export type Written = ReadonlyMap<string, string>;

/** What is on disk as the reload starts; what is written while it runs needs another one. */
export function writtenHashes(units: readonly Unit[], { state }: ApplyContext): Written {
  const names = new Set(units.map((unit) => unit.name));
  return new Map(Object.entries(state.data.targets).flatMap(([target, { unit, written }]) => (names.has(unit) ? [[target, written] as const] : [])));
}

/** Records that a reload saw what was written as it started. */
export async function markApplied(units: readonly Unit[], written: Written, context: ApplyContext): Promise<void> {
  const backups: string[] = [];
  await context.state.update((data) => {
    for (const [target, hash] of written) {
      const record = data.targets[target];
      if (record) data.targets[target] = { ...record, applied: hash };
    }
    for (const { name } of units) {
      const isCurrent = Object.values(data.targets).every((record) => record.unit !== name || record.written === record.applied);
      if (!isCurrent) continue;
      backups.push(...Object.values(data.due[name]?.backups ?? {}));
      delete data.due[name];
      delete data.rejected[name];
    }
  });
  await Promise.all(backups.map((path) => context.ports.files.remove(path)));
}

/** Counts a reload that failed. */
export async function countAttempt(units: readonly Unit[], { state }: ApplyContext): Promise<void> {
  await state.update((data) => {
    for (const { name } of units) {
      const due = data.due[name];
      if (due) data.due[name] = { ...due, attempts: due.attempts + 1 };
    }
  });
}
