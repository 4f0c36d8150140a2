import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface TempDir extends AsyncDisposable {
  readonly path: string;
  /** Writes a file below it, with its folders; answers its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
  join(...names: string[]): string;
}

/** A folder of the test's own, gone afterwards. */
export async function tempDir(): Promise<TempDir> {
  const path = await mkdtemp(join(tmpdir(), "remora-test-"));
  return {
    path,
    join: (...names) => join(path, ...names),
    async write(name, content) {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      return file;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}
