import type { TargetStatus, UnitStatus } from "../core/status-document.ts";
import { element, words } from "./dom.ts";

const SHORT_HASH = 8;

/** What is to be known of a unit without opening it. */
export function summaryOf({ waiting_for, failure, reload_due, locked_by, state }: UnitStatus): readonly string[] {
  if (waiting_for.length > 0) return [`waits for ${waiting_for.join(", ")}`];
  if (failure !== null) return [`${failure.step}: ${failure.message}${failure.times > 1 ? ` (${failure.times} times)` : ""}`];
  if (locked_by !== null) return [locked_by];
  return reload_due && state !== "reload due" ? ["the reload is due"] : [];
}

/** The written hash where it is the applied one, else both; of several targets the first that differs. */
export function shownHash({ targets }: UnitStatus): HTMLElement | Text {
  const target = targets.find(({ written, applied }) => written !== applied) ?? targets[0];
  return target === undefined ? words("") : hashes(target);
}

export function hashes({ written, applied }: Pick<TargetStatus, "written" | "applied">): HTMLElement {
  if (written === applied) return element("code", { title: written === null ? "Nothing was written yet" : `Written and applied: ${written}` }, words(short(written)));
  const title = `Written: ${written ?? "nothing"}\nApplied: ${applied ?? "nothing"}`;
  return element("code", { class: "differs", title }, words(`${short(written)} / ${short(applied)}`));
}

function short(hash: string | null): string {
  return hash === null ? "none" : hash.slice(0, SHORT_HASH);
}
