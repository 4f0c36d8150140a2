import { isTable, type Path, type Problem, readTable, unknownKey, type Values } from "../schema/table.ts";
import { CONFD_KEYS, TEMPLATE_KEYS, UNIT_KEYS } from "./unit-keys.ts";

/** A template's checked keys, and where they stand in the file. */
export interface TemplateTable {
  readonly path: Path;
  readonly values: Values<typeof TEMPLATE_KEYS>;
}

/** The checked tables of a unit file, whichever of its two forms it has. */
export interface UnitTables {
  /** Where the unit's own keys stand. */
  readonly path: Path;
  readonly values: Values<typeof UNIT_KEYS>;
  readonly templates: readonly TemplateTable[];
  /** One [template] whose check_cmd is both the template's and the unit's. */
  readonly confd: boolean;
}

/** Reads [template] as confd has it, or [unit] beside several [[template]]; all problems are found. */
export function readForm(data: Readonly<Record<string, unknown>>): { readonly tables: UnitTables | undefined; readonly problems: readonly Problem[] } {
  const problems: Problem[] = Object.keys(data).flatMap((name) => (name === "unit" || name === "template" ? [] : [unknownAtTop(name)]));
  const { unit, template } = data;
  if (template === undefined || (Array.isArray(template) && template.length === 0)) {
    return { tables: undefined, problems: [...problems, { path: [], part: "key", reason: "there is no template in it", hint: "A unit has one [template], or [unit] and several [[template]]" }] };
  }
  const form = unit === undefined && isTable(template) ? confdForm(template) : unitForm(unit ?? {}, template);
  const all = [...problems, ...form.problems];
  return { tables: all.length === 0 ? form.tables : undefined, problems: all };
}

type Form = { readonly tables: UnitTables | undefined; readonly problems: readonly Problem[] };

function confdForm(template: Readonly<Record<string, unknown>>): Form {
  const path = ["template"];
  const { values, problems } = readTable(CONFD_KEYS, template, path);
  return { tables: values && { path, values, templates: [{ path, values }], confd: true }, problems };
}

function unitForm(unit: unknown, template: unknown): Form {
  if (!isTable(unit)) return { tables: undefined, problems: [notATable(["unit"], "[unit]")] };
  const own = readTable(UNIT_KEYS, unit, ["unit"]);
  const problems = own.problems.map((problem) => belongsElsewhere(problem, TEMPLATE_KEYS, UNIT_KEYS, "[[template]]"));
  const templates: TemplateTable[] = [];
  for (const [path, raw] of isTable(template) ? [[["template"], template] as const] : list(template).map((item, index) => [["template", index], item] as const)) {
    if (!isTable(raw)) {
      problems.push(notATable(path, "[[template]]"));
      continue;
    }
    const one = readTable(TEMPLATE_KEYS, raw, path);
    problems.push(...one.problems.map((problem) => belongsElsewhere(problem, UNIT_KEYS, TEMPLATE_KEYS, "[unit]")));
    if (one.values !== undefined) templates.push({ path, values: one.values });
  }
  return { tables: own.values && { path: ["unit"], values: own.values, templates, confd: false }, problems };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function notATable(path: Path, table: string): Problem {
  return { path, part: "value", reason: `${String(path[0])}: this is not a table`, hint: `Write ${table} on a line of its own` };
}

function unknownAtTop(name: string): Problem {
  const hint = Object.hasOwn(CONFD_KEYS, name) ? `"${name}" belongs in [template]` : undefined;
  return unknownKey([name], ["unit", "template"], name, hint);
}

/** Says where an unknown key would be right, when the unit's other kind of table knows it. */
function belongsElsewhere(problem: Problem, there: object, here: object, table: string): Problem {
  const key = String(problem.path.at(-1));
  const moved = problem.part === "key" && Object.hasOwn(there, key) && !Object.hasOwn(here, key);
  return moved ? { ...problem, hint: `"${key}" belongs in ${table}` } : problem;
}
