import { extname, join } from "node:path";
import type { Entry } from "../core/entry.ts";
import { AppError, type Location, reason } from "../core/error.ts";
import { type Key, storedKey } from "../core/key.ts";
import type { Files } from "../core/ports.ts";
import { DataFault, type DataSyntax, type Leaf, SYNTAXES } from "./data-syntax.ts";

/** Files that programs write may be a single line. */
const LONGEST_SOURCE = 500;

/** A value of a data file and the key that it is read as. */
export interface KeyedLeaf extends Leaf {
  readonly key: Key;
}

/** The keys of a file or of all data files in a directory, sorted. Throws BACKEND_DATA with file, line and column. */
export async function readData(path: string, files: Pick<Files, "read" | "stat" | "list">, hint?: string): Promise<readonly Entry[]> {
  const stat = await files.stat(path).catch((thrown: unknown) => refuse(path, reason(thrown)));
  if (stat === undefined) return refuse(path, "there is no such file", hint);
  if (stat.type !== "directory") return readDataFile(path, files);
  const names = (await files.list(path).catch((thrown: unknown) => refuse(path, reason(thrown)))).filter((name) => !name.startsWith(".") && extname(name) in SYNTAXES);
  const found = new Map<Key, { readonly entry: Entry; readonly file: string }>();
  for (const file of names.map((name) => join(path, name))) {
    for (const entry of await readDataFile(file, files)) {
      const other = found.get(entry.key);
      if (other !== undefined) refuse(file, `key "${entry.key}" is also in "${other.file}"`, "Keep it in one of them");
      found.set(entry.key, { entry, file });
    }
  }
  return sorted([...found.values()].map(({ entry }) => entry));
}

/** The keys of one file, sorted; read as another name would be, where one is given. */
export async function readDataFile(path: string, files: Pick<Files, "read">, as = path): Promise<readonly Entry[]> {
  const syntax = await syntaxOf(as);
  const content = await files.read(path).catch((thrown: unknown) => refuse(path, reason(thrown)));
  if (content === undefined) return refuse(path, "there is no such file");
  return sorted(leavesOf(path, textOf(path, content), syntax).map(({ key, value }) => ({ key, value, revision: 0 })));
}

/** How a file is read, by the ending of its name. */
export async function syntaxOf(path: string): Promise<DataSyntax> {
  return (await SYNTAXES[extname(path)]?.()) ?? refuse(path, "its name does not end in .yaml, .yml, .json or .toml");
}

/** The text of a file, without a byte order mark. */
export function textOf(path: string, content: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return refuse(path, "it is not UTF-8");
  }
}

/**
 * The values of a text with their keys, in its order: {db: {host: x}} is /db/host, and so is {"db/host": x} or {"/db": {host: x}};
 * the items of a list are /list/0, /list/1. Nothing (null, an empty table or list) is no key.
 */
export function leavesOf(path: string, text: string, syntax: DataSyntax): readonly KeyedLeaf[] {
  try {
    const leaves = syntax.leaves(text).map((leaf) => ({ ...leaf, key: keyOf(leaf) }));
    const seen = new Set<Key>();
    for (const { key, offset } of leaves) {
      if (seen.has(key)) throw new DataFault(`key "${key}" is there twice`, offset);
      seen.add(key);
    }
    return leaves;
  } catch (thrown) {
    // What is nested 10,000 deep is more than the stack holds.
    if (thrown instanceof RangeError) return refuse(path, "it is nested too deeply");
    if (!(thrown instanceof DataFault)) throw thrown;
    throw new AppError("BACKEND_DATA", `Cannot read "${path}": ${thrown.message}`, { at: locate(path, text, thrown.offset) });
  }
}

function locate(file: string, text: string, offset: number): Location {
  const before = text.slice(0, offset).split("\n");
  const source = text.split("\n")[before.length - 1]?.replace(/\r$/, "") ?? "";
  return { file, line: before.length, column: (before.at(-1) ?? "").length + 1, source: source.length > LONGEST_SOURCE ? undefined : source };
}

function keyOf({ path, offset }: Leaf): Key {
  if (path.length === 0) throw new DataFault("it holds one value and no names", offset);
  const key = storedKey(`/${path.map((name) => String(name).replace(/^\//, "")).join("/")}`);
  if (key === undefined || path.includes("")) throw new DataFault(`name "${path.join("/")}" is no key, an empty segment is in it`, offset);
  return key;
}

function refuse(path: string, why: string, hint?: string): never {
  throw new AppError("BACKEND_DATA", `Cannot read "${path}": ${why}`, { hint });
}

function sorted(entries: readonly Entry[]): readonly Entry[] {
  return [...entries].sort((a, b) => (a.key < b.key ? -1 : 1));
}
