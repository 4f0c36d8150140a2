import assert from "node:assert/strict";
import { CONFD } from "../../src/gotemplate/confd/index.ts";
import { parseGoTemplate } from "../../src/gotemplate/index.ts";
import { translateTemplate, type Translation } from "../../src/migrate/index.ts";
import { FUNCTIONS } from "../../src/template/functions/index.ts";
import { rendered as renderedByGo } from "../gotemplate/confd/support.ts";
import { rendered, type RenderSettings } from "../template/support.ts";

/** What becomes of a Go template. */
export function translation(source: string, keys: readonly string[] = []): Translation {
  const template = parseGoTemplate("main.tmpl", source, { functions: CONFD.functions.map(({ name }) => name) });
  return translateTemplate(template, { keys, reserved: FUNCTIONS.map(({ name }) => name) });
}

/** The nunjucks that a Go template becomes. */
export function translated(source: string, keys?: readonly string[]): string {
  const outcome = translation(source, keys);
  assert.equal(outcome.kind, "translated", JSON.stringify(outcome));
  return outcome.kind === "translated" ? outcome.text : "";
}

/** Renders both and makes sure that they are equal; answers the text. */
export async function bothWays(source: string, settings: RenderSettings = {}): Promise<string> {
  const old = await renderedByGo(source, settings);
  const nunjucks = translated(source);
  assert.equal(await rendered(nunjucks, settings), old, nunjucks);
  return old;
}
