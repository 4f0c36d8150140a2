import { basename, join, posix } from "node:path";
import { AppError } from "../../core/error.ts";
import { nearest } from "../../core/suggest.ts";
import { type GoTemplate, parseGoTemplate } from "../index.ts";
import type { Dialect } from "./definition.ts";
import { type CallFact, callsOf } from "./facts.ts";

/** A file of the templates directory, parsed. */
export interface GoFile {
  /** Absolute. */
  readonly path: string;
  readonly template: GoTemplate;
  readonly calls: readonly CallFact[];
}

export interface GoFilesOptions {
  /** The templates directory, absolute. */
  readonly directory: string;
  /** The text of a file, or undefined when there is none. */
  readonly readFile: (path: string) => string | undefined;
}

/** Reads and parses each file below the templates directory once. */
export class GoFiles {
  readonly #options: GoFilesOptions;
  readonly #loaded = new Map<string, GoFile>();

  constructor(options: GoFilesOptions) {
    this.#options = options;
  }

  path(name: string): string {
    return join(this.#options.directory, name);
  }

  /** Undefined when there is no such file; throws TEMPLATE_INVALID for one that cannot be parsed. */
  load(name: string, dialect: Dialect): GoFile | undefined {
    const path = this.path(name);
    const id = `${dialect.name} ${path}`;
    const loaded = this.#loaded.get(id) ?? this.#parse(path, dialect);
    if (loaded !== undefined) this.#loaded.set(id, loaded);
    return loaded;
  }

  #parse(path: string, { functions, delimiters }: Dialect): GoFile | undefined {
    const text = this.#options.readFile(path);
    if (text === undefined) return undefined;
    const names = functions.map(({ name }) => name);
    const template = placing(path, () => suggesting(names, () => parseGoTemplate(basename(path), text, { functions: names, ...delimiters })));
    return { path, template, calls: callsOf(template) };
  }
}

/** Whether a name leads to a file below the templates directory, none of its first folder hidden; as in confd. */
export function isBelow(name: string): boolean {
  return !name.includes("\0") && !posix.join(".", name).startsWith(".");
}

/** Errors of the language name the template; where they stand is in this file. */
export function placing<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.at?.file.startsWith("/") === true) throw thrown;
    throw new AppError(thrown.code, thrown.message, { hint: thrown.hint, at: { ...thrown.at, file: path }, cause: thrown });
  }
}

function suggesting<T>(functions: readonly string[], step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    const [, unknown] = thrown instanceof AppError ? (/function "(\w+)" not defined$/.exec(thrown.message) ?? []) : [];
    if (!(thrown instanceof AppError) || unknown === undefined) throw thrown;
    const near = nearest(unknown, functions);
    throw new AppError(thrown.code, thrown.message, { hint: near && `Did you mean "${near}"?`, at: thrown.at });
  }
}
