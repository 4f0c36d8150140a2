import { nearest } from "../core/suggest.ts";
import type { CompiledFile } from "./compile-file.ts";
import { Context } from "./context.ts";
import { Interruption, located, type Position, TemplateFault } from "./fault.ts";
import type { LoadedFile, Loader } from "./loader.ts";
import { isPlain, memberNames, memberOf, methodOf } from "./members.ts";
import { type Frame, type Library, nunjucks } from "./nunjucks.ts";
import { notText, shown, toNumber, toText } from "./values.ts";

/** A compiled file or block. */
export type RenderFunction = (env: Operations, context: Context, frame: Frame, runtime: typeof nunjucks.runtime) => string;

const DEEPEST_INCLUDE = 100;

/**
 * What compiled templates call as `env`. Every step that can fail is one method with the number of its position (`at`), and throws
 * a fault that carries that position; `lenient` says that an undefined value is fine, because a default follows.
 */
export class Operations {
  readonly #positions: Position[] = [];
  readonly #library: Library;
  readonly #loader: Loader;

  constructor(library: Library, loader: Loader) {
    this.#library = library;
    this.#loader = loader;
  }

  readonly mark = (position: Position): number => this.#positions.push(position) - 1;

  name(context: Context, frame: Frame, name: string, at: number, lenient: boolean): unknown {
    const local = frame.lookup(name);
    const value = local !== undefined ? local : context.lookup(name);
    return value !== undefined || lenient ? value : this.unknownName(context, name, at);
  }

  unknownName(context: Context, name: string, at: number): never {
    const near = nearest(name, context.names().filter((other) => other !== name));
    const hint = near === undefined ? `Give a default: ${name} | default("...")` : `Did you mean "${near}"?`;
    throw this.#fault(new TemplateFault(`"${name}" is not defined`, { hint }), at);
  }

  member(target: unknown, key: unknown, at: number, lenient: boolean): unknown {
    const value = memberOf(target, key);
    if (value !== undefined || lenient) return value;
    throw this.#fault(noMember(target, key), at);
  }

