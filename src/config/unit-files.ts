import { join } from "node:path";
import type { Files } from "../core/ports.ts";

/** A file of conf.d. */
export interface UnitFile {
  /** Without ".toml", with its folders: "edge/haproxy". */
  readonly name: string;
  readonly path: string;
}

/** All .toml files below a directory in lexical order; symlinks are followed, hidden names (and so Kubernetes' "..data") are not. */
export async function findUnitFiles(directory: string, files: Pick<Files, "list" | "stat" | "realpath">): Promise<readonly UnitFile[]> {
  const found: UnitFile[] = [];
  await walk({ path: directory, name: "", above: [] });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));

  async function walk(folder: { readonly path: string; readonly name: string; readonly above: readonly string[] }): Promise<void> {
    const names = (await files.list(folder.path)).filter((name) => !name.startsWith("."));
    if (names.length === 0) return;
    const real = await files.realpath(folder.path);
    // A symlink to a folder above would be walked for ever.
    if (folder.above.includes(real)) return;
    await Promise.all(
      names.map(async (name) => {
        const path = join(folder.path, name);
        if ((await files.stat(path))?.type === "directory") await walk({ path, name: `${folder.name}${name}/`, above: [...folder.above, real] });
        else if (name.endsWith(".toml")) found.push({ name: `${folder.name}${name.slice(0, -".toml".length)}`, path });
      }),
    );
  }
}
