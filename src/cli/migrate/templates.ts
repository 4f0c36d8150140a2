import { basename, extname } from "node:path";
import { readUnit } from "../../config/read-unit.ts";
import type { Settings } from "../../core/configuration.ts";
import { AppError } from "../../core/error.ts";
import type { Language } from "../../core/template.ts";
import type { TemplateSettings, Unit } from "../../core/unit.ts";
import { toErrors } from "../../config/problems.ts";
import { languageOf } from "../../engine/open-templates.ts";
import { CONFD } from "../../gotemplate/confd/index.ts";
import { CONSUL_TEMPLATE } from "../../gotemplate/consul-template/index.ts";
import type { Dialect } from "../../gotemplate/engine/definition.ts";
import { callsOf } from "../../gotemplate/engine/facts.ts";
import { placeIn } from "../../gotemplate/errors.ts";
import { type GoTemplate, parseGoTemplate } from "../../gotemplate/index.ts";
import { type Candidates, candidatesIn, FUNCTION_TABLES, translateTemplate } from "../../migrate/index.ts";
import { FUNCTIONS } from "../../template/functions/index.ts";
import { sentenceOf } from "./sentence.ts";
import type { Proof } from "./prove.ts";
import type { ReadResource, Source } from "./source.ts";

type GoLanguage = Exclude<Language, "nunjucks">;

/** What becomes of a resource and its template. */
export interface Migrated {
  readonly resource: ReadResource;
  /** Undefined where it cannot be carried over. */
  readonly unit: Unit | undefined;
  /** What its template becomes, where that is not what it was. */
  readonly nunjucks: { readonly src: string; readonly text: string; readonly notes: readonly string[]; readonly candidates: Candidates } | undefined;
  readonly proof?: Proof;
  /** Why its template stays as it is. */
  readonly stays: string | undefined;
  readonly undecided: readonly string[];
}

/** Translates the template of each resource, where it is Go's and can be. */
export async function translateAll({ resources, templates }: Source, settings: Settings): Promise<readonly Migrated[]> {
  const names = new Map<string, string>();
  return Promise.all(resources.map(async (resource): Promise<Migrated> => {
    const { name, file, keys } = resource;
    const nothing = { resource, unit: undefined, nunjucks: undefined, stays: undefined };
    if (keys === undefined) return { ...nothing, undecided: resource.undecided };
    const { placed, problems } = readUnit(name, { ...file, data: { template: keys } }, settings);
    const wrong = (await toErrors(problems, file)).map(sentenceOf);
    const [template] = placed?.unit.templates ?? [];
    if (placed === undefined || template === undefined) return { ...nothing, undecided: [...resource.undecided, ...wrong] };
    const { unit } = placed;
    const { src, engine = languageOf(src) } = template;
    const text = templates.get(src);
    if (text === undefined) return { ...nothing, undecided: [...resource.undecided, `${file.path}: there is no template "${src}"`] };
    if (engine === "nunjucks") return { ...nothing, unit, undecided: resource.undecided };
    const parsed = parse(text, template, engine);
    if (parsed instanceof AppError) return { ...nothing, unit, stays: parsed.message, undecided: [...resource.undecided, `templates/${src}: ${parsed.message}`] };
    const undecided = [...resource.undecided, ...refusedIn(parsed, src, engine)];
    const outcome = translateTemplate(parsed, { functions: FUNCTION_TABLES[engine], keys: template.keys, reserved: FUNCTIONS.map((each) => each.name) });
    if (outcome.kind === "left") return { ...nothing, unit, stays: `line ${outcome.line}, ${outcome.construct}: ${outcome.reason}`, undecided };
    // One file may be the template of several, and be read otherwise by each.
    const id = JSON.stringify([src, engine, template.delimiters]);
    const newName = names.get(id) ?? freeName(src, new Set([...templates.keys(), ...names.values()]));
    names.set(id, newName);
    return { ...nothing, unit, nunjucks: { src: newName, text: outcome.text, notes: outcome.notes, candidates: candidatesIn(parsed) }, undecided };
  }));
}

/** The unit with its template in nunjucks. */
export function inNunjucks(unit: Unit, src: string): Unit {
  return { ...unit, templates: unit.templates.map(({ delimiters: _delimiters, strictMembers: _strict, ...template }) => ({ ...template, src, engine: "nunjucks" })) };
}

/** What each language of Go templates is read with. */
const DIALECTS: Readonly<Record<GoLanguage, Dialect>> = { go: CONFD, "consul-template": CONSUL_TEMPLATE };

function parse(text: string, { src, delimiters }: TemplateSettings, engine: GoLanguage): GoTemplate | AppError {
  try {
    return parseGoTemplate(basename(src), text, { functions: DIALECTS[engine].functions.map(({ name }) => name), ...delimiters });
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
}

/** Functions that are known and not there. */
function refusedIn(template: GoTemplate, src: string, engine: GoLanguage): readonly string[] {
  return callsOf(template).flatMap(({ name, tree, at }) => {
    const [, why] = /^Is (refused when the template is rendered: .*)\.$/s.exec(DIALECTS[engine].functions.find((each) => each.name === name)?.doc ?? "") ?? [];
    return why === undefined ? [] : [`templates/${src}:${placeIn(tree, at).line}: ${name} is ${why}`];
  });
}

/** "nginx.conf.njk" of "nginx.conf.tmpl", unless there is such a file. */
function freeName(src: string, taken: ReadonlySet<string>): string {
  const stem = [".tmpl", ".ctmpl", ".tpl"].includes(extname(src)) ? src.slice(0, -extname(src).length) : src;
  let name = `${stem}.njk`;
  for (let number = 2; taken.has(name); number++) name = `${stem}-${number}.njk`;
  return name;
}
