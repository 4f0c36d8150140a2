import { AppError, type ErrorCode, toAppError } from "../../core/error.ts";
import type { CompiledTemplate, CompileOptions, Item, Machine, Published, RenderContext, TemplateEngine } from "../../core/template.ts";
import { execute } from "../index.ts";
import { bindAll, type Dialect, type Scope } from "./definition.ts";
import { dialectOf } from "./dialects.ts";
import { type GoFile, GoFiles, type GoFilesOptions, isBelow, placing } from "./files.ts";
import { literalsOf, odditiesOf } from "./literals.ts";
import { loadRe2 } from "../re2.ts";
import { loadYaml } from "../yaml.ts";
import { plainReader } from "./reading.ts";

export interface GoEngineOptions extends GoFilesOptions {
  readonly machine: Machine;
  readonly published: Published;
}

/** How long a render may take; it holds up all others. */
const LONGEST_RENDER_MS = 10_000;
const DEEPEST_INCLUDE = 10;

/** What has to be loaded for some functions before they are called. */
const LIBRARIES = { re2: loadRe2, yaml: loadYaml };
type Library = keyof typeof LIBRARIES;

/** Compiles each Go template once: a changed file needs a new engine. */
export function createGoEngine({ machine, published, ...options }: GoEngineOptions): TemplateEngine & { ready(): Promise<void> } {
  const files = new GoFiles(options);
  let scope: Scope | undefined;
  const needed = new Set<Library>();

  function compile(src: string, given: CompileOptions = {}): CompiledTemplate {
    const { keys = [] } = given;
    const dialect = dialectOf(src, given);
    const sources = new Set([files.path(src)]);
    const main = reporting(`Cannot compile "${src}"`, "TEMPLATE_INVALID", files.path(src), () => required(files, src, dialect));
    const parts = withIncluded(main, dialect, sources);
    const functions = bindAll(dialect.functions, () => scope as Scope);
    for (const library of parts.flatMap((file) => librariesOf(file, dialect))) needed.add(library);
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
    const shared = { functions, budget: { steps: 0, open: 0 }, isOver, withholds: () => context.reader.sensitive, missingKey: dialect.missingKey };
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

    function readFile(path: string): string | undefined {
      sources.add(path);
      return options.readFile(path);
    }

    function executeTemplate(name: string, data: unknown): string {
      const { template } = main;
      if (!template.trees.has(name)) throw new AppError("TEMPLATE_FAILED", `template: no template "${name}" associated with template "${template.name}"`);
      return placing(main.path, () => execute({ ...template, name }, data, shared));
    }

    const before = scope;
    scope = { ...context, reader: plainReader(context.reader), machine, published, keys, include, readFile, executeTemplate, isOver };
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
        if (dialect.readsFiles?.includes(name) === true && included?.startsWith("/") === true) sources.add(included);
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
      await Promise.all([...needed].map((library) => LIBRARIES[library]()));
    },
  };
}

function required(files: GoFiles, src: string, dialect: Dialect): GoFile {
  const file = isBelow(src) ? files.load(src, dialect) : undefined;
  if (file === undefined) throw new AppError("TEMPLATE_INVALID", `there is no file "${src}" in the templates directory`);
  return file;
}

/** The libraries that its functions need; all of the dialect's where it includes a file that is known only as it renders. */
function librariesOf({ calls }: GoFile, { functions }: Dialect): readonly Library[] {
  const called = calls.some(({ name, texts: [included] }) => name === "include" && included === undefined) ? undefined : new Set(calls.map(({ name }) => name));
  return functions.flatMap(({ name, needs }) => (needs !== undefined && called?.has(name) !== false ? [needs] : []));
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
