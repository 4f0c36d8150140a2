import type { Unit } from "../core/unit.ts";

/** Which unit each target belongs to: those that are configured by name, and those of the items that each unit has now. */
export class TargetClaims {
  readonly #configured = new Map<string, string>();
  readonly #items = new Map<string, ReadonlySet<string>>();

  constructor(units: readonly Unit[]) {
    for (const { name, templates } of units) {
      for (const { dest, forEach } of templates) if (forEach === undefined) this.#configured.set(dest, name);
    }
  }

  /** Claims the targets of a unit's items, in place of those that it had; answers those that another template has, with its unit. */
  claim(unit: string, targets: readonly string[]): readonly { readonly target: string; readonly owner: string }[] {
    const taken = targets.flatMap((target) => {
      const owner = this.#ownerOf(target, unit);
      return owner === undefined ? [] : [{ target, owner }];
    });
    this.#items.set(unit, new Set(taken.length === 0 ? targets : []));
    return taken;
  }

  isOfAnother(target: string, unit: string): boolean {
    const owner = this.#ownerOf(target, unit);
    return owner !== undefined && owner !== unit;
  }

  #ownerOf(target: string, unit: string): string | undefined {
    return this.#configured.get(target) ?? [...this.#items].find(([other, targets]) => other !== unit && targets.has(target))?.[0];
  }
}
