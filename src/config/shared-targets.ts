import type { AppError } from "../core/error.ts";
import type { Path } from "../schema/table.ts";
import { place, toError } from "./problems.ts";
import type { PlacedUnit } from "./read-unit.ts";

interface Owner {
  readonly placed: PlacedUnit;
  readonly path: Path;
}

/** The units that write a file that another template writes too, and an error for each such file that names both places. */
export async function sharedTargets(all: readonly PlacedUnit[]): Promise<{ readonly units: ReadonlySet<PlacedUnit>; readonly errors: readonly AppError[] }> {
  const owners = new Map<string, Owner>();
  const units = new Set<PlacedUnit>();
  const errors: Promise<AppError>[] = [];
  for (const placed of all) {
    for (const [index, { dest }] of placed.unit.templates.entries()) {
      const owner = { placed, path: [...(placed.templatePaths[index] ?? []), "dest"] };
      const first = owners.get(dest);
      if (first === undefined) {
        owners.set(dest, owner);
        continue;
      }
      units.add(first.placed).add(placed);
      errors.push(sharedError(dest, first, owner));
    }
  }
  return { units, errors: await Promise.all(errors) };
}

async function sharedError(dest: string, first: Owner, second: Owner): Promise<AppError> {
  const reason = `dest: "${dest}" is the target of ${await place(first.placed.file, first.path)} as well`;
  return toError({ path: second.path, part: "value", reason, hint: "Each target belongs to one template" }, second.placed.file);
}
