import { AppError, type ErrorCode } from "../core/error.ts";
import type { CompiledTemplate, RenderContext, TemplateEngine } from "../core/template.ts";
import { Context } from "./context.ts";
import { Interruption, lineOf, located, type Position, TemplateFault, toFault } from "./fault.ts";
import { createLibrary } from "./library.ts";
import { literalsOf } from "./literals.ts";
import { type LoadedFile, Loader } from "./loader.ts";
import { nameHint } from "./name-hint.ts";
import { Operations } from "./operations.ts";
import { withValues } from "./values.ts";

export interface TemplateEngineOptions {
  /** The templates directory, absolute; no file outside of it is read. */
  readonly directory: string;
  /** The text of a file, at once; undefined when there is none. */
  readonly readFile: (path: string) => string | undefined;
}

/** Compiles each file once: a changed file needs a new engine. */
export function createTemplateEngine({ directory, readFile }: TemplateEngineOptions): TemplateEngine {
  const library = createLibrary();
  const loader: Loader = new Loader({ directory, readFile, library, mark: (position) => operations.mark(position) });
  const operations = new Operations(library, loader);

  function compile(src: string): CompiledTemplate {
    const sources = new Set<string>();
    const files = reporting(`Cannot compile "${src}"`, () => "TEMPLATE_INVALID", loader.path(src), () => false, () =>
      loader.recording((path) => sources.add(path), () => loadAll(loader, src)),
    );
    const [main] = files;
    reporting(`Cannot compile "${src}"`, () => "TEMPLATE_INVALID", main.source.path, () => false, () => checkCalls(files, Object.keys(library.globals)));
    return {
      name: src,
      literals: literalsOf(files.map(({ facts }) => facts)),
      get sources() {
        return [...sources];
      },
      render: (scope) => render(main, src, scope, (path) => sources.add(path)),
    };
  }

  function render(main: LoadedFile, src: string, scope: RenderContext, onLoad: (path: string) => void): string {
    const context = new Context({ library, env: library.env, scope, file: main.source, depth: 0, variables: scope.item === undefined ? {} : { item: scope.item } });
    return reporting(`Cannot render "${src}"`, ({ kind, cause }) => cause?.code ?? (kind === "missing key" ? "TEMPLATE_MISSING_KEY" : "TEMPLATE_FAILED"), main.source.path, () => scope.reader.sensitive, () =>
      loader.recording(onLoad, () => operations.render(main, context)),
    );
  }

  return { compile };
}

/** The file and all that it is made of, as far as the source says so literally; itself first. */
function loadAll(loader: Loader, src: string): [LoadedFile, ...LoadedFile[]] {
  const main = loader.load(src);
  const found = new Set([main]);
  for (const file of found) {
    for (const { name, optional, position } of file.facts.references) {
      try {
        const referred = loader.load(name, { from: file.source, optional });
        if (referred !== undefined) found.add(referred);
      } catch (thrown) {
        throw located(thrown, position);
      }
    }
  }
  return [main, ...[...found].slice(1)];
}

/** Throws a fault for a function that nothing defines, so that it is seen before the first render. */
function checkCalls(files: readonly LoadedFile[], globals: readonly string[]): void {
  if (files.some(({ facts }) => facts.dynamic)) return;
  const known = new Set([...globals, ...files.flatMap(({ facts }) => [...facts.declared])]);
  for (const { name, position } of files.flatMap(({ facts }) => facts.calls)) {
    if (known.has(name)) continue;
    throw new TemplateFault(`there is no function "${name}"`, { hint: nameHint(name, [...known]), position });
  }
}

/** Turns a fault into the error that users see: the one place where a template's errors get their code, file and line. */
function reporting<T>(what: string, code: (fault: TemplateFault) => ErrorCode, path: string, withhold: () => boolean, step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    if (thrown instanceof Interruption || thrown instanceof AppError) throw thrown;
    const fault = toFault(thrown);
    throw new AppError(code(fault), `${what}: ${withValues(fault.message, { withhold: withhold() })}`, { hint: fault.hint, at: locationOf(fault.position, path), cause: thrown instanceof TemplateFault ? undefined : thrown });
  }
}

function locationOf(position: Position | undefined, path: string) {
  if (position === undefined) return { file: path };
  return { file: position.file.path, line: position.line, column: position.column, source: lineOf(position) };
}
