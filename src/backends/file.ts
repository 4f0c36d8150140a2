import type { Backend, BackendDefinition, ChangeBatch } from "../core/backend.ts";
import { type Entry, sameValue } from "../core/entry.ts";
import { covering, covers, type Key } from "../core/key.ts";
import { readData } from "./data-file.ts";
import { nameMatcher, readTree } from "./data-tree.ts";

export interface FileOptions {
  /** A file, or a directory of .yaml, .yml, .json and .toml files. */
  readonly path: string;
  /** More of these; of a key that several have the last is taken. */
  readonly also?: readonly string[] | undefined;
  /** A glob of names: of directories all files below are read that match, and of a key that several have the last is taken. */
  readonly filter?: string | undefined;
}

/** Keys in YAML, JSON or TOML: nested tables are keys, so that {db: {host: x}} is /db/host. */
export const fileBackend: BackendDefinition<FileOptions> = {
  name: "file",
  summary: "Keys in a YAML, JSON or TOML file, or a directory of them",
  async open({ path, also = [], filter }, { files, follower, random, clock }): Promise<Backend> {
    const matches = filter === undefined ? undefined : nameMatcher(filter);
    let revision = 0;
    let last: readonly Entry[] | undefined;
    const readAll = async (): Promise<readonly Entry[]> => {
      const entries = await readAllData([path, ...also], files, matches);
      if (last === undefined || !sameEntries(last, entries)) revision += 1;
      last = entries;
      return entries;
    };
    return {
      name: "file",
      resumes: false,
      cover: covering,
      async read(prefixes) {
        const entries = (await readAll()).filter(({ key }) => prefixes.some((prefix) => covers(prefix, key)));
        return { position: { revision }, entries };
      },
      async *watch(prefixes, since, signal) {
        let seen = since.revision;
        for await (const _ of follower.follow([path, ...also], signal)) {
          const entries = await readAll();
          if (revision === seen) continue;
          seen = revision;
          yield* prefixes.map((prefix) => subtree(prefix, entries, revision));
        }
      },
      async writer() {
        const { openFileWriter } = await import("./file-writer.ts");
        return openFileWriter(path, { files, random, clock });
      },
      async [Symbol.asyncDispose]() {},
    };
  },
};

const ABSENT = "Put a key, which makes it: remora keys put KEY VALUE; or say where keys are, --file-path FILE or another --backend";

async function readAllData(paths: readonly string[], files: Parameters<typeof readTree>[2], matches: ReturnType<typeof nameMatcher> | undefined): Promise<readonly Entry[]> {
  const [only, ...others] = await Promise.all(paths.map((path) => (matches === undefined ? readData(path, files, ABSENT) : readTree(path, matches, files))));
  if (only === undefined || others.length === 0) return only ?? [];
  const byKey = new Map([only, ...others].flat().map((entry) => [entry.key, entry]));
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function subtree(prefix: Key, entries: readonly Entry[], revision: number): ChangeBatch {
  return { kind: "subtree", position: { revision }, prefix, entries: entries.filter(({ key }) => covers(prefix, key)) };
}

function sameEntries(a: readonly Entry[], b: readonly Entry[]): boolean {
  return a.length === b.length && a.every(({ key, value }, index) => key === b[index]?.key && sameValue(value, (b[index] as Entry).value));
}
