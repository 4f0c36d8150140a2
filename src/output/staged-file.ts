import { basename, dirname, join } from "node:path";
import type { Files, FileStat, Logger, OpenFile, Random } from "../core/ports.ts";
import { systemCode, targetError } from "./errors.ts";
import { realTarget, refuseOddTarget } from "./target.ts";

const DEFAULT_MODE = 0o644;
const RANDOM_BYTES = 6;

export interface StageRequest {
  readonly target: string;
  readonly content: Uint8Array;
  /** Undefined keeps what the present target has, or 0644 and our own. */
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

export interface StageContext {
  readonly files: Files;
  readonly random: Random;
  readonly log: Logger;
  readonly hash: (content: Uint8Array) => string;
  /** Where a file is staged whose own directory cannot be written, as with a file mounted into a read-only one. */
  readonly fallbackDir: string;
}

/** A file beside its target, complete and durable, that waits to be swapped in. */
export interface StagedFile extends AsyncDisposable {
  /** As configured. */
  readonly target: string;
  /** What it means, symlinks followed. */
  readonly realTarget: string;
  readonly path: string;
  /** SHA-256 of the content. */
  readonly hash: string;
  /** Swaps it in. A target that cannot be swapped (bind-mounted, on another device) is written in place. */
  commit(): Promise<{ readonly inPlace: boolean }>;
  /** Removes it, unless it was swapped in. */
  discard(): Promise<void>;
}

const warnedInPlace = new WeakMap<Files, Set<string>>();

/** Writes a file in the target's directory with its final mode and owner. Throws TARGET_FAILED and leaves nothing behind. */
export async function stage(request: StageRequest, context: StageContext): Promise<StagedFile> {
  const { files, hash } = context;
  const { target, content } = request;
  try {
    const real = await realTarget(target, files);
    await refuseOddTarget(target, real, files);
    const present = await files.lstat(real);
    await files.makeDirectory(dirname(real), 0o755);
    const path = await writeStaged(real, request, present, context);
    let done = false;
    const discard = async () => {
      if (!done) await files.remove(path);
      done = true;
    };
    const commit = async () => {
      try {
        const inPlace = await swap(path, real, content, await files.stat(path), context);
        done = !inPlace;
        await discard();
        return { inPlace };
      } catch (thrown) {
        throw targetError(target, thrown);
      }
    };
    return { target, realTarget: real, path, hash: hash(content), commit, discard, [Symbol.asyncDispose]: discard };
  } catch (thrown) {
    throw targetError(target, thrown);
  }
}

async function writeStaged(real: string, request: StageRequest, present: FileStat | undefined, context: StageContext): Promise<string> {
  const { files, random, fallbackDir } = context;
  const name = stagedName(basename(real), random);
  try {
    return await writeNew(join(dirname(real), name), request, present, files);
  } catch (thrown) {
    // A file that is mounted into a directory which cannot be written is staged elsewhere and written in place.
    if (present === undefined || !["EROFS", "EACCES", "EPERM"].includes(systemCode(thrown) ?? "")) throw thrown;
    await files.makeDirectory(fallbackDir, 0o700);
    return await writeNew(join(fallbackDir, name), request, present, files);
  }
}

async function writeNew(path: string, request: StageRequest, present: FileStat | undefined, files: Files): Promise<string> {
  try {
    await using file = await files.create(path, 0o600);
    await file.write(request.content);
    await setMetadata(file, request, present);
    await file.sync();
    return path;
  } catch (thrown) {
    if (systemCode(thrown) !== "EEXIST") await files.remove(path).catch(() => {});
    throw thrown;
  }
}

async function setMetadata(file: OpenFile, { mode, uid, gid }: StageRequest, present: FileStat | undefined): Promise<void> {
  const [owner, group] = [uid ?? present?.uid, gid ?? present?.gid];
  // chown takes setuid bits away, so the mode comes after it.
  if (owner !== undefined || group !== undefined) await file.chown(owner ?? -1, group ?? -1);
  await file.chmod(mode ?? present?.mode ?? DEFAULT_MODE);
}

/** Answers whether the target had to be written in place. */
async function swap(path: string, real: string, content: Uint8Array, staged: FileStat | undefined, context: StageContext): Promise<boolean> {
  const { files } = context;
  try {
    await files.rename(path, real);
  } catch (thrown) {
    if (!["EBUSY", "EXDEV"].includes(systemCode(thrown) ?? "")) throw thrown;
    warnOnce(real, context);
    await writeInPlace(real, content, staged, files);
    return true;
  }
  await files.syncDirectory(dirname(real));
  return false;
}

/** Overwrites a file that cannot be replaced; a reader may see it half-written. */
export async function writeInPlace(real: string, content: Uint8Array, like: FileStat | undefined, files: Files): Promise<void> {
  await using file = await files.openExisting(real);
  await file.write(content);
  await file.truncate(content.length);
  if (like !== undefined) {
    await file.chown(like.uid, like.gid);
    await file.chmod(like.mode);
  }
  await file.sync();
}

function warnOnce(real: string, { files, log }: StageContext): void {
  const warned = warnedInPlace.get(files) ?? new Set();
  warnedInPlace.set(files, warned);
  if (warned.has(real)) return;
  warned.add(real);
  log.warn("Target cannot be swapped, it is written in place", { target: real, hint: "Mount its directory instead of the file" });
}

/** ".nginx.conf.remora-0123456789ab" */
function stagedName(name: string, random: Random): string {
  return `.${name}.remora-${random.hex(RANDOM_BYTES)}`;
}

/** Whether a name in a directory is a staged file of this target. */
export function isStagedName(name: string, target: string): boolean {
  const prefix = `.${basename(target)}.remora-`;
  return name.startsWith(prefix) && new RegExp(`^[0-9a-f]{${RANDOM_BYTES * 2}}$`).test(name.slice(prefix.length));
}
