import type { Backend, BackendDefinition, ChangeBatch, Position } from "../core/backend.ts";
import { type Change, changedKey, type Entry, sameValue } from "../core/entry.ts";
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

interface FilePosition extends Position {
  /** All that the files held then. */
  readonly entries: readonly Entry[];
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
        const entries = await readAll();
        const position: FilePosition = { revision, entries };
        return { position, entries: entries.filter(({ key }) => prefixes.some((prefix) => covers(prefix, key))) };
      },
      async *watch(prefixes, since, signal) {
        let seen = since as FilePosition;
        for await (const _ of follower.follow([path, ...also], signal)) {
          const entries = await readAll();
          if (revision === seen.revision) continue;
          const now: FilePosition = { revision, entries };
          yield changesBetween(seen, now, prefixes);
          seen = now;
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

/** One batch for all prefixes, so that what was written together is seen together. */
function changesBetween(before: FilePosition, now: FilePosition, prefixes: readonly Key[]): ChangeBatch {
  const [known, present] = [before, now].map(({ entries }) => new Map(entries.map((entry) => [entry.key, entry]))) as [Map<Key, Entry>, Map<Key, Entry>];
  const gone = before.entries.filter(({ key }) => !present.has(key)).map(({ key }): Change => ({ type: "delete", key }));
  const put = now.entries.filter(({ key, value }) => !sameAs(known.get(key), value)).map((entry): Change => ({ type: "put", entry }));
  const changes = [...gone, ...put].filter((change) => prefixes.some((prefix) => covers(prefix, changedKey(change))));
  return { kind: "changes", position: now, changes };
}

function sameAs(known: Entry | undefined, value: Entry["value"]): boolean {
  return known !== undefined && sameValue(known.value, value);
}

function sameEntries(a: readonly Entry[], b: readonly Entry[]): boolean {
  return a.length === b.length && a.every(({ key, value }, index) => key === b[index]?.key && sameValue(value, (b[index] as Entry).value));
}
