import assert from "node:assert/strict";
import type { AppError } from "../../../src/core/error.ts";
import { ROOT } from "../../../src/core/key.ts";
import type { CompiledTemplate, Item, Machine, Rendering } from "../../../src/core/template.ts";
import { createGoEngine } from "../../../src/gotemplate/engine/index.ts";
import { publishedInstances, publishedServices, render } from "../../../src/template/index.ts";
import { closed, lookupOf, type RenderSettings } from "../../template/support.ts";

export interface GoSettings extends RenderSettings {
  readonly keys?: readonly string[];
  readonly machine?: Partial<Machine>;
  readonly item?: Item;
  readonly now?: () => Date;
  /** What the file is called, which says whose functions it has. */
  readonly name?: string;
}

export const DIRECTORY = "/templates";

/** Compiles a text as the file "main.tmpl", or one of another name. */
export async function compiled(source: string, { files = {}, keys = [], machine = {}, name = "main.tmpl" }: GoSettings = {}): Promise<CompiledTemplate> {
  const all: Readonly<Record<string, string>> = { ...files, [name]: source };
  const engine = createGoEngine({
    directory: DIRECTORY,
    readFile: (path) => all[path.slice(DIRECTORY.length + 1)],
    machine: { hostname: "host", exists: () => false, interfaces: () => [], ...machine },
    published: { instances: publishedInstances, services: publishedServices },
  });
  const template = engine.compile(name, { keys });
  await engine.ready();
  return template;
}

/** Compiles and renders a text as the file "main.tmpl". */
export async function rendering(source: string, settings: GoSettings = {}): Promise<Rendering> {
  const { data = {}, env = {}, prefix = ROOT, opener = closed, item, now = () => new Date(Date.UTC(2024, 0, 31, 12)) } = settings;
  return render(await compiled(source, settings), { lookup: lookupOf(data), opener, prefix, defaultBackend: "etcd", env, now, item });
}

/** What a text renders to. */
export async function rendered(source: string, settings?: GoSettings): Promise<string> {
  const result = await rendering(source, settings);
  if (result.kind === "failed") throw result.error;
  assert.equal(result.kind, "rendered");
  return result.kind === "rendered" ? result.text : "";
}

/** The error that a text fails with, while it is compiled or rendered. */
export async function failure(source: string, settings?: GoSettings): Promise<AppError> {
  return await rendered(source, settings).then(
    (text) => assert.fail(`It rendered ${JSON.stringify(text)}`),
    (thrown: AppError) => thrown,
  );
}
