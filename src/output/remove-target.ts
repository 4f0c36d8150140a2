import { dirname } from "node:path";
import type { Files } from "../core/ports.ts";
import { targetError } from "./errors.ts";

export interface RemoveContext {
  readonly files: Files;
  readonly hash: (content: Uint8Array) => string;
}

/** Removes a file, durably, that still holds what was written; answers false for one that does not. Throws TARGET_FAILED. */
export async function removeTarget(path: string, written: string, { files, hash }: RemoveContext): Promise<boolean> {
  try {
    const holds = await holdsStill(path, written, { files, hash });
    if (holds !== "yes") return holds === "gone";
    await files.remove(path);
    await files.syncDirectory(dirname(path));
    return true;
  } catch (thrown) {
    throw targetError(path, thrown);
  }
}

/** Whether a file is as Remora wrote it. A symlink was made by another hand. */
export async function holdsStill(path: string, written: string, { files, hash }: RemoveContext): Promise<"yes" | "no" | "gone"> {
  const stat = await files.lstat(path);
  if (stat === undefined) return "gone";
  const content = stat.type === "file" ? await files.read(path) : undefined;
  return content !== undefined && hash(content) === written ? "yes" : "no";
}
