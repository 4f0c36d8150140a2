import type { DueReload, TargetRow } from "./state-file.ts";

/** What a commit did that a rollback has to undo. */
export interface Undoing {
  /** Copies of what was there before, by target. */
  readonly backups: Readonly<Record<string, string>>;
  /** Files of items that were not there before. */
  readonly created: readonly string[];
  /** What was known of files of items that went, by target. */
  readonly removed: Readonly<Record<string, TargetRow>>;
}

/** A reload that is due after a commit. While one was due already, what is running is what was there before that one. */
export function dueAfter(due: DueReload | undefined, { backups, created, removed }: Undoing, now: number): DueReload {
  const running = due?.backups ?? {};
  const added = [...new Set([...(due?.created ?? []), ...created.filter((target) => running[target] === undefined)])];
  const gone = { ...without(removed, added), ...due?.removed };
  return {
    since: due?.since ?? new Date(now).toISOString(),
    attempts: due?.attempts ?? 0,
    backups: { ...without(backups, added), ...running },
    ...(added.length > 0 ? { created: added } : {}),
    ...(Object.keys(gone).length > 0 ? { removed: gone } : {}),
  };
}

function without<T>(record: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}
