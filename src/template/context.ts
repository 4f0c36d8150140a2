import type { RenderContext } from "../core/template.ts";
import type { SourceFile } from "./fault.ts";
import type { Library } from "./nunjucks.ts";
import type { RenderFunction } from "./operations.ts";

/** The library as nunjucks's filters look for it: `this.env`. */
export interface FilterEnvironment {
  readonly opts: { readonly autoescape: boolean; readonly throwOnUndefined: boolean };
  getTest(name: string): unknown;
}

/** What one file sees while it renders: its variables, the blocks of its family, and the keys. Functions get it as `this`. */
export class Context {
  readonly env: FilterEnvironment;
  readonly scope: RenderContext;
  readonly file: SourceFile;
  readonly depth: number;
  readonly blocks = new Map<string, RenderFunction[]>();
  readonly #library: Library;
  readonly #variables: Record<string, unknown>;
  readonly #exported = new Set<string>();

  constructor(from: { library: Library; env: FilterEnvironment; scope: RenderContext; file: SourceFile; depth: number; variables?: Readonly<Record<string, unknown>> }) {
    this.#library = from.library;
    this.env = from.env;
    this.scope = from.scope;
    this.file = from.file;
    this.depth = from.depth;
    this.#variables = Object.assign(Object.create(null) as Record<string, unknown>, from.variables);
  }

  lookup(name: string): unknown {
    const own = this.#variables[name];
    if (own !== undefined) return own;
    return Object.hasOwn(this.#library.globals, name) ? this.#library.globals[name] : undefined;
  }

  setVariable(name: string, value: unknown): void {
    this.#variables[name] = value;
  }

  addExport(name: string): void {
    this.#exported.add(name);
  }

  get variables(): Readonly<Record<string, unknown>> {
    return this.#variables;
  }

  get exported(): Readonly<Record<string, unknown>> {
    const exported = Object.create(null) as Record<string, unknown>;
    for (const name of this.#exported) exported[name] = this.#variables[name];
    return exported;
  }

  addBlocks(blocks: Readonly<Record<string, RenderFunction>>): void {
    for (const [name, block] of Object.entries(blocks)) this.blocks.set(name, [...(this.blocks.get(name) ?? []), block]);
  }

  /** The names that a file could mean, for a suggestion. */
  names(): string[] {
    return [...Object.keys(this.#variables), ...Object.keys(this.#library.globals)];
  }
}
