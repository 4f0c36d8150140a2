import * as fs from "node:fs/promises";
import { constants, type Stats } from "node:fs";
import { dirname } from "node:path";
import type { FileStat, Files, FileType, OpenFile } from "../core/ports.ts";

/** The machine's file system. */
export const systemFiles: Files = {
  read: (path) => orUndefined(fs.readFile(path)),
  stat: (path) => orUndefined(fs.stat(path).then(toFileStat)),
  lstat: (path) => orUndefined(fs.lstat(path).then(toFileStat)),
  list: async (directory) => ((await orUndefined(fs.readdir(directory))) ?? []).sort(),
  realpath: (path) => fs.realpath(path),
  readlink: (path) => fs.readlink(path),
  create: async (path, mode) => openFile(await fs.open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode)),
  openExisting: async (path) => openFile(await fs.open(path, constants.O_WRONLY)),
  rename: (from, to) => fs.rename(from, to),
  touch: (path) => fs.utimes(path, new Date(), new Date()),
  symlink: (target, path) => fs.symlink(target, path),
  link: (existing, path) => fs.link(existing, path),
  remove: (path) => fs.rm(path, { recursive: true, force: true }),
  makeDirectory,
  async syncDirectory(path) {
    try {
      await using directory = await fs.open(path, constants.O_RDONLY);
      await directory.sync();
    } catch (error) {
      // A directory may be written and not read, and network file systems have none to sync; what was renamed is renamed.
      if (!["EACCES", "EPERM", "EINVAL", "ENOTSUP", "EOPNOTSUPP"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  },
  chmod: (path, mode) => fs.chmod(path, mode),
  chown: (path, uid, gid) => fs.chown(path, uid, gid),
  writable: (path) =>
    fs.access(path, constants.W_OK).then(
      () => true,
      () => false,
    ),
};

// Not mkdir's own "recursive": Node tries for ever where the system makes no directory in one that is there, as in /proc, and hides
// that a file system is read-only.
async function makeDirectory(path: string, mode?: number): Promise<void> {
  if (await isDirectory(path)) return;
  if ((await systemFiles.stat(dirname(path))) === undefined) await makeDirectory(dirname(path), mode);
  try {
    await fs.mkdir(path, mode);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!(await isDirectory(path))) throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return (await systemFiles.stat(path))?.type === "directory";
}

function openFile(handle: fs.FileHandle): OpenFile {
  return {
    async write(bytes) {
      // write(2) may take less than it was given, and says so only in its answer.
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
        done += bytesWritten;
      }
    },
    truncate: (size) => handle.truncate(size),
    chmod: (mode) => handle.chmod(mode),
    chown: (uid, gid) => handle.chown(uid, gid),
    sync: () => handle.sync(),
    close: () => handle.close(),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

function toFileStat(stats: Stats): FileStat {
  return { type: fileType(stats), mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid, size: stats.size, mtimeMs: stats.mtimeMs };
}

function fileType(stats: Stats): FileType {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  return stats.isSymbolicLink() ? "symlink" : "other";
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
