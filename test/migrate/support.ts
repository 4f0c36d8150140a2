import assert from "node:assert/strict";
import { CONFD } from "../../src/gotemplate/confd/index.ts";
import { CONSUL_TEMPLATE } from "../../src/gotemplate/consul-template/index.ts";
import { parseGoTemplate } from "../../src/gotemplate/index.ts";
import { FUNCTION_TABLES, translateTemplate, type Translation } from "../../src/migrate/index.ts";
import { FUNCTIONS } from "../../src/template/functions/index.ts";
import { type GoSettings, rendered as renderedByGo } from "../gotemplate/confd/support.ts";
import { rendered, type RenderSettings } from "../template/support.ts";

const LANGUAGES = { "main.tmpl": ["go", CONFD], "main.ctmpl": ["consul-template", CONSUL_TEMPLATE] } as const;

type Name = keyof typeof LANGUAGES;

/** What becomes of a Go template. */
export function translation(source: string, keys: readonly string[] = [], name: Name = "main.tmpl"): Translation {
  const [language, { functions }] = LANGUAGES[name];
  const template = parseGoTemplate(name, source, { functions: functions.map((each) => each.name) });
  return translateTemplate(template, { functions: FUNCTION_TABLES[language], keys, reserved: FUNCTIONS.map((each) => each.name) });
}

/** The nunjucks that a Go template becomes. */
export function translated(source: string, keys?: readonly string[], name?: Name): string {
  const outcome = translation(source, keys, name);
  assert.equal(outcome.kind, "translated", JSON.stringify(outcome));
  return outcome.kind === "translated" ? outcome.text : "";
}

/** Renders both and makes sure that they are equal; answers the text. */
export async function bothWays(source: string, settings: RenderSettings & Pick<GoSettings, "name"> = {}): Promise<string> {
  const old = await renderedByGo(source, settings);
  const nunjucks = translated(source, [], settings.name as Name | undefined);
  assert.equal(await rendered(nunjucks, settings), old, nunjucks);
  return old;
}
