import { basename, join } from "node:path";
import type { ApplyContext } from "./apply-unit.ts";

/** A directory that shows all files of a unit, staged or present, under the base names of their targets. */
export async function stageDirectory(files: readonly { readonly target: string; readonly path: string }[], { ports, stateDir }: ApplyContext): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = join(stateDir, `stage-${ports.random.hex(6)}`);
  await ports.files.makeDirectory(path, 0o700);
  for (const file of files) await ports.files.symlink(file.path, join(path, basename(file.target)));
  return { path, [Symbol.asyncDispose]: () => ports.files.remove(path) };
}
