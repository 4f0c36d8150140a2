import { dirname } from "node:path";
import type { LookedAt } from "./chokidar-follower.ts";

/** Where changes of some paths show. */
export interface Places {
  /** The paths, and what they are links to; watched with all below them. */
  readonly followed: ReadonlySet<string>;
  /** Directories above them, each watched without what is in it. */
  readonly directories: ReadonlySet<string>;
}

/**
 * A file that is replaced shows in its directory, and a directory that is replaced in the one above, so two existing directories
 * above each path are watched; a path that does not exist yet begins in one of them.
 */
export async function placesOf(paths: readonly string[], files: LookedAt): Promise<Places> {
  const followed = new Set<string>();
  for (const path of paths) {
    followed.add(path);
    followed.add(await files.realpath(path).catch(() => path));
  }
  const directories = new Set<string>();
  for (const path of followed) {
    const nearest = await existing(dirname(path), files);
    directories.add(nearest).add(dirname(nearest));
  }
  return { followed, directories };
}

async function existing(directory: string, files: LookedAt): Promise<string> {
  for (let at = directory; ; at = dirname(at)) {
    const stat = await files.stat(at).catch(() => undefined);
    if (stat?.type === "directory" || at === dirname(at)) return at;
  }
}

/** Whether it is to be watched. */
export function isWatched(path: string, { followed, directories }: Places): boolean {
  return directories.has(path) || [...followed].some((one) => isBelow(path, one));
}

/** Whether what happened at a path has to do with a followed one: at it, below it, or to a directory above it. */
export function concerns(path: string, { followed }: Places): boolean {
  return [...followed].some((one) => isBelow(path, one) || isBelow(one, path));
}

function isBelow(path: string, above: string): boolean {
  return path === above || path.startsWith(above.endsWith("/") ? above : `${above}/`);
}
