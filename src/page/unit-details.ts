import type { FailureStatus, TargetStatus, UnitStatus } from "../core/status-document.ts";
import { type Child, element, printed, told, words } from "./dom.ts";
import { redraw } from "./reconcile.ts";
import { age, moment, rest } from "./time.ts";
import { hashes } from "./unit-summary.ts";

/** A list that is longer is told by its length. */
const MOST_KEYS = 500;

/** Fills in all that is known of a unit; a part that stays as it was is not touched. */
export function unitDetails(body: HTMLElement, unit: UnitStatus): void {
  if (body.childElementCount === 0) body.append(...PARTS.map(() => element("section")));
  for (const [index, part] of PARTS.entries()) part(body.children[index] as HTMLElement, unit);
}

const PARTS: readonly ((into: HTMLElement, unit: UnitStatus) => void)[] = [
  (into, { failure, next_retry }) => redraw(into, { failure, next_retry }, drawFailure),
  (into, { waiting_for }) => redraw(into, waiting_for, (keys) => keyList("Waits for", keys)),
  (into, { targets }) => redraw(into, targets, drawTargets),
  (into, { rendered, written, applied, next_retry, failure, revisions }) => redraw(into, { rendered, written, applied, retry: failure === null ? next_retry : null, revisions }, drawTimes),
  (into, { reads, missing }) => redraw(into, { reads, missing }, ({ reads: keys, missing: absent }) => keyList("Read by the last render", keys, new Set(absent))),
];

function drawFailure({ failure, next_retry }: { readonly failure: FailureStatus | null; readonly next_retry: string | null }): readonly Child[] {
  if (failure === null) return [];
  const { step, code, message, hint, at, output, since, times } = failure;
  const often = times > 1 ? `${times} times in ` : "";
  return [
    element("h3", {}, words(`Failed to ${step}`), element("code", {}, words(code)), element("small", {}, words(often), age(since), words(times > 1 ? "" : " ago"), ...(next_retry === null ? [] : [words("; next try in "), rest(next_retry)]))),
    element("p", { class: "message" }, told(message)),
    at === null ? null : element("p", {}, words("at "), told(at, { class: "key" })),
    hint === null ? null : element("p", { class: "hint" }, told(hint)),
    output === null || output.trim() === "" ? null : printed(output, "The last lines that the command printed"),
  ];
}

function drawTargets(targets: readonly TargetStatus[]): readonly Child[] {
  if (targets.length === 0) return [];
  const rows = targets.map((target) => element("tr", {}, element("td", {}, told(target.path, { class: "key" }), target.sensitive ? element("small", {}, words(" holds secrets")) : null), element("td", {}, hashes(target))));
  return [element("table", {}, element("thead", {}, element("tr", {}, heading("Target"), heading("Written / applied"))), element("tbody", {}, ...rows))];
}

type Times = Pick<UnitStatus, "rendered" | "written" | "applied" | "revisions"> & { readonly retry: string | null };

function drawTimes({ rendered, written, applied, revisions, retry }: Times): readonly Child[] {
  const seen = Object.entries(revisions).map(([backend, revision]) => told(`${backend}:${revision}`));
  return [
    element(
      "dl",
      { class: "facts" },
      ...fact("rendered", rendered),
      ...fact("written", written),
      ...fact("applied", applied),
      ...(retry === null ? [] : [element("dt", {}, words("next step in")), element("dd", {}, rest(retry))]),
      ...(seen.length === 0 ? [] : [element("dt", {}, words("from revision")), element("dd", {}, ...seen)]),
    ),
  ];
}

function fact(name: string, time: string | null): readonly Child[] {
  return [element("dt", {}, words(name)), element("dd", {}, ...(time === null ? [words("never")] : [age(time), words(" ago, "), moment(time)]))];
}

function keyList(title: string, keys: readonly string[], missing: ReadonlySet<string> = new Set()): readonly Child[] {
  if (keys.length === 0) return [];
  const items = keys.slice(0, MOST_KEYS).map((key) => element("li", {}, told(key, { class: "key" }), missing.has(key) ? element("small", {}, words(" not there")) : null));
  return [
    element("h3", {}, words(title), element("small", {}, words(String(keys.length)))),
    element("ul", { class: "keys" }, ...items),
    keys.length > MOST_KEYS ? element("p", { class: "muted" }, words(`and ${keys.length - MOST_KEYS} more`)) : null,
  ];
}

function heading(text: string): HTMLElement {
  return element("th", { scope: "col" }, words(text));
}