  call(callee: unknown, name: string, context: Context, args: unknown[], at: number, lenient: boolean): unknown {
    try {
      if (typeof callee !== "function") throw new TemplateFault(`"${name}" is not a function`);
      return this.#result(callee.apply(context, args), lenient, () => `${name}() gives nothing`);
    } catch (thrown) {
      // A macro is not cut short: it would leave its own variables in place.
      if (lenient && thrown instanceof TemplateFault && thrown.kind === "missing key" && this.#library.globals[name] === callee) return undefined;
      throw this.#fault(thrown, at);
    }
  }

  method(target: unknown, key: unknown, context: Context, args: unknown[], at: number, lenient: boolean): unknown {
    if (lenient && target === undefined) return undefined;
    const method = methodOf(target, key);
    if (method === undefined) throw this.#fault(noMember(target, key, "method"), at);
    try {
      const self = typeof target === "object" && target !== null && isPlain(target) ? context : target;
      return this.#result(method.apply(self, args), lenient, () => `${toText(key)}() gives nothing`);
    } catch (thrown) {
      throw this.#fault(thrown, at);
    }
  }

  filter(name: string, context: Context, args: unknown[], at: number, lenient: boolean): unknown {
    try {
      if (args[0] instanceof Uint8Array && !TAKES_BYTES.has(name)) throw notText();
      return this.#result(this.#library.filters[name]?.apply(context, args), lenient, () => `filter "${name}" gives nothing`);
    } catch (thrown) {
      throw this.#fault(thrown, at, `filter "${name}": `);
    }
  }

  test(name: string, context: Context, args: unknown[], at: number): boolean {
    try {
      return this.#library.tests[name]?.apply(context, args) === true;
    } catch (thrown) {
      throw this.#fault(thrown, at, `test "${name}": `);
    }
  }

  text(value: unknown, at: number): string {
    if (typeof value === "string") return value;
    return this.#try(at, () => toText(value));
  }

  concat(left: unknown, right: unknown, at: number): string {
    return this.text(left, at) + this.text(right, at);
  }

  add(left: unknown, right: unknown, at: number): unknown {
    if (typeof left === "number" && typeof right === "number") return left + right;
    if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
    if (typeof left === "string" || typeof right === "string") return this.concat(left, right, at);
    throw this.#fault(new TemplateFault(`${shown(left)} and ${shown(right)} cannot be added`), at);
  }

  arithmetic(operator: "-" | "*" | "/" | "//" | "%" | "**", left: unknown, right: unknown, at: number): number {
    return this.#try(at, () => {
      const result = ARITHMETIC[operator](toNumber(left), toNumber(right));
      if (!Number.isFinite(result)) throw new TemplateFault(`${shown(left)} ${operator} ${shown(right)} is not a number`);
      return result;
    });
  }

  contains(item: unknown, container: unknown, at: number): boolean {
    if (typeof container === "string") return container.includes(this.text(item, at));
    if (Array.isArray(container)) return container.includes(item);
    if (typeof container === "object" && container !== null) return memberOf(container, item) !== undefined;
    throw this.#fault(new TemplateFault(`"in" needs a list, a text or an object, not ${shown(container)}`), at);
  }

  /** What a loop with so many names goes over. */
  items(value: unknown, names: number, at: number): readonly unknown[] {
    if (Array.isArray(value)) return value;
    if (value === null) return [];
    if (typeof value === "string" && names === 1) return [...value];
    if (typeof value === "object" && !(value instanceof Uint8Array)) {
      if (names === 2) return Object.entries(value);
      throw this.#fault(new TemplateFault("a loop over an object needs two names", { hint: "Write {% for key, value in ... %}" }), at);
    }
    throw this.#fault(new TemplateFault(`a loop needs a list, not ${shown(value)}`), at);
  }

  loop(index: number, length: number): object {
    return { index: index + 1, index0: index, revindex: length - index, revindex0: length - index - 1, first: index === 0, last: index === length - 1, length };
  }

  block(name: string, context: Context, frame: Frame): string {
    const [block] = context.blocks.get(name) ?? [];
    return block === undefined ? "" : block(this, context, frame, nunjucks.runtime);
  }

  superBlock(name: string, block: RenderFunction, context: Context, frame: Frame, at: number): string {
    const family = context.blocks.get(name) ?? [];
    const parent = family[family.indexOf(block) + 1];
    if (parent === undefined) throw this.#fault(new TemplateFault(`no parent file has a block "${name}"`), at);
    return parent(this, context, frame, nunjucks.runtime);
  }

  extend(name: unknown, context: Context, _frame: Frame, at: number): CompiledFile {
    const { compiled } = this.#load(name, at);
    context.addBlocks(compiled.blocks);
    return compiled;
  }

  include(name: unknown, context: Context, frame: Frame, at: number, optional: boolean): string {
    const file = this.#load(name, at, optional);
    if (file === undefined) return "";
    return this.#enter(file, context, at, context.variables, frame.push(true)).output;
  }

  imported(name: unknown, context: Context, frame: Frame, at: number, withContext: boolean): Readonly<Record<string, unknown>> {
    const file = this.#load(name, at);
    const entered = withContext ? this.#enter(file, context, at, context.variables, frame.push()) : this.#enter(file, context, at, {}, new nunjucks.runtime.Frame());
    return entered.context.exported;
  }

  importedName(imported: Readonly<Record<string, unknown>>, name: string, at: number): unknown {
    if (imported[name] !== undefined) return imported[name];
    const near = nearest(name, Object.keys(imported));
    throw this.#fault(new TemplateFault(`the imported file has no "${name}"`, { hint: near && `Did you mean "${near}"?` }), at);
  }

  /** Renders a file from its beginning, with a context of its own. */
  render(file: LoadedFile, context: Context): string {
    context.addBlocks(file.compiled.blocks);
    const frame = new nunjucks.runtime.Frame();
    frame.topLevel = true;
    return file.compiled.root(this, context, frame, nunjucks.runtime);
  }

  #enter(file: LoadedFile, from: Context, at: number, variables: Readonly<Record<string, unknown>>, frame: Frame) {
    if (from.depth >= DEEPEST_INCLUDE) throw this.#fault(new TemplateFault(`"${file.source.name}" includes itself without end`), at);
    const context = new Context({ library: this.#library, env: from.env, scope: from.scope, file: file.source, depth: from.depth + 1, variables });
    context.addBlocks(file.compiled.blocks);
    frame.topLevel = true;
    return { context, output: file.compiled.root(this, context, frame, nunjucks.runtime) };
  }

  #load(name: unknown, at: number): LoadedFile;
  #load(name: unknown, at: number, optional: boolean): LoadedFile | undefined;
  #load(name: unknown, at: number, optional = false): LoadedFile | undefined {
    return this.#try(at, () => {
      if (typeof name !== "string") throw new TemplateFault(`the name of a file is a text, not ${shown(name)}`);
      return this.#loader.load(name, { from: this.#positions[at]?.file, optional });
    });
  }

  /** Macros answer nunjucks's marked strings, which are objects; nothing is escaped, so that plain ones do. */
  #result(value: unknown, lenient: boolean, nothing: () => string): unknown {
    if (value instanceof nunjucks.runtime.SafeString) return value.toString();
    if (value !== undefined || lenient) return value;
    throw new TemplateFault(nothing(), { hint: 'Give a default: ... | default("...")' });
  }

  #try<T>(at: number, step: () => T): T {
    try {
      return step();
    } catch (thrown) {
      throw this.#fault(thrown, at);
    }
  }

  #fault(thrown: unknown, at: number, prefix?: string): unknown {
    const position = this.#positions[at];
    return position === undefined || thrown instanceof Interruption ? thrown : located(thrown, position, prefix);
  }
}

/** Filters that may be given a value that is not UTF-8 text. */
const TAKES_BYTES = new Set(["base64Encode", "default", "d"]);

const ARITHMETIC = {
  "-": (left: number, right: number) => left - right,
  "*": (left: number, right: number) => left * right,
  "/": (left: number, right: number) => left / right,
  "//": (left: number, right: number) => Math.floor(left / right),
  "%": (left: number, right: number) => left % right,
  "**": (left: number, right: number) => left ** right,
};

function noMember(target: unknown, key: unknown, what: "member" | "method" = "member"): TemplateFault {
  if (target === undefined) return new TemplateFault(`${shown(key)} is looked up in something that is undefined`);
  const near = typeof key === "string" ? nearest(key, [...memberNames(target)].filter((name) => name !== key)) : undefined;
  const place = target === null ? "null" : typeof target === "string" ? "a text" : shown(target);
  const hint = near !== undefined ? `Did you mean "${near}"?` : what === "member" ? 'Give a default: ... | default("...")' : undefined;
  return new TemplateFault(`${place} has no ${what} ${shown(key)}`, { hint });
}
