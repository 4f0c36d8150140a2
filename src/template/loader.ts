import { join, posix } from "node:path";
import { type CompiledFile, compileFile } from "./compile-file.ts";
import { type Position, type SourceFile, TemplateFault } from "./fault.ts";
import type { Library } from "./nunjucks.ts";
import { parse } from "./parse.ts";
import { type Facts, study } from "./syntax.ts";

/** A file of the templates directory, compiled. */
export interface LoadedFile {
  readonly source: SourceFile;
  readonly compiled: CompiledFile;
  readonly facts: Facts;
}

export interface LoaderOptions {
  /** The templates directory. */
  readonly directory: string;
  /** The text of a file, or undefined when there is none. */
  readonly readFile: (path: string) => string | undefined;
  readonly library: Library;
  readonly mark: (position: Position) => number;
}

/** Reads and compiles each file below the templates directory once. */
export class Loader {
  readonly #options: LoaderOptions;
  readonly #loaded = new Map<string, LoadedFile>();
  #onLoad: (path: string) => void = () => undefined;

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /** Throws a fault; answers undefined when a file is optional and there is none. */
  load(name: string, options?: { readonly from?: SourceFile | undefined; readonly optional?: false }): LoadedFile;
  load(name: string, options: { readonly from?: SourceFile | undefined; readonly optional: boolean }): LoadedFile | undefined;
  load(name: string, { from, optional = false }: { readonly from?: SourceFile | undefined; readonly optional?: boolean } = {}): LoadedFile | undefined {
    const resolved = resolveName(name, from);
    const path = this.path(resolved);
    this.#onLoad(path);
    const loaded = this.#loaded.get(resolved) ?? this.#compile(resolved, path);
    if (loaded === undefined && !optional) throw new TemplateFault(`there is no file "${resolved}" in the templates directory`);
    return loaded;
  }

  /** Tells of each file that is used during a step, also of an optional one that is not there. */
  recording<T>(onLoad: (path: string) => void, step: () => T): T {
    const before = this.#onLoad;
    this.#onLoad = onLoad;
    try {
      return step();
    } finally {
      this.#onLoad = before;
    }
  }

  path(name: string): string {
    return join(this.#options.directory, name);
  }

  #compile(name: string, path: string): LoadedFile | undefined {
    const text = this.#options.readFile(path);
    if (text === undefined) return undefined;
    // A byte order mark would otherwise be the first character of the target.
    const source: SourceFile = { name, path, text: text.replace(/^\uFEFF/, "") };
    const tree = parse(source);
    const facts = study(tree, source);
    const compiled = compileFile(tree, { file: source, library: this.#options.library, mark: this.#options.mark });
    const loaded = { source, compiled, facts };
    this.#loaded.set(name, loaded);
    return loaded;
  }
}

/** A name below the templates directory; "./name" is beside the file that names it. A symlink there may lead where it wants. */
function resolveName(name: string, from: SourceFile | undefined): string {
  const refused = name === "" || name.includes("\0") || posix.isAbsolute(name) || name.split(/[/\\]/).includes("..");
  if (refused) throw new TemplateFault(`"${name}" is not below the templates directory`, { hint: "Name the file from the templates directory, without .. and a leading slash" });
  return posix.normalize(name.startsWith("./") && from !== undefined ? posix.join(posix.dirname(from.name), name) : name);
}
