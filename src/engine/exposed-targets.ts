import type { Files, Logger } from "../core/ports.ts";

const READABLE_BY_ALL = 0o004;

const warned = new WeakMap<Files, Set<string>>();

/** Warns, once for each target, when what was sealed is written where every user can read it. */
export function warnOfExposure(target: string, mode: number | undefined, { files, log }: { readonly files: Files; readonly log: Logger }): void {
  if (((mode ?? 0) & READABLE_BY_ALL) === 0) return;
  const known = warned.get(files) ?? new Set();
  warned.set(files, known);
  if (known.has(target)) return;
  known.add(target);
  log.warn("Target with secrets is readable by all users", { target, mode: (mode ?? 0).toString(8).padStart(4, "0"), hint: 'Leave "mode" out, and it is 0600' });
}
