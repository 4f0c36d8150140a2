import { basename, extname } from "node:path";
import { readUnit } from "../../config/read-unit.ts";
import type { Settings } from "../../core/configuration.ts";
import { AppError } from "../../core/error.ts";
import type { Unit } from "../../core/unit.ts";
import { toErrors } from "../../config/problems.ts";
import { CONFD } from "../../gotemplate/confd/index.ts";
import { type GoTemplate, parseGoTemplate } from "../../gotemplate/index.ts";
import { candidateNames, candidateValues, translateTemplate } from "../../migrate/index.ts";
import { FUNCTIONS } from "../../template/functions/index.ts";
import type { Confdir, ReadResource } from "./read-confdir.ts";
import { sentenceOf } from "./sentence.ts";
import type { Proof } from "./prove.ts";
import type { Candidates } from "./sample-search.ts";

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
export async function translateAll({ resources, templates }: Confdir, settings: Settings): Promise<readonly Migrated[]> {
  const names = new Map<string, string>();
  return Promise.all(resources.map(async (resource): Promise<Migrated> => {
    const { name, file, keys } = resource;
    const nothing = { resource, unit: undefined, nunjucks: undefined, stays: undefined };
    if (keys === undefined) return { ...nothing, undecided: resource.undecided };
    const { placed, problems } = readUnit(name, { ...file, data: { template: keys } }, settings);
    const wrong = (await toErrors(problems, file)).map(sentenceOf);
    if (placed === undefined) return { ...nothing, undecided: [...resource.undecided, ...wrong] };
    const { unit } = placed;
    const [{ src, engine, keys: followed } = { src: "", engine: undefined, keys: [] }] = unit.templates;
    const text = templates.get(src);
    if (text === undefined) return { ...nothing, undecided: [...resource.undecided, `${file.path}: there is no template "${src}"`] };
    if (engine !== "go") return { ...nothing, unit, undecided: resource.undecided };
    const parsed = parse(src, text);
    if (parsed instanceof AppError) return { ...nothing, unit, stays: parsed.message, undecided: [...resource.undecided, `templates/${src}: ${parsed.message}`] };
    const outcome = translateTemplate(parsed, { keys: followed, reserved: FUNCTIONS.map((each) => each.name) });
    if (outcome.kind === "left") return { ...nothing, unit, stays: `line ${outcome.line}, ${outcome.construct}: ${outcome.reason}`, undecided: resource.undecided };
    const newName = names.get(src) ?? freeName(src, new Set([...templates.keys(), ...names.values()]));
    names.set(src, newName);
    return { ...nothing, unit, nunjucks: { src: newName, text: outcome.text, notes: outcome.notes, candidates: { values: candidateValues(parsed), names: candidateNames(parsed) } }, undecided: resource.undecided };
  }));
}

/** The unit with its template in nunjucks. */
export function inNunjucks(unit: Unit, src: string): Unit {
  return { ...unit, templates: unit.templates.map((template) => ({ ...template, src, engine: "nunjucks" })) };
}

function parse(src: string, text: string): GoTemplate | AppError {
  try {
    return parseGoTemplate(basename(src), text, { functions: CONFD.functions.map(({ name }) => name) });
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
}

/** "nginx.conf.njk" of "nginx.conf.tmpl", unless there is such a file. */
function freeName(src: string, taken: ReadonlySet<string>): string {
  const stem = [".tmpl", ".ctmpl"].includes(extname(src)) ? src.slice(0, -extname(src).length) : src;
  let name = `${stem}.njk`;
  for (let number = 2; taken.has(name); number++) name = `${stem}-${number}.njk`;
  return name;
}
