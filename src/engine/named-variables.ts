import { join } from "node:path";
import { BACKEND_NAMES } from "../config/backend-options.ts";
import type { Configuration } from "../core/configuration.ts";
import { AppError } from "../core/error.ts";
import type { CompiledTemplate, TemplateEngine } from "../core/template.ts";
import type { NamedVariable } from "../template/index.ts";

/** The variables of [env.variables]: what begins as a key is one, what has braces is a template, and the rest is text. */
export function namedVariables({ settings, templatesDir }: Configuration, engine: TemplateEngine): readonly NamedVariable[] {
  const home = join(settings.confdir, "remora.toml");
  return Object.entries(settings.env.variables).map(([name, value]): NamedVariable => {
    if (isTemplate(value)) return { kind: "template", name, template: at(home, templatesDir, () => compile(name, home, templatesDir, engine)) };
    return isKey(value) ? { kind: "key", name, key: value } : { kind: "text", name, text: value };
  });
}

/** Reads templates as files are read: those of variables stand in remora.toml, and have no file. */
export function readingVariables({ settings, templatesDir }: Configuration, readFile: (path: string) => string | undefined): (path: string) => string | undefined {
  const texts = new Map(Object.entries(settings.env.variables).filter(([, value]) => isTemplate(value)).map(([name, text]) => [join(templatesDir, fileOf(name)), text]));
  return texts.size === 0 ? readFile : (path) => texts.get(path) ?? readFile(path);
}

function compile(name: string, home: string, templatesDir: string, engine: TemplateEngine): CompiledTemplate {
  const compiled = engine.compile(fileOf(name), { engine: "nunjucks" });
  return { name: compiled.name, literals: compiled.literals, sources: compiled.sources, render: (context) => at(home, templatesDir, () => compiled.render(context)) };
}

/** An error in a variable's template is one in remora.toml; one in a file that it includes stays there. */
function at<T>(home: string, templatesDir: string, step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    if (!(thrown instanceof AppError) || !thrown.at?.file.startsWith(join(templatesDir, fileOf("")))) throw thrown;
    throw new AppError(thrown.code, thrown.message, { hint: thrown.hint, at: { file: home }, cause: thrown.cause });
  }
}

function fileOf(name: string): string {
  return `[env.variables] ${name}`;
}

function isTemplate(value: string): boolean {
  return /\{[{%#]/.test(value);
}

function isKey(value: string): boolean {
  const [, backend] = /^(?:([A-Za-z][\w-]*):)?\//.exec(value) ?? [undefined, "none"];
  return backend === undefined || BACKEND_NAMES.some((known) => known === backend);
}
