import { basename, isAbsolute, normalize } from "node:path";
import { didYouMean } from "../core/suggest.ts";
import { type Placeholder, placeholdersOf } from "../schema/command.ts";
import type { Path, Problem } from "../schema/table.ts";
import { BACKEND_NAMES } from "./backend-options.ts";
import { forEachProblems } from "./for-each-rules.ts";
import type { TemplateTable, UnitTables } from "./unit-form.ts";

/** What is wrong with a unit whose keys are sound one by one. */
export function unitProblems(tables: UnitTables): readonly Problem[] {
  return [...tables.templates.flatMap(templateProblems), ...reloadProblems(tables), ...checkProblems(tables), ...stageProblems(tables), ...forEachProblems(tables)];
}

function templateProblems({ path, values }: TemplateTable): Problem[] {
  const problems: Problem[] = [];
  const report = (key: string, reason: string, hint: string) => void problems.push(at(path, key, reason, hint));
  if (isAbsolute(values.src) || /^\.\.(\/|$)/.test(normalize(values.src))) {
    report("src", `"${values.src}" is outside of the templates directory`, "Write it relative to the templates directory, without ..");
  }
  if (/\/\.{0,2}$/.test(values.dest)) report("dest", `"${values.dest}" is a directory`, "Name the file as well");
  if (set(values.uid) && values.owner !== undefined) report("owner", "uid is given as well", "Keep one of the two");
  if (set(values.gid) && values.group !== undefined) report("group", "gid is given as well", "Keep one of the two");
  return [...problems, ...values.keys.flatMap((key, index) => keyProblems([...path, "keys", index], key))];
}

function keyProblems(path: Path, key: string): Problem[] {
  const wrong = (reason: string, hint: string): Problem[] => [{ path, part: "value", reason: `keys: ${reason}`, hint }];
  const [, backend, rest = ""] = /^([\w-]+):(.*)$/.exec(key) ?? [];
  if (backend === undefined) return key === "" ? wrong('"" is not a key', 'The root is "/"') : [];
  if (!BACKEND_NAMES.some((known) => known === backend)) {
    return wrong(`backend "${backend}" of "${key}" is not known`, didYouMean(backend, BACKEND_NAMES) ?? `Known: ${BACKEND_NAMES.join(", ")}; a key that holds a colon begins with "/"`);
  }
  return rest.startsWith("/") ? [] : wrong(`"${key}" is not a key`, `Write "${backend}:/${rest}"`);
}

function reloadProblems({ path, values, templates }: UnitTables): Problem[] {
  const { reload_cmd, reload_signal, pid_file, on_change, reload_before_start } = values;
  if (reload_cmd !== undefined && reload_signal !== undefined) return [at(path, "reload_signal", "reload_cmd is given as well", "Keep one of the two")];
  if (reload_signal !== undefined && pid_file === undefined) return [at(path, "reload_signal", "this needs pid_file", "Set pid_file to the file that holds the process's number")];
  if (pid_file !== undefined && reload_signal === undefined) return [at(path, "pid_file", "this needs reload_signal", 'Set reload_signal, as in "HUP"')];
  if (on_change?.kind === "reload" && reload_cmd === undefined && reload_signal === undefined) return [at(path, "on_change", "there is no reload", "Set reload_cmd, or reload_signal and pid_file")];
  if (on_change !== undefined && on_change.kind !== "reload" && reload_signal !== undefined) return [at(path, "on_change", "reload_signal is given as well", "Keep one of the two")];
  if (on_change?.kind === "none" && reload_cmd !== undefined) return [at(path, "on_change", "reload_cmd is given as well", "Keep one of the two")];
  if (reload_before_start === true && reload_cmd === undefined) return [at(path, "reload_before_start", "this needs reload_cmd", "Set reload_cmd, or leave it out")];
  if (reload_cmd === undefined) return [];
  const names = placeholdersOf(reload_cmd);
  if (names.has("stage")) return [at(path, "reload_cmd", "there is no {{ stage }} any more when the reload runs", "Name the targets themselves")];
  if (templates.length > 1 && names.size > 0) return [severalTemplates(path, "reload_cmd", names, "Name the targets themselves")];
  return [];
}

function checkProblems({ path, values, templates, confd }: UnitTables): Problem[] {
  const problems: Problem[] = [];
  const names = values.check_cmd === undefined ? new Set<Placeholder>() : placeholdersOf(values.check_cmd);
  const ofOne = names.has("src") || names.has("dest");
  if (ofOne && names.has("stage")) problems.push(at(path, "check_cmd", "{{ stage }} is for all files and {{ src }} and {{ dest }} are for one", "Use one or the other"));
  else if (ofOne && templates.length > 1) problems.push(severalTemplates(path, "check_cmd", names, "Use {{ stage }}, or put the check_cmd into its [[template]]"));
  else if (ofOne && !confd && templates.some((template) => template.values.check_cmd !== undefined)) {
    problems.push(at(path, "check_cmd", "the [[template]] has a check_cmd of its own", "Keep one of the two"));
  }
  if (confd) return problems;
  for (const template of templates) {
    if (template.values.check_cmd === undefined || !placeholdersOf(template.values.check_cmd).has("stage")) continue;
    problems.push(at(template.path, "check_cmd", "{{ stage }} is for all files of the unit", "Use {{ src }}, or put the check_cmd into [unit]"));
  }
  return problems;
}

/** Files are staged under their base names, so two of one name would overwrite each other. */
function stageProblems({ values, templates }: UnitTables): Problem[] {
  if (values.check_cmd === undefined || !placeholdersOf(values.check_cmd).has("stage")) return [];
  const seen = new Map<string, string>();
  return templates.flatMap((template) => {
    const { dest, for_each } = template.values;
    if (for_each !== undefined) return [];
    const name = basename(dest);
    const other = seen.get(name);
    seen.set(name, dest);
    // The same target twice is another problem, reported where all units are known.
    if (other === undefined || normalize(other) === normalize(dest)) return [];
    return [at(template.path, "dest", `"${name}" is the name of "${other}" as well, and {{ stage }} can hold only one of them`, "Check each file in its [[template]] with {{ src }}")];
  });
}

function severalTemplates(path: Path, key: string, names: ReadonlySet<Placeholder>, hint: string): Problem {
  return at(path, key, `{{ ${names.has("src") ? "src" : "dest"} }} is one file and the unit has several`, hint);
}

function at(path: Path, key: string, reason: string, hint: string): Problem {
  return { path: [...path, key], part: "value", reason: `${key}: ${reason}`, hint };
}

function set(id: number | undefined): boolean {
  return id !== undefined && id !== -1;
}
