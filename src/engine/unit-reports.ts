import type { Clock } from "../core/ports.ts";
import type { TargetReport, UnitReport } from "../core/reports.ts";
import type { State } from "../output/state-file.ts";
import type { Reloads } from "./reloads.ts";
import type { UnitRendering } from "./render-unit.ts";
import type { UnitRuntime } from "./unit-runtime.ts";

/** Reports on units from what runs and what is remembered. */
export function unitReports(units: Iterable<UnitRuntime>, { state, reloads, clock }: { readonly state: State; readonly reloads: Reloads; readonly clock: Clock }): UnitReport[] {
  const remembered = new Map<string, TargetReport[]>();
  for (const [path, { unit, written, applied, sensitive }] of Object.entries(state.data.targets)) {
    const report = { path, written, applied, sensitive: sensitive === true };
    const known = remembered.get(unit);
    if (known === undefined) remembered.set(unit, [report]);
    else known.push(report);
  }
  return [...units].map((unit) => {
    const { name, used, missing, revisions } = unit;
    const reloadAt = reloads.nextAt(name);
    const retryAt = reloadAt === undefined ? unit.retryAt : clock.now() + reloadAt - clock.monotonic();
    return { unit: name, state: unit.state, used, missing, revisions, retryAt, reloadDue: state.data.due[name] !== undefined, targets: targetsOf(unit, remembered.get(name) ?? []) };
  });
}

/** What a render came to, for those who count. */
export function outcomeOf(rendering: Extract<UnitRendering, { kind: "rendered" | "failed" }>): "rendered" | "waiting" | "failed" {
  if (rendering.kind === "failed" && (rendering.error.code === "TEMPLATE_MISSING_KEY" || rendering.error.code === "SERVICE_MISSING")) return "waiting";
  return rendering.kind;
}

/** Those that were written, and those that will be. */
function targetsOf({ planned }: UnitRuntime, known: readonly TargetReport[]): TargetReport[] {
  const names = new Set(known.map(({ path }) => path));
  const unwritten = planned.templates.flatMap(({ settings: { dest, forEach } }) => (dest === "" || forEach !== undefined || names.has(dest) ? [] : [dest]));
  return [...known, ...unwritten.map((path) => ({ path, written: undefined, applied: undefined, sensitive: false }))];
}
