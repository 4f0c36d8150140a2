import { AppError } from "../core/error.ts";
import type { Unit } from "../core/unit.ts";
import type { State, StateData } from "../output/state-file.ts";

/** Which of the prefixes that a unit read held something, and which held nothing; as `formatDependency` writes them. */
export interface Fill {
  readonly filled: readonly string[];
  readonly empty: readonly string[];
}

/** Why a unit keeps its files: a prefix that had keys when it was last applied has none now. A store that was emptied by mistake, or half restored, so takes nothing down. */
export function refuseSuddenlyEmpty({ name, onEmpty, at, templates }: Unit, { empty }: Fill, { data }: Pick<State, "data">): AppError | undefined {
  if (onEmpty === "render") return undefined;
  const before = new Set(data.filled[name] ?? []);
  const gone = empty.filter((prefix) => before.has(prefix));
  if (gone.length === 0) return undefined;
  const what = gone.map((prefix) => `"${prefix}"`).join(", ");
  return new AppError("KEYS_GONE", `Cannot apply unit "${name}": ${what} had keys and ${gone.length === 1 ? "has" : "have"} none now`, {
    at,
    hint: `${templates.length > 0 ? "The files stay as they are" : "It stays as it is"}. If it is meant, set on_empty = "render" in ${templates.length > 0 ? "the unit" : name}`,
  });
}

/** Whether the state says other prefixes than these. */
export function isNewFill({ name }: Unit, { filled }: Fill, { data }: State): boolean {
  return (data.filled[name] ?? []).join("\n") !== filled.join("\n");
}

/** Remembers what held something when the unit was applied. */
export function recordFill({ name }: Unit, { filled }: Fill, data: StateData): void {
  data.filled[name] = filled;
}
