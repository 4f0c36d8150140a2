import { AppError, type ErrorCode, toAppError } from "../../core/error.ts";
import type { CompiledTemplate, CompileOptions, Item, Machine, RenderContext, TemplateEngine } from "../../core/template.ts";
import { execute } from "../index.ts";
import { bindAll, type Dialect, type Scope } from "./definition.ts";
import { dialectOf } from "./dialects.ts";
import { type GoFile, GoFiles, type GoFilesOptions, isBelow, placing } from "./files.ts";
import { literalsOf, odditiesOf } from "./literals.ts";
import { loadRe2 } from "../re2.ts";
import { plainReader } from "./reading.ts";

export interface GoEngineOptions extends GoFilesOptions {
  readonly machine: Machine;
}

/** How long a render may take; it holds up all others. */
const LONGEST_RENDER_MS = 10_000;
const DEEPEST_INCLUDE = 10;

/** Compiles each Go template once: a changed file needs a new engine. */
export function createGoEngine({ machine, ...options }: GoEngineOptions): TemplateEngine & { ready(): Promise<void> } {
  const files = new GoFiles(options);
  let scope: Scope | undefined;
  let needsRe2 = false;

  function compile(src: string, { keys = [] }: CompileOptions = {}): CompiledTemplate {
    const dialect = dialectOf(src);
    const sources = new Set([files.path(src)]);
    const main = reporting(`Cannot compile "${src}"`, "TEMPLATE_INVALID", files.path(src), () => required(files, src, dialect));
    const parts = withIncluded(main, dialect, sources);
    const functions = bindAll(dialect.functions, () => scope as Scope);
    needsRe2 ||= parts.some((file) => needsLibrary(file, dialect));
    return {
      name: src,
      literals: literalsOf(parts, dialect, keys),
      oddities: odditiesOf(parts, dialect),
      get sources() {
        return [...sources];
      },
      render: (context) => reporting(`Cannot render "${src}"`, "TEMPLATE_FAILED", main.path, () => render({ main, dialect, functions, context, keys, sources })),
    };
  }

  interface Render {
    readonly main: GoFile;
    readonly dialect: Dialect;
    readonly functions: ReturnType<typeof bindAll>;
    readonly context: RenderContext;
    readonly keys: readonly string[];
    readonly sources: Set<string>;
  }

  function render({ main, dialect, functions, context, keys, sources }: Render): string {
    const started = context.now().getTime();
    const isOver = () => context.now().getTime() - started > LONGEST_RENDER_MS;
    const shared = { functions, budget: { steps: 0 }, isOver, withholds: () => context.reader.sensitive };
    const including: string[] = [];

    function include(name: string, data: unknown): string {
      if (!isBelow(name)) throw new AppError("TEMPLATE_FAILED", `include path "${name}" is outside template directory`);
      const path = files.path(name);
      if (including.includes(path)) throw new AppError("TEMPLATE_FAILED", `include cycle detected: ${path} is already being processed`);
      if (including.length >= DEEPEST_INCLUDE) throw new AppError("TEMPLATE_FAILED", `maximum include depth (${DEEPEST_INCLUDE}) exceeded`);
      sources.add(path);
      including.push(path);
      try {
        const file = saying(`parse include ${name}`, () => files.load(name, dialect));
        if (file === undefined) throw new AppError("TEMPLATE_FAILED", `include ${name}: open ${path}: no such file or directory`);
        return saying(`execute include ${name}`, () => placing(path, () => execute(file.template, data, shared)));
      } finally {
        including.pop();
      }
    }

    const before = scope;
    scope = { ...context, reader: plainReader(context.reader), machine, keys, include, isOver };
    try {
      return placing(main.path, () => execute(main.template, dataOf(context.item), shared));
    } finally {
      scope = before;
    }
  }

  /** The file and those that it includes, as far as it names them; what is wrong with them is said when they are included. */
  function withIncluded(main: GoFile, dialect: Dialect, sources: Set<string>): readonly GoFile[] {
    const found = new Set([main]);
    for (const { calls } of found) {
      for (const { name, texts: [included] } of calls) {
        if (name !== "include" || included === undefined || !isBelow(included)) continue;
        sources.add(files.path(included));
        const file = attempt(() => files.load(included, dialect));
        if (file !== undefined) found.add(file);
      }
    }
    return [...found];
  }

  return {
    compile,
    async ready() {
      if (needsRe2) await loadRe2();
    },
  };
}

function required(files: GoFiles, src: string, dialect: Dialect): GoFile {
  const file = isBelow(src) ? files.load(src, dialect) : undefined;
  if (file === undefined) throw new AppError("TEMPLATE_INVALID", `there is no file "${src}" in the templates directory`);
  return file;
}

/** Whether it calls a function that needs a library, or includes a file that is known only as it renders. */
function needsLibrary({ calls }: GoFile, { functions }: Dialect): boolean {
  const needing = new Set(functions.filter(({ needs }) => needs !== undefined).map(({ name }) => name));
  return calls.some(({ name, texts: [included] }) => needing.has(name) || (name === "include" && included === undefined));
}

/** The dot: nothing, or with for_each `.item`. */
function dataOf(item: Item | undefined): unknown {
  return item === undefined ? null : { item: Object.fromEntries(Object.entries(item).map(([name, value]) => [name, typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value])) };
}

/** Says what was being done in an error of the language. */
function saying<T>(what: string, step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    const { code, message, hint, at } = toAppError(thrown);
    throw new AppError(code, `${what}: ${message}`, { hint, at, cause: thrown });
  }
}

/** The one place where errors get the form that users see; those of the file system have no code of their own. */
function reporting<T>(what: string, otherwise: ErrorCode, path: string, step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    const { code, message, hint, at = { file: path } } = toAppError(thrown, otherwise);
    throw new AppError(code, `${what}: ${message}`, { hint, at, cause: thrown });
  }
}

function attempt<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch {
    return undefined;
  }
}
