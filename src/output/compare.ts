import type { Files } from "../core/ports.ts";
import { targetError } from "./errors.ts";

/** What a target should be; undefined is whatever it is. */
export interface Wanted {
  readonly target: string;
  readonly hash: string;
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** How a target differs from what it should be. */
export async function compare(files: Files, { target, hash, mode, uid, gid }: Wanted, hashOf: (content: Uint8Array) => string): Promise<"same" | "content" | "metadata"> {
  try {
    const stat = await files.stat(target);
    if (stat?.type !== "file") return "content";
    const content = await files.read(target);
    if (content === undefined || hashOf(content) !== hash) return "content";
    const same = (mode ?? stat.mode) === stat.mode && (uid ?? stat.uid) === stat.uid && (gid ?? stat.gid) === stat.gid;
    return same ? "same" : "metadata";
  } catch (thrown) {
    throw targetError(target, thrown);
  }
}

/** Sets mode and owner of a target whose content is right. */
export async function repair(files: Files, { target, mode, uid, gid }: Wanted): Promise<void> {
  try {
    if (uid !== undefined || gid !== undefined) await files.chown(target, uid ?? -1, gid ?? -1);
    if (mode !== undefined) await files.chmod(target, mode);
  } catch (thrown) {
    throw targetError(target, thrown);
  }
}
