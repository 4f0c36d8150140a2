import { extname } from "node:path";
import type { Configuration } from "../core/configuration.ts";
import type { Language, Machine, TemplateEngine } from "../core/template.ts";
import { createTemplateEngine, publishedInstances, publishedServices } from "../template/index.ts";

export interface OpenTemplatesOptions {
  /** The text of a file, at once; undefined when there is none. */
  readonly readFile: (path: string) => string | undefined;
  readonly machine: Machine;
}

const EXTENSIONS: Readonly<Record<string, Language>> = { ".tmpl": "go", ".ctmpl": "consul-template" };

/** The language of a template's file, where its unit does not say it. */
export function languageOf(src: string): Language {
  return EXTENSIONS[extname(src)] ?? "nunjucks";
}

/** An engine for each language that the units have; that for Go is loaded where one of them is Go's. */
export async function openTemplates({ units, templatesDir }: Pick<Configuration, "units" | "templatesDir">, { readFile, machine }: OpenTemplatesOptions): Promise<TemplateEngine> {
  const nunjucks = createTemplateEngine({ directory: templatesDir, readFile });
  const isGo = (src: string, engine?: Language) => (engine ?? languageOf(src)) !== "nunjucks";
  if (!units.some(({ templates }) => templates.some(({ src, engine }) => isGo(src, engine)))) return nunjucks;
  const { createGoEngine } = await import("../gotemplate/engine/index.ts");
  const go = createGoEngine({ directory: templatesDir, readFile, machine, published: { instances: publishedInstances, services: publishedServices } });
  return {
    compile: (src, options) => (isGo(src, options?.engine) ? go : nunjucks).compile(src, options),
    ready: () => go.ready(),
  };
}
