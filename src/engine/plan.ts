import type { Configuration } from "../core/configuration.ts";
import type { Ref } from "../core/dependency.ts";
import { AppError, toAppError } from "../core/error.ts";
import type { Key } from "../core/key.ts";
import type { CompiledTemplate, TemplateEngine } from "../core/template.ts";
import type { TemplateSettings, Unit } from "../core/unit.ts";
import { type CompiledItems, compileItems, resolveName } from "../template/index.ts";
import { planApp } from "./app-units.ts";
import type { ApplyContext, OwnOutcome, Rendered } from "./apply-unit.ts";
import { planRequirement, type Requirement } from "./requires.ts";
import { TargetClaims } from "./target-claims.ts";

export interface PlannedTemplate {
  readonly settings: TemplateSettings;
  readonly compiled: CompiledTemplate;
  /** There is a file for each of these. */
  readonly items?: CompiledItems | undefined;
}

/** A unit with its templates compiled. */
export interface PlannedUnit {
  readonly unit: Unit;
  /** Where names without a backend belong. */
  readonly scope: { readonly backend: string; readonly prefix: Key };
  readonly templates: readonly PlannedTemplate[];
  /** The targets of all units of the plan. */
  readonly claims: TargetClaims;
  /** The services that it waits for. */
  readonly requires?: Requirement | undefined;
  /** What is done with what was rendered, where that is no file. */
  readonly apply?: ((planned: PlannedUnit, rendered: Rendered, context: ApplyContext) => Promise<OwnOutcome>) | undefined;
}

/** Everything a run needs of a configuration, built whole before anything of it is used. */
export interface Plan {
  readonly configuration: Configuration;
  readonly units: readonly PlannedUnit[];
  /** What an app needs beside files; where there is no app it is left alone. */
  readonly app: readonly PlannedUnit[];
}

/** Compiles all templates; units with a template that cannot be compiled are answered as broken. */
export function makePlan(configuration: Configuration, engine: TemplateEngine): { readonly plan: Plan; readonly broken: readonly AppError[] } {
  const broken: AppError[] = [];
  const claims = new TargetClaims(configuration.units);
  const units = configuration.units.flatMap((unit): PlannedUnit[] => {
    try {
      const templates = unit.templates.map((settings) => ({ settings, compiled: engine.compile(settings.src, settings), items: itemsOf(unit, settings) }));
      return [{ unit, templates, claims, requires: planRequirement(unit.requires, configuration.settings), scope: { backend: unit.backend ?? configuration.settings.backend, prefix: unit.prefix } }];
    } catch (error) {
      broken.push(namedBy(unit, toAppError(error, "TEMPLATE_INVALID")));
      return [];
    }
  });
  return { plan: { configuration, units, app: appOf(configuration, engine, broken) }, broken };
}

/** A template that is not there, or cannot be read, may have to be mended where it is named. */
function namedBy({ file }: Unit, error: AppError): AppError {
  if (error.at?.line !== undefined || error.hint !== undefined || error.at?.file === file) return error;
  return new AppError(error.code, error.message, { at: error.at, cause: error.cause, hint: `"${file}" names it` });
}

function appOf(configuration: Configuration, engine: TemplateEngine, broken: AppError[]): readonly PlannedUnit[] {
  try {
    return planApp(configuration, engine);
  } catch (error) {
    broken.push(toAppError(error, "TEMPLATE_INVALID"));
    return [];
  }
}

function itemsOf({ at }: Unit, { forEach }: TemplateSettings): CompiledItems | undefined {
  try {
    return forEach === undefined ? undefined : compileItems(forEach);
  } catch (thrown) {
    if (thrown instanceof AppError) throw new AppError(thrown.code, thrown.message, { hint: thrown.hint, at });
    throw thrown;
  }
}

/** What a unit is known to read before its first render: its `keys`, and what its templates and their `for_each` name literally. */
export function knownReads({ scope, templates, requires }: PlannedUnit): Ref[] {
  const names = templates.flatMap(({ settings, compiled, items }) => [...settings.keys, ...compiled.literals, ...(items?.literals ?? [])]);
  return [...names.map((name) => resolveName(name, scope.prefix, scope.backend)), ...(requires?.reads.values() ?? [])];
}
