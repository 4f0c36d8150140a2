import { basename, dirname, normalize } from "node:path";
import { itemFields } from "../core/item-target.ts";
import { didYouMean } from "../core/suggest.ts";
import { placeholdersOf } from "../schema/command.ts";
import type { Problem } from "../schema/table.ts";
import { BACKEND_NAMES } from "./backend-options.ts";
import type { TemplateTable, UnitTables } from "./unit-form.ts";

/** What is wrong with templates that make a file of each of many things. */
export function forEachProblems(tables: UnitTables): readonly Problem[] {
  const { templates } = tables;
  return [...templates.flatMap(listProblems), ...templates.flatMap(destProblems), ...reloadProblems(tables), ...folderProblems(tables)];
}

function listProblems(template: TemplateTable): readonly Problem[] {
  const { for_each } = template.values;
  const [, backend, glob] = /^(?:([A-Za-z][\w-]*):)?(\/.*)$/s.exec(for_each ?? "") ?? [];
  if (backend !== undefined && !BACKEND_NAMES.some((known) => known === backend)) {
    return [problem(template, "for_each", `backend "${backend}" of "${for_each}" is not known`, didYouMean(backend, BACKEND_NAMES) ?? `Known: ${BACKEND_NAMES.join(", ")}`)];
  }
  if (glob === undefined || /[*?[]/.test(glob)) return [];
  return [problem(template, "for_each", `"${for_each}" names one key`, `Write "${for_each?.replace(/\/+$/, "")}/*"`)];
}

function destProblems(template: TemplateTable): readonly Problem[] {
  const { dest, for_each } = template.values;
  const ofItem = itemFields(dest).length > 0;
  if (for_each === undefined) return ofItem ? [problem(template, "dest", "there is no item", 'Set for_each, as in "/vhosts/*"')] : [];
  if (!ofItem) return [problem(template, "dest", `"${dest}" is one file and for_each makes several`, `Name the item in it: "${dirname(dest)}/{{ item.name }}.conf"`)];
  if (itemFields(dirname(dest)).length > 0) return [problem(template, "dest", "the item is in the folder's name", "Name it in the file's name: all items of a template share a folder")];
  const rest = basename(dest).replace(/\{\{-?\s*\.?item\.[\w.]+?\s*-?\}\}/g, "");
  return /\{\{|\}\}/.test(rest) ? [problem(template, "dest", `"${basename(dest)}" holds more than fields of the item`, "Write {{ item.name }}, or another field: {{ item.id }}")] : [];
}

function reloadProblems({ path, values, templates }: UnitTables): readonly Problem[] {
  const [only, ...others] = templates;
  if (only?.values.for_each === undefined || others.length > 0 || values.reload_cmd === undefined) return [];
  const [name] = [...placeholdersOf(values.reload_cmd)].filter((placeholder) => placeholder !== "stage");
  if (name === undefined) return [];
  return [{ path: [...path, "reload_cmd"], part: "value", reason: `reload_cmd: {{ ${name} }} is one file and for_each makes several`, hint: `Name the folder: "${dirname(only.values.dest)}"` }];
}

/** Files of items are staged in a folder that has the name of theirs. */
function folderProblems({ values, templates }: UnitTables): readonly Problem[] {
  if (values.check_cmd === undefined || !placeholdersOf(values.check_cmd).has("stage")) return [];
  const ofItems = templates.filter((template) => template.values.for_each !== undefined);
  return ofItems.flatMap((template) => {
    const folder = dirname(normalize(template.values.dest));
    const name = basename(folder);
    const other = templates.map((each) => (each.values.for_each === undefined ? normalize(each.values.dest) : dirname(normalize(each.values.dest)))).find((path) => basename(path) === name && path !== folder);
    return other === undefined ? [] : [problem(template, "dest", `{{ stage }} holds its files in "${name}", and "${other}" would be there as well`, "Check each file in its [[template]] with {{ src }}")];
  });
}

function problem({ path }: TemplateTable, key: string, reason: string, hint: string): Problem {
  return { path: [...path, key], part: "value", reason: `${key}: ${reason}`, hint };
}
