import { join } from "node:path";
import type { LookedAt } from "./chokidar-follower.ts";

/** Real paths, times and sizes of all files at and below the paths, as one text. */
export async function fingerprint(paths: readonly string[], files: LookedAt): Promise<string> {
  const lines: string[] = [];
  const visited = new Set<string>();
  for (const path of paths) await look(path, files, lines, visited);
  return lines.join("\n");
}

async function look(path: string, files: LookedAt, lines: string[], visited: Set<string>): Promise<void> {
  const stat = await files.stat(path).catch(() => undefined);
  const real = stat === undefined ? undefined : await files.realpath(path).catch(() => undefined);
  lines.push(`${path} ${real} ${stat?.mtimeMs} ${stat?.size}`);
  // Links may lead back to a directory above them.
  if (stat?.type !== "directory" || real === undefined || visited.has(real)) return;
  visited.add(real);
  const names = await files.list(path).catch(() => []);
  for (const name of names) await look(join(path, name), files, lines, visited);
}
