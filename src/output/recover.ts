import { dirname } from "node:path";
import { reason } from "../core/error.ts";
import type { Files, Logger, Random } from "../core/ports.ts";
import { dueAfter } from "./due-reload.ts";
import { targetError } from "./errors.ts";
import { removeTarget } from "./remove-target.ts";
import { stage, swapIn, writeInPlace } from "./staged-file.ts";
import type { JournalEntry, JournalFile, State, TargetRow } from "./state-file.ts";

export interface RecoverContext {
  readonly ports: { readonly files: Files; readonly log: Logger; readonly random: Random; readonly clock: { now(): number } };
  readonly hash: (content: Uint8Array) => string;
}

/**
 * Rolls every commit that a killed run had begun forward, or back where what it had staged is damaged or cannot be
 * swapped in. A target that can be brought neither here nor there is reported; the next pass writes it.
 */
export async function recover(state: State, context: RecoverContext): Promise<void> {
  for (const [unit, entry] of Object.entries(state.data.journal)) {
    const { written, removals } = await recoverUnit(unit, entry, context);
    await state.update((data) => {
      delete data.journal[unit];
      for (const { target, hash, each, sensitive } of written) {
        data.targets[target] = { ...data.targets[target], unit, written: hash, ...(entry.reload ? {} : { applied: hash }), ...(each ? { each } : {}), ...(sensitive ? { sensitive } : {}) };
      }
      for (const { target } of removals) delete data.targets[target];
      const backups = Object.fromEntries([...entry.files, ...(entry.removals ?? [])].flatMap(({ target, backup }) => (backup === null ? [] : [[target, backup]])));
      const created = written.flatMap(({ target, created }) => (created ? [target] : []));
      const removed: Record<string, TargetRow> = Object.fromEntries(removals.map(({ target, row }) => [target, row]));
      // A unit that is not to be rolled back ignores the copies, and they go with the reload that succeeds.
      if (entry.reload) data.due[unit] = dueAfter(data.due[unit], { backups, created, removed }, context.ports.clock.now());
    });
  }
}

async function recoverUnit(unit: string, entry: JournalEntry, context: RecoverContext): Promise<Recovered> {
  const { log } = context.ports;
  const targets = [...entry.files, ...(entry.removals ?? [])].map(({ target }) => target);
  try {
    const whole = await Promise.all(entry.files.map((file) => canSwap(file, context)));
    if (whole.every(Boolean)) {
      await rollForward(entry, context);
      log.warn("Finished a commit that a killed run had begun", { unit, targets });
      return { written: entry.files, removals: entry.removals ?? [] };
    }
  } catch (thrown) {
    log.warn("Cannot finish a commit that a killed run had begun", { unit, error: reason(thrown) });
  }
  try {
    const written = await rollBack(entry, context);
    log.warn("Undid a commit that a killed run had begun", { unit, targets });
    return { written, removals: [] };
  } catch (thrown) {
    log.error("Cannot undo a commit that a killed run had begun", { unit, targets, error: reason(thrown) });
    return { written: [], removals: [] };
  }
}

type Written = Pick<JournalFile, "target" | "hash" | "each" | "sensitive" | "created">;

/** What the targets hold, and which of them are there no more. */
interface Recovered {
  readonly written: readonly Written[];
  readonly removals: NonNullable<JournalEntry["removals"]>;
}

/** Whether the file has been swapped already, or is still staged as it was meant. */
async function canSwap({ realTarget, staged, hash }: JournalFile, context: RecoverContext): Promise<boolean> {
  return (await hashOf(staged, context)) === hash || (await hashOf(realTarget, context)) === hash;
}

async function rollForward({ files, removals = [] }: JournalEntry, context: RecoverContext): Promise<void> {
  for (const file of files) {
    if ((await hashOf(file.staged, context)) === file.hash) await swap(file.staged, file.realTarget, context);
  }
  for (const { realTarget, row } of removals) await removeTarget(realTarget, row.written, { ...context.ports, hash: context.hash });
}

async function rollBack({ files, removals = [] }: JournalEntry, context: RecoverContext): Promise<readonly Written[]> {
  const { ports, hash } = context;
  const restored: Written[] = [];
  for (const { staged, realTarget, created, hash: written } of files) {
    await ports.files.remove(staged);
    if (created) await removeTarget(realTarget, written, { ...ports, hash });
  }
  for (const { target, realTarget, backup } of [...files, ...removals]) {
    const content = backup === null ? undefined : await ports.files.read(backup);
    if (backup === null || content === undefined) continue;
    const before = hash(content);
    // One that was being written in place holds neither the new content nor the former.
    if ((await hashOf(realTarget, context)) === before) continue;
    const copied = (await ports.files.lstat(realTarget)) === undefined ? await ports.files.stat(backup) : undefined;
    await using former = await stage({ target: realTarget, content, mode: copied?.mode, uid: copied?.uid, gid: copied?.gid }, { ...ports, hash, fallbackDir: dirname(backup) });
    await former.commit();
    restored.push({ target, hash: before });
  }
  return restored;
}

async function swap(staged: string, realTarget: string, { ports: { files } }: RecoverContext): Promise<void> {
  try {
    if (await swapIn(staged, realTarget, files)) return;
    await writeInPlace(realTarget, (await files.read(staged)) ?? new Uint8Array(), (await files.stat(staged)) ?? {}, files);
    await files.remove(staged);
  } catch (thrown) {
    throw targetError(realTarget, thrown);
  }
}

async function hashOf(path: string, { ports, hash }: RecoverContext): Promise<string | undefined> {
  const content = await ports.files.read(path);
  return content === undefined ? undefined : hash(content);
}
