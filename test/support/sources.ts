import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

const ROOT = new URL("../..", import.meta.url).pathname;

/** A file of the project's own code. */
export interface Source {
  /** From the project's folder, as in "src/core/key.ts". */
  readonly path: string;
  readonly text: string;
  /** The text without comments and string literals. */
  readonly code: string;
  /** What it imports: "node:net", "valibot", or the path of a source. */
  readonly imports: readonly string[];
}

/** All TypeScript files below a folder of the project. */
export function sourcesBelow(folder: string): Source[] {
  return filesBelow(folder)
    .filter((path) => path.endsWith(".ts"))
    .map(readSource);
}

/** The paths of all files below a folder of the project, from the project's folder. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

/** The text of a file of the project, empty when there is none. */
export function textOf(path: string): string {
  return existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), "utf8") : "";
}

function readSource(path: string): Source {
  const text = textOf(path);
  const uncommented = text.replace(COMMENT_OR_STRING, (found) => (found.startsWith("/") ? "" : found));
  const imports = [...uncommented.matchAll(IMPORT)].map(([, named, bare, dynamic]) => resolveImport(path, named ?? bare ?? dynamic ?? ""));
  return { path, text, code: text.replace(COMMENT_OR_STRING, (found) => (found.startsWith("/") ? "" : '""')), imports };
}

const COMMENT_OR_STRING = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
const IMPORT = /(?:^|;)\s*(?:import|export)\b[^;"']*?\bfrom\s*["']([^"']+)["']|(?:^|;)\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

function resolveImport(from: string, specifier: string): string {
  return specifier.startsWith(".") ? normalize(join(dirname(from), specifier)) : specifier;
}
