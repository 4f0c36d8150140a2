import { basename, dirname, isAbsolute, join } from "node:path";
import { AppError } from "../core/error.ts";
import type { Files } from "../core/ports.ts";

const MOST_LINKS = 40;

/** The file that a target means: symlinks are followed, the last one too, whether or not it leads to a file. */
export async function realTarget(target: string, files: Pick<Files, "lstat" | "realpath" | "readlink">): Promise<string> {
  let path = target;
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const directory = await realDirectory(dirname(path), files);
    path = join(directory, basename(path));
    if ((await files.lstat(path))?.type !== "symlink") return path;
    const to = await files.readlink(path);
    path = isAbsolute(to) ? to : join(directory, to);
  }
  throw new AppError("TARGET_FAILED", `Cannot write "${target}": too many symlinks`);
}

async function realDirectory(directory: string, files: Pick<Files, "lstat" | "realpath">): Promise<string> {
  return (await files.lstat(directory)) === undefined ? directory : await files.realpath(directory);
}

/** Throws TARGET_FAILED unless there is a regular file, or nothing. */
export async function refuseOddTarget(target: string, path: string, files: Pick<Files, "lstat">): Promise<void> {
  const type = (await files.lstat(path))?.type;
  if (type === undefined || type === "file") return;
  const what = type === "directory" ? "a directory" : "a device, socket or pipe";
  throw new AppError("TARGET_FAILED", `Cannot write "${target}": it is ${what}`, { hint: "A target must be a regular file; name the file in dest" });
}
