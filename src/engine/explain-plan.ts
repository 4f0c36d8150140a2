import type { Dependency } from "../core/dependency.ts";
import { recipientsOf } from "../core/opener.ts";
import { ENVIRONMENT_UNIT } from "./app-units.ts";
import { gatherRenderings, type GatherOptions } from "./gather.ts";
import type { PlannedUnit } from "./plan.ts";

export interface ExplainedUnit {
  readonly unit: string;
  readonly targets: readonly string[];
  /** What it gives the app: names of variables; services with their live instances. Absent where it writes files. */
  readonly gives?: readonly string[];
  readonly used: readonly Dependency[];
  readonly missing: readonly Dependency[];
  /** The sealed values that were opened, and for which key ids each is sealed. */
  readonly secrets: readonly { readonly key: string; readonly form: string; readonly recipients: readonly string[] }[];
  /** Why it cannot be rendered. */
  readonly error: string | undefined;
}

/** What every unit, and the app, reads now, and what each backend is watched for. Throws when a backend does not answer. */
export async function explainPlan(options: GatherOptions): Promise<{ readonly units: readonly ExplainedUnit[]; readonly watches: Readonly<Record<string, readonly string[]>> }> {
  const { renderings, unanswered, states } = await gatherRenderings({ ...options, plan: { ...options.plan, units: [...options.plan.units, ...options.plan.app] } });
  if (unanswered !== undefined) throw unanswered;
  const units = renderings.map(({ planned, rendering }) => ({
    unit: planned.unit.name,
    targets: rendering.kind === "rendered" ? rendering.texts.flatMap(({ settings }) => settings.dest || []) : planned.unit.templates.map(({ dest }) => dest),
    ...(planned.apply !== undefined && rendering.kind === "rendered" ? { gives: givenBy(planned, rendering.texts[0]?.text) } : {}),
    used: "used" in rendering ? rendering.used : [],
    missing: "used" in rendering ? rendering.missing : [],
    secrets: rendering.kind === "rendered" ? rendering.texts.flatMap(({ opened }) => opened).map(({ form, entry }) => ({ key: entry.key, form, recipients: recipientsOf(entry.value) })) : [],
    error: rendering.kind === "failed" ? rendering.error.message : undefined,
  }));
  return { units, watches: Object.fromEntries(states.map(({ backend, watches }) => [backend, watches])) };
}

function givenBy({ unit }: PlannedUnit, text = "{}"): readonly string[] {
  const given = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (unit.name === ENVIRONMENT_UNIT) return Object.keys(given);
  return Object.entries(given as Readonly<Record<string, readonly string[]>>).map(([service, live]) => `${service}: ${live.join(", ") || "no live instance"}`);
}
