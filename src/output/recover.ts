import { dirname } from "node:path";
import { reason } from "../core/error.ts";
import type { Files, Logger, Random } from "../core/ports.ts";
import { targetError } from "./errors.ts";
import { stage, swapIn, writeInPlace } from "./staged-file.ts";
import type { JournalEntry, JournalFile, State } from "./state-file.ts";

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
    const files = await recoverUnit(unit, entry, context);
    await state.update((data) => {
      delete data.journal[unit];
      for (const { target, hash } of files) data.targets[target] = { ...data.targets[target], unit, written: hash, ...(entry.reload ? {} : { applied: hash }) };
      const since = data.due[unit]?.since ?? new Date(context.ports.clock.now()).toISOString();
      const backups = Object.fromEntries(entry.files.flatMap(({ target, backup }) => (backup === null ? [] : [[target, backup]])));
      // A unit that is not to be rolled back ignores the copies, and they go with the reload that succeeds.
      if (entry.reload) data.due[unit] = { since, attempts: data.due[unit]?.attempts ?? 0, backups: { ...backups, ...data.due[unit]?.backups } };
    });
  }
}

async function recoverUnit(unit: string, entry: JournalEntry, context: RecoverContext): Promise<readonly Written[]> {
  const { log } = context.ports;
  const targets = entry.files.map(({ target }) => target);
  try {
    const whole = await Promise.all(entry.files.map((file) => canSwap(file, context)));
    if (whole.every(Boolean)) {
      const files = await rollForward(entry, context);
      log.warn("Finished a commit that a killed run had begun", { unit, targets });
      return files;
    }
  } catch (thrown) {
    log.warn("Cannot finish a commit that a killed run had begun", { unit, error: reason(thrown) });
  }
  try {
    const files = await rollBack(entry, context);
    log.warn("Undid a commit that a killed run had begun", { unit, targets });
    return files;
  } catch (thrown) {
    log.error("Cannot undo a commit that a killed run had begun", { unit, targets, error: reason(thrown) });
    return [];
  }
}

type Written = Pick<JournalFile, "target" | "hash">;

/** Whether the file has been swapped already, or is still staged as it was meant. */
async function canSwap({ realTarget, staged, hash }: JournalFile, context: RecoverContext): Promise<boolean> {
  return (await hashOf(staged, context)) === hash || (await hashOf(realTarget, context)) === hash;
}

async function rollForward({ files }: JournalEntry, context: RecoverContext): Promise<readonly Written[]> {
  for (const file of files) {
    if ((await hashOf(file.staged, context)) === file.hash) await swap(file.staged, file.realTarget, context);
  }
  return files;
}

async function rollBack({ files }: JournalEntry, context: RecoverContext): Promise<readonly Written[]> {
  const restored: Written[] = [];
  for (const { target, realTarget, staged, backup } of files) {
    await context.ports.files.remove(staged);
    const content = backup === null ? undefined : await context.ports.files.read(backup);
    if (backup === null || content === undefined) continue;
    const before = context.hash(content);
    // One that was being written in place holds neither the new content nor the former.
    if ((await hashOf(realTarget, context)) === before) continue;
    await using former = await stage({ target: realTarget, content, mode: undefined, uid: undefined, gid: undefined }, { ...context.ports, hash: context.hash, fallbackDir: dirname(backup) });
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
