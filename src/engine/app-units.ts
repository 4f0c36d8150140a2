import { join } from "node:path";
import type { Configuration } from "../core/configuration.ts";
import type { Duration } from "../core/duration.ts";
import { AppError, toAppError } from "../core/error.ts";
import { type Key, ROOT } from "../core/key.ts";
import type { CompiledTemplate, TemplateEngine } from "../core/template.ts";
import type { TemplateSettings, Unit } from "../core/unit.ts";
import { dueAfter } from "../output/due-reload.ts";
import { variablesTemplate } from "../template/index.ts";
import type { ApplyContext, ApplyOutcome, OwnOutcome, Rendered } from "./apply-unit.ts";
import { type Fill, isNewFill, recordFill } from "./empty-guard.ts";
import { namedVariables } from "./named-variables.ts";
import type { PlannedUnit } from "./plan.ts";
import { deadServices, planRequirement, readsOf, type Requirement, serviceMissing } from "./requires.ts";
import { TargetClaims } from "./target-claims.ts";

/** The unit that is the app's environment. */
export const ENVIRONMENT_UNIT = "[env]";
/** The unit that is the services which the app requires. */
export const SERVICES_UNIT = "[supervise]";

/** What the app needs beside files, as units that write none: they are rendered, waited for and told of as all units are. */
export function planApp(configuration: Configuration, engine: TemplateEngine): readonly PlannedUnit[] {
  const { settings, units } = configuration;
  const { env, supervise } = settings;
  const required = planRequirement(supervise.requires, settings);
  const named = namedVariables(configuration, engine);
  const planned: PlannedUnit[] = [];
  if (env.prefixes.length > 0 || named.length > 0) {
    const unit = appUnit(ENVIRONMENT_UNIT, settings.prefix, configuration, { reload: env.reload, reloadTimeout: env.reloadTimeout, onEmpty: env.onEmpty });
    planned.push({ ...planOf(unit, settings.backend, variablesTemplate({ prefixes: env.prefixes, named })), apply: giveEnvironment });
  }
  if (required !== undefined) {
    const unit = appUnit(SERVICES_UNIT, ROOT, configuration, { reload: supervise.requiresReload, reloadTimeout: supervise.requiresReloadTimeout, onEmpty: "render" });
    planned.push({ ...planOf(unit, settings.backend, required.compiled), apply: (self, rendered, context) => giveServices(self, rendered, context, required) });
  }
  const twin = units.find(({ name }) => planned.some(({ unit }) => unit.name === name));
  if (twin !== undefined) throw new AppError("CONFIG_INVALID", `Cannot use "${twin.file}": a unit cannot be called "${twin.name}"`, { at: twin.at, hint: "Rename the file" });
  return planned;
}

const NONE = 0 as Duration;

type OwnKeys = Pick<Unit, "reload" | "reloadTimeout" | "onEmpty">;

function appUnit(name: string, prefix: Key, { settings }: Configuration, keys: OwnKeys): Unit {
  const file = join(settings.confdir, "remora.toml");
  return { name, file, at: { file }, prefix, requires: [], templates: [], check: undefined, checkTimeout: NONE, onReloadFailure: "keep", splay: settings.supervise.splay, minReloadInterval: NONE, ...keys };
}

function planOf(unit: Unit, backend: string, compiled: CompiledTemplate): PlannedUnit {
  return { unit, scope: { backend, prefix: unit.prefix }, templates: [{ settings: NO_FILE, compiled }], claims: new TargetClaims([]) };
}

const NO_FILE: TemplateSettings = { src: "", dest: "", mode: undefined, owner: undefined, group: undefined, keys: [], check: undefined };

/** The next start of the app has these variables; the running one is told as on_change says. */
async function giveEnvironment({ unit }: PlannedUnit, { texts: [made], fill }: Rendered, context: ApplyContext): Promise<ApplyOutcome> {
  return give(unit, new Map(Object.entries(JSON.parse(made?.text ?? "{}") as Record<string, string>)), fill, context);
}

/** The app is told where its services are, and whether there are any. */
async function giveServices({ unit }: PlannedUnit, { texts: [made], fill }: Rendered, context: ApplyContext, { reads }: Requirement): Promise<OwnOutcome> {
  const text = made?.text ?? "{}";
  const dead = deadServices(text);
  const values = new Map(Object.entries(JSON.parse(text) as Record<string, readonly string[]>).map(([name, live]) => [name, live.join(" ")]));
  for (const name of dead) {
    // Nothing is won by a restart that finds no service; the one that comes back elsewhere is worth one.
    const before = unit.reload?.kind === "app restart" ? context.app?.facts.get(unit.name).get(name) : undefined;
    if (before === undefined) values.delete(name);
    else values.set(name, before);
  }
  const outcome = await give(unit, values, fill, context);
  if (outcome.kind === "failed" || dead.length === 0) return outcome;
  return { kind: "waiting", missing: readsOf(reads, dead), error: serviceMissing("the app", dead) };
}

async function give(unit: Unit, values: ReadonlyMap<string, string>, fill: Fill, { app, state, ports }: ApplyContext): Promise<ApplyOutcome> {
  if (app === undefined) return { kind: "unchanged" };
  const changed = app.facts.put(unit.name, values);
  if (changed.length > 0) ports.log.info(unit.name === ENVIRONMENT_UNIT ? "Environment changed" : "Required services changed", { unit: unit.name, changed });
  // One that does not run is started with what there is by then, and for it.
  if (changed.length > 0 && !app.running) app.hasten();
  const tells = app.running && unit.reload !== undefined && app.facts.untold(unit.name).length > 0;
  const due = state.data.due[unit.name];
  try {
    if (tells !== (due !== undefined) || isNewFill(unit, fill, state)) {
      await state.update((data) => {
        recordFill(unit, fill, data);
        if (tells) data.due[unit.name] = dueAfter(due, { backups: {}, created: [], removed: {} }, ports.clock.now());
        else delete data.due[unit.name];
      });
    }
  } catch (thrown) {
    return { kind: "failed", step: "commit", error: toAppError(thrown, "STATE_DIR") };
  }
  return changed.length > 0 ? { kind: "committed", targets: [] } : { kind: "unchanged" };
}
