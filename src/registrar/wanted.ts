import { AppError, toAppError } from "../core/error.ts";
import type { Instance } from "../core/instance.ts";
import type { Registry } from "../core/registry.ts";

/** What a registry should hold, and what of the instances it cannot. */
export interface Wanted {
  /** Value by registration id. */
  readonly registrations: ReadonlyMap<string, string>;
  readonly problems: readonly AppError[];
}

/** Of instances with one id the first stays ("refuse"), or the last one has it ("take over"). */
export function distinctInstances(instances: readonly Instance[], onConflict: "refuse" | "take over"): { readonly instances: readonly Instance[]; readonly problems: readonly AppError[] } {
  const byId = new Map<string, Instance>();
  const problems: AppError[] = [];
  for (const instance of instances) {
    const other = byId.get(instance.id);
    if (other !== undefined) problems.push(sameId(instance, other, onConflict));
    if (other === undefined || onConflict === "take over") byId.set(instance.id, instance);
  }
  return { instances: [...byId.values()], problems };
}

function sameId(instance: Instance, other: Instance, onConflict: "refuse" | "take over"): AppError {
  const [kept, left] = onConflict === "refuse" ? [other, instance] : [instance, other];
  const place = (one: Instance) => `"${one.name}" at ${one.address} port ${one.port}`;
  return new AppError("REGISTRATION_CONFLICT", `Cannot register ${place(left)} as "${instance.id}": ${place(kept)} has that id`, { hint: "Give each instance an id of its own" });
}

/** What the instances come to in a registry; one that it cannot hold hides no other. */
export function wantedIn(registry: Pick<Registry, "registrations">, instances: readonly Instance[]): Wanted {
  const registrations = new Map<string, string>();
  const owners = new Map<string, Instance>();
  const problems: AppError[] = [];
  for (const instance of [...instances].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    try {
      for (const { id, value } of registry.registrations(instance)) {
        const owner = owners.get(id);
        if (owner === undefined) {
          owners.set(id, instance);
          registrations.set(id, value);
        } else if (registrations.get(id) !== value) {
          problems.push(new AppError("REGISTRATION_CONFLICT", `Cannot register "${instance.id}" under "${id}": "${owner.id}" is registered there`, { hint: "Choose a layout that has a place for each instance" }));
        }
      }
    } catch (thrown) {
      problems.push(toAppError(thrown));
    }
  }
  return { registrations, problems };
}
