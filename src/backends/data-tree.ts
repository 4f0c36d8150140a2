import { extname, join } from "node:path";
import type { Entry } from "../core/entry.ts";
import { AppError } from "../core/error.ts";
import type { Key } from "../core/key.ts";
import type { Files } from "../core/ports.ts";
import { readDataFile } from "./data-file.ts";
import { SYNTAXES } from "./data-syntax.ts";

/**
 * The keys of a file, or of all data files below a directory whose names match, as confd reads them: in the order of their
 * paths, where of a key that several have the last is taken, and a name without an ending is YAML.
 */
export async function readTree(path: string, matches: (name: string) => boolean, files: Pick<Files, "read" | "lstat" | "stat" | "list">): Promise<readonly Entry[]> {
  const found = new Map<Key, Entry>();
  const isDirectory = (await files.stat(path))?.type === "directory";
  for await (const file of isDirectory ? filesBelow(path, matches, files) : [path]) {
    for (const entry of await readDataFile(file, files, extname(file) === "" ? `${file}.yaml` : file)) found.set(entry.key, entry);
  }
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Links to directories are not gone into: they may lead back. */
async function* filesBelow(directory: string, matches: (name: string) => boolean, files: Pick<Files, "lstat" | "stat" | "list">): AsyncGenerator<string> {
  const names = (await files.list(directory)).filter((name) => !name.startsWith(".")).sort();
  for (const name of names) {
    const path = join(directory, name);
    if ((await files.lstat(path))?.type === "directory") yield* filesBelow(path, matches, files);
    else if (matches(name) && (extname(name) === "" || extname(name) in SYNTAXES) && (await files.stat(path))?.type === "file") yield path;
  }
}

/** Makes a test of names against "*", "?", "[a-z]" and "[^x]". Throws CONFIG_INVALID for what is no glob. */
export function nameMatcher(glob: string): (name: string) => boolean {
  const parts = glob.match(/\[\^?[^\]]+\]|\\.|[^]/gu) ?? [];
  const source = parts.map((part) => {
    if (part === "*") return "[^]*";
    if (part === "?") return "[^]";
    if (part.length > 1 && part.startsWith("[")) return part.replaceAll("\\", "\\\\");
    return (part.startsWith("\\") ? part.slice(1) : part).replaceAll(/[\^$.*+?()[\]{}|/\\]/g, "\\$&");
  });
  try {
    const pattern = new RegExp(`^${source.join("")}$`, "u");
    return (name) => pattern.test(name);
  } catch {
    throw new AppError("CONFIG_INVALID", `"${glob}" is not a pattern of names`, { hint: 'Write "*.yaml", "app-?.json" or "[a-c]*"' });
  }
}
