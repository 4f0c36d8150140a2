import type { Dependency } from "../core/dependency.ts";
import { recipientsOf } from "../core/opener.ts";
import { gatherRenderings, type GatherOptions } from "./gather.ts";

export interface ExplainedUnit {
  readonly unit: string;
  readonly targets: readonly string[];
  readonly used: readonly Dependency[];
  readonly missing: readonly Dependency[];
  /** The sealed values that were opened, and for which key ids each is sealed. */
  readonly secrets: readonly { readonly key: string; readonly form: string; readonly recipients: readonly string[] }[];
  /** Why it cannot be rendered. */
  readonly error: string | undefined;
}

/** What every unit reads now, and what each backend is watched for. Throws when a backend does not answer. */
export async function explainPlan(options: GatherOptions): Promise<{ readonly units: readonly ExplainedUnit[]; readonly watches: Readonly<Record<string, readonly string[]>> }> {
  const { renderings, unanswered, states } = await gatherRenderings(options);
  if (unanswered !== undefined) throw unanswered;
  const units = renderings.map(({ planned, rendering }) => ({
    unit: planned.unit.name,
    targets: rendering.kind === "rendered" ? rendering.texts.map(({ settings }) => settings.dest) : planned.unit.templates.map(({ dest }) => dest),
    used: "used" in rendering ? rendering.used : [],
    missing: "used" in rendering ? rendering.missing : [],
    secrets: rendering.kind === "rendered" ? rendering.texts.flatMap(({ opened }) => opened).map(({ form, entry }) => ({ key: entry.key, form, recipients: recipientsOf(entry.value) })) : [],
    error: rendering.kind === "failed" ? rendering.error.message : undefined,
  }));
  return { units, watches: Object.fromEntries(states.map(({ backend, watches }) => [backend, watches])) };
}
