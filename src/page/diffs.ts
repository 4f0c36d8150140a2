import type { DiffEntry } from "../core/status-document.ts";
import { element, told, words } from "./dom.ts";
import { severalLines } from "../core/visible.ts";

const MOST_LINES = 2_000;

/** How the targets changed that an event of the timeline wrote. */
export async function diffsOf(seq: number): Promise<readonly HTMLElement[]> {
  const answer = await fetch(new URL("/diffs", location.origin));
  if (!answer.ok) throw new Error(`The answer is ${answer.status}`);
  const { diffs } = (await answer.json()) as { readonly diffs: readonly DiffEntry[] };
  const found = diffs.filter((each) => each.seq === seq);
  return found.length === 0 ? [element("p", { class: "muted" }, words("How it changed is no longer known: the last 50 are"))] : found.map(drawDiff);
}

function drawDiff({ target, diff, withheld }: DiffEntry): HTMLElement {
  if (diff === null) return element("p", {}, told(target, { class: "key" }), element("span", { class: "muted" }, words(withheld === null ? " has no diff" : `: ${withheld}`)));
  const lines = severalLines(diff.trimEnd()).split("\n");
  const shown = lines.slice(0, MOST_LINES).map((line) => element("span", { class: kindOf(line) }, words(`${line}\n`)));
  if (lines.length > MOST_LINES) shown.push(element("span", { class: "place" }, words(`and ${lines.length - MOST_LINES} lines more`)));
  return element("pre", { class: "diff", tabindex: "0", role: "region", "aria-label": `How ${target} changed` }, ...shown);
}

function kindOf(line: string): string {
  if (/^(---|\+\+\+|@@|===|Index)/.test(line)) return "place";
  return line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "same";
}
