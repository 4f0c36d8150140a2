import { normalize } from "node:path";
import type { Settings } from "../core/configuration.ts";
import { joinKey, toKey } from "../core/key.ts";
import type { Command, Reload, ReloadLock, TemplateSettings, Unit } from "../core/unit.ts";
import type { OnChange } from "../schema/values.ts";
import type { LockSetting } from "../schema/reload-lock.ts";
import { mapPlaceholders, placeholdersOf } from "../schema/command.ts";
import type { Path, Problem } from "../schema/table.ts";
import type { TomlFile } from "./toml-file.ts";
import { readForm, type TemplateTable, type UnitTables } from "./unit-form.ts";
import { unitProblems } from "./unit-rules.ts";

/** A unit, with the place of each of its templates in its file. */
export interface PlacedUnit {
  readonly unit: Unit;
  readonly file: TomlFile;
  readonly templatePaths: readonly Path[];
}

/** Makes a unit of its file; without one when there is any problem. */
export function readUnit(name: string, file: TomlFile, settings: Settings): { readonly placed: PlacedUnit | undefined; readonly problems: readonly Problem[] } {
  const { tables, problems: wrongKeys } = readForm(file.data);
  if (tables === undefined) return { placed: undefined, problems: wrongKeys };
  const problems = [...unitProblems(tables), ...lockProblems(tables, settings)];
  if (problems.length > 0) return { placed: undefined, problems };
  return { placed: { unit: toUnit(name, file, tables, settings), file, templatePaths: tables.templates.map(({ path }) => path) }, problems };
}

function toUnit(name: string, file: TomlFile, tables: UnitTables, settings: Settings): Unit {
  const { values } = tables;
  const { whole, each } = checksOf(tables);
  const reload = toReload(tables);
  return {
    name,
    file: file.path,
    at: { file: file.path },
    prefix: joinKey(settings.prefix, values.prefix),
    ...(values.backend === undefined ? {} : { backend: values.backend }),
    requires: values.requires ?? [],
    templates: tables.templates.map((template) => ({ ...toTemplate(template), check: each(template) })),
    check: whole,
    checkTimeout: values.check_cmd_timeout,
    reload,
    reloadTimeout: values.reload_cmd_timeout,
    ...(reload?.kind === "command" ? toTell(values.on_change, settings.supervise.splay > values.splay ? settings.supervise.splay : values.splay) : {}),
    ...(values.reload_before_start ? { reloadsBeforeStart: true } : {}),
    onReloadFailure: values.on_reload_failure,
    onEmpty: values.on_empty,
    splay: reload?.kind === "app restart" && settings.supervise.splay > values.splay ? settings.supervise.splay : values.splay,
    lock: values.lock && toLock(values.lock, settings),
    minReloadInterval: values.min_reload_interval,
  };
}

const LOCKING = ["etcd", "consul"];

function toLock({ key, limit, hold }: LockSetting, settings: Settings): ReloadLock {
  const [, backend = settings.backend, rest = key] = /^([\w-]+):(\/.*)$/s.exec(key) ?? [];
  return { backend, key: backend === settings.backend ? joinKey(settings.prefix, toKey(rest)) : toKey(rest), limit, hold };
}

function lockProblems({ path, values }: UnitTables, settings: Settings): Problem[] {
  const { lock } = values;
  if (lock === undefined) return [];
  const { backend } = toLock(lock, settings);
  const at = (reason: string, hint: string): Problem[] => [{ path: [...path, "lock"], part: "value", reason, hint }];
  if (!LOCKING.includes(backend)) return at(`lock: "${lock.key}" is in the backend "${backend}", where no lock frees itself`, 'Name one that does: "etcd:/locks/nginx" or "consul:/locks/nginx"');
  if ((values.reload_cmd ?? values.reload_signal ?? values.on_change) === undefined) return at("lock: there is no reload that it is for", "Set reload_cmd, or take it out");
  return [];
}

/** A check that names one file belongs to that file's template, wherever it was written. */
function checksOf({ values, confd }: UnitTables): { readonly whole: Command | undefined; readonly each: (template: TemplateTable) => Command | undefined } {
  const names = values.check_cmd === undefined ? undefined : placeholdersOf(values.check_cmd);
  const ofOneFile = names?.has("src") || names?.has("dest");
  if (ofOneFile) return { whole: undefined, each: () => values.check_cmd };
  return { whole: values.check_cmd, each: (template) => (confd ? undefined : template.values.check_cmd) };
}

function toTemplate({ values }: TemplateTable): Omit<TemplateSettings, "check"> {
  return {
    src: normalize(values.src),
    engine: values.engine,
    ...(values.left_delimiter === undefined && values.right_delimiter === undefined ? {} : { delimiters: { left: values.left_delimiter ?? "{{", right: values.right_delimiter ?? "}}" } }),
    ...(values.error_on_missing_key ? { strictMembers: true } : {}),
    dest: normalize(values.dest),
    ...(values.for_each === undefined ? {} : { forEach: values.for_each }),
    ...(values.backup ? { keepsFormer: true } : {}),
    mode: values.mode,
    ...(values.output_format === undefined ? {} : { format: values.output_format }),
    owner: values.owner ?? numberOf(values.uid),
    group: values.group ?? numberOf(values.gid),
    keys: values.keys,
  };
}

function numberOf(id: number | undefined): number | undefined {
  return id === -1 ? undefined : id;
}

function toTell(onChange: OnChange | undefined, splay: Unit["splay"]): Pick<Unit, "tells"> {
  if (onChange?.kind === "signal") return { tells: { reload: { kind: "app signal", signal: onChange.signal }, splay } };
  return onChange?.kind === "restart" ? { tells: { reload: { kind: "app restart" }, splay } } : {};
}

function toReload({ values: { reload_cmd, reload_signal, pid_file, on_change } }: UnitTables): Reload | undefined {
  // By the time of the reload the staged file has become the target.
  if (reload_cmd !== undefined) return { kind: "command", command: mapPlaceholders(reload_cmd, (name) => (name === "src" ? "dest" : name)) };
  if (reload_signal !== undefined && pid_file !== undefined) return { kind: "signal", signal: reload_signal, pidFile: pid_file };
  if (on_change?.kind === "signal") return { kind: "app signal", signal: on_change.signal };
  if (on_change?.kind === "restart") return { kind: "app restart" };
  return undefined;
}
