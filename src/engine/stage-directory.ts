import { basename, dirname, join } from "node:path";
import type { Unit } from "../core/unit.ts";
import type { ApplyContext } from "./apply-unit.ts";

/** A file of a unit, staged or present; with `each` it is that of an item. */
export interface ShownFile {
  readonly target: string;
  readonly path: string;
  readonly each: boolean;
}

/** A directory that shows all files of a unit under the base names of their targets, those of items in a folder named as theirs. */
export async function stageDirectory(files: readonly ShownFile[], folders: readonly string[], { ports, stateDir }: ApplyContext): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = join(stateDir, `stage-${ports.random.hex(6)}`);
  await ports.files.makeDirectory(path, 0o700);
  for (const folder of new Set(folders)) await ports.files.makeDirectory(join(path, folder), 0o700);
  for (const { target, path: file, each } of files) await ports.files.symlink(file, join(path, each ? basename(dirname(target)) : "", basename(target)));
  return { path, [Symbol.asyncDispose]: () => ports.files.remove(path) };
}

/** The folders for items, which are there also while there are none. */
export function itemFolders({ templates }: Unit): readonly string[] {
  return templates.flatMap(({ dest, forEach }) => (forEach === undefined ? [] : [basename(dirname(dest))]));
}
