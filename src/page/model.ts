import type { StatusDocument, UnitStatus } from "../core/status-document.ts";

/** As many as Remora itself remembers. */
const MOST_CHANGES = 200;

/** The whole, with what an update tells anew. */
export function merged(whole: StatusDocument, update: StatusDocument): StatusDocument {
  const anew = new Map(update.units.map((unit) => [unit.name, unit]));
  return { ...update, units: whole.units.map((unit) => anew.get(unit.name) ?? unit), changes: [...whole.changes, ...update.changes].slice(-MOST_CHANGES) };
}

/** How a state is coloured. */
export type Tone = "good" | "busy" | "odd" | "bad";

const TONES: Readonly<Record<UnitStatus["state"], Tone>> = {
  failed: "bad",
  waiting: "odd",
  "reload due": "odd",
  pending: "busy",
  rendered: "busy",
  checking: "busy",
  writing: "busy",
  reloading: "busy",
  applied: "good",
};

/** The worst first. */
export const STATES = Object.keys(TONES) as readonly UnitStatus["state"][];

export function toneOf(unit: UnitStatus): Tone {
  return TONES[unit.state];
}

/** Those that are not ready come first; on the way from applied to applied a unit stays where it is. */
export function inOrder(units: readonly UnitStatus[]): readonly UnitStatus[] {
  return [...units].sort((one, other) => Number(one.ready) - Number(other.ready));
}
