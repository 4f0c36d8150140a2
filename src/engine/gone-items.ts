import { holdsStill } from "../output/remove-target.ts";
import type { TargetRow } from "../output/state-file.ts";
import { realTarget } from "../output/target.ts";
import type { ApplyContext } from "./apply-unit.ts";
import type { PlannedUnit } from "./plan.ts";

/** What becomes of the files that Remora wrote for items that there are no more. */
export interface GoneItems {
  readonly removals: readonly { readonly target: string; readonly realTarget: string; readonly row: TargetRow }[];
  /** Those that are not Remora's any more. */
  readonly forgotten: readonly string[];
}

/** Looks for files of former items among what the unit has written; one that another hand changed stays, and is told. */
export async function goneItems({ unit, claims }: PlannedUnit, targets: readonly string[], { state, ports, hash }: ApplyContext): Promise<GoneItems> {
  const present = new Set(targets);
  const former = Object.entries(state.data.targets).filter(([target, row]) => row.each && row.unit === unit.name && !present.has(target));
  const removals: { target: string; realTarget: string; row: TargetRow }[] = [];
  const forgotten: string[] = [];
  for (const [target, row] of former) {
    const holds = claims.isOfAnother(target, unit.name) ? "gone" : await holdsStill(target, row.written, { ...ports, hash });
    if (holds === "yes") removals.push({ target, realTarget: await realTarget(target, ports.files), row });
    else forgotten.push(target);
    if (holds === "no") ports.log.warn("File of an item that went was changed by another hand, it is kept", { unit: unit.name, target });
  }
  return { removals, forgotten };
}
