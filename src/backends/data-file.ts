import { extname, join } from "node:path";
import type { Entry, Value } from "../core/entry.ts";
import { AppError } from "../core/error.ts";
import { type Key, storedKey } from "../core/key.ts";
import type { Files } from "../core/ports.ts";
import { parseJson, parseToml, parseYaml } from "./data-syntax.ts";

/** How the text of a data file is read, by its ending. */
const PARSERS: Readonly<Record<string, (text: string, path: string) => Promise<unknown>>> = { ".yaml": parseYaml, ".yml": parseYaml, ".json": parseJson, ".toml": parseToml };

/** The keys of a file or of all data files in a directory, sorted. Throws BACKEND_DATA with file, line and column. */
export async function readData(path: string, files: Pick<Files, "read" | "stat" | "list">): Promise<readonly Entry[]> {
  const stat = await files.stat(path);
  if (stat === undefined) throw new AppError("BACKEND_DATA", `Cannot read "${path}": there is no such file`, { hint: "Name the file with --file-path, or backends.file.path in remora.toml" });
  if (stat.type !== "directory") return readDataFile(path, files);
  const names = (await files.list(path)).filter((name) => !name.startsWith(".") && extname(name) in PARSERS);
  const found = new Map<Key, { readonly entry: Entry; readonly file: string }>();
  for (const file of names.map((name) => join(path, name))) {
    for (const entry of await readDataFile(file, files)) {
      const other = found.get(entry.key);
      if (other !== undefined) throw new AppError("BACKEND_DATA", `Cannot read "${file}": key "${entry.key}" is also in "${other.file}"`, { hint: "Keep it in one of them" });
      found.set(entry.key, { entry, file });
    }
  }
  return sorted([...found.values()].map(({ entry }) => entry));
}

/** The keys of one file, sorted. */
export async function readDataFile(path: string, files: Pick<Files, "read">): Promise<readonly Entry[]> {
  const parse = PARSERS[extname(path)];
  if (parse === undefined) throw new AppError("BACKEND_DATA", `Cannot read "${path}": its name does not end in .yaml, .yml, .json or .toml`);
  const content = await files.read(path);
  if (content === undefined) throw new AppError("BACKEND_DATA", `Cannot read "${path}": there is no such file`);
  const entries = new Map<Key, Entry>();
  for (const { name, value } of flatten(await parse(textOf(content, path), path), "", path)) {
    const key = storedKey(name);
    if (key === undefined) throw new AppError("BACKEND_DATA", `Cannot read "${path}": "${name}" is no key`, { hint: "A name may hold slashes, but none at its end and no two in a row" });
    if (entries.has(key)) throw new AppError("BACKEND_DATA", `Cannot read "${path}": key "${key}" is there twice`);
    entries.set(key, { key, value, revision: 0 });
  }
  return sorted([...entries.values()]);
}

function textOf(content: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    throw new AppError("BACKEND_DATA", `Cannot read "${path}": it is not UTF-8`);
  }
}

function* flatten(data: unknown, at: string, path: string): Generator<{ readonly name: string; readonly value: Value }> {
  // Nothing is no key: an empty file, an empty table, null.
  if (data === null || data === undefined) return;
  if (data instanceof Uint8Array) return yield { name: at, value: data };
  if (data instanceof Date) return yield { name: at, value: data.toISOString() };
  if (Array.isArray(data)) {
    for (const [index, item] of data.entries()) yield* flatten(item, `${at}/${index}`, path);
    return;
  }
  if (data instanceof Map || typeof data === "object") {
    for (const [name, item] of data instanceof Map ? data : Object.entries(data as object)) {
      yield* flatten(item, `${at}/${String(name).replace(/^\//, "")}`, path);
    }
    return;
  }
  if (at === "") throw new AppError("BACKEND_DATA", `Cannot read "${path}": it holds one value and no keys`, { hint: "Write names with values: db: {host: 10.0.0.1}" });
  yield { name: at, value: String(data) };
}

function sorted(entries: readonly Entry[]): readonly Entry[] {
  return [...entries].sort((a, b) => (a.key < b.key ? -1 : 1));
}
