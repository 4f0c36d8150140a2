import { basename, dirname, join } from "node:path";
import type { Files, FileStat, Logger, OpenFile, Random } from "../core/ports.ts";
import { systemCode, targetError } from "./errors.ts";
import { groupCommit } from "./group-commit.ts";
import { ownTag, TAG_DIGITS } from "./process-identity.ts";
import { realTarget, refuseOddTarget } from "./target.ts";

const DEFAULT_MODE = 0o644;
const RANDOM_BYTES = 3;

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
        const inPlace = await swap(path, real, request, context);
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
  const name = `.${basename(real)}.remora-${await ownTag(files)}${random.hex(RANDOM_BYTES)}`;
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
  if (owner !== undefined || group !== undefined) {
    await file.chown(owner ?? -1, group ?? -1).catch((thrown: unknown) => {
      // Only root may give files away: an owner that was asked for is an error then, one that was found is not.
      if (uid !== undefined || gid !== undefined || systemCode(thrown) !== "EPERM") throw thrown;
    });
  }
  await file.chmod(mode ?? present?.mode ?? DEFAULT_MODE);
}

/** Answers whether the target had to be written in place. */
async function swap(path: string, real: string, { content, mode, uid, gid }: StageRequest, context: StageContext): Promise<boolean> {
  const { files } = context;
  if (await swapIn(path, real, files)) return false;
  await writeInPlace(real, content, { mode: mode ?? (await files.stat(real))?.mode, uid, gid }, files);
  warnOnce(real, context);
  return true;
}

/** Renames a staged file over its target, durably; answers false where that target can only be written in place. */
export async function swapIn(path: string, real: string, files: Files): Promise<boolean> {
  // What could not be staged beside its target cannot be renamed over it either.
  if (dirname(path) !== dirname(real)) return false;
  try {
    await files.rename(path, real);
  } catch (thrown) {
    if (["EBUSY", "EXDEV"].includes(systemCode(thrown) ?? "")) return false;
    throw thrown;
  }
  await syncDirectory(dirname(real), files);
  return true;
}

const directorySyncs = new WeakMap<Files, Map<string, () => Promise<void>>>();

/** Units that are committed together share the syncs of a directory. */
function syncDirectory(path: string, files: Files): Promise<void> {
  const known = directorySyncs.get(files) ?? new Map<string, () => Promise<void>>();
  directorySyncs.set(files, known);
  const sync = known.get(path) ?? groupCommit(() => files.syncDirectory(path));
  known.set(path, sync);
  return sync();
}

/** What is undefined stays as it is. */
interface Metadata {
  readonly mode?: number | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

/** Overwrites a file that cannot be replaced; a reader may see it half-written, but a failure brings the former content back. */
export async function writeInPlace(real: string, content: Uint8Array, metadata: Metadata, files: Files): Promise<void> {
  const before = (await files.read(real)) ?? new Uint8Array();
  try {
    await overwrite(real, content, metadata, files);
  } catch (thrown) {
    // The blocks of the former content are still the file's, so this needs no room.
    await overwrite(real, before, {}, files).catch(() => {});
    throw thrown;
  }
}

async function overwrite(real: string, content: Uint8Array, { mode, uid, gid }: Metadata, files: Files): Promise<void> {
  const now = await files.stat(real);
  await using file = await files.openExisting(real);
  // Nobody may read the new content who may not read it afterwards.
  if (now !== undefined && mode !== undefined && (now.mode & mode) !== now.mode) await file.chmod(now.mode & mode);
  // Only what differs: a file that another user owns may be writable all the same.
  if ((uid ?? now?.uid) !== now?.uid || (gid ?? now?.gid) !== now?.gid) await file.chown(uid ?? -1, gid ?? -1);
  await file.write(content);
  await file.truncate(content.length);
  if (mode !== undefined && (await files.stat(real))?.mode !== mode) await file.chmod(mode);
  await file.sync();
}

function warnOnce(real: string, { files, log }: StageContext): void {
  const warned = warnedInPlace.get(files) ?? new Set();
  warnedInPlace.set(files, warned);
  if (warned.has(real)) return;
  warned.add(real);
  log.warn("Target cannot be swapped, it is written in place", { target: real, hint: "Mount its directory instead of the file" });
}

const STAGED = new RegExp(`^\\.(.+)\\.remora-([0-9a-f]{${TAG_DIGITS}})[0-9a-f]{${RANDOM_BYTES * 2}}$`);

/** Of a name such as ".nginx.conf.remora-0123456789ab": the name of its target, and the tag of the process that staged it. */
export function parseStagedName(name: string): { readonly target: string; readonly tag: string } | undefined {
  const [, target, tag] = STAGED.exec(name) ?? [];
  return target === undefined || tag === undefined ? undefined : { target, tag };
}
