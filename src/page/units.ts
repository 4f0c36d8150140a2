import type { UnitStatus } from "../core/status-document.ts";
import { element, setText, told, words } from "./dom.ts";
import { inOrder, toneOf } from "./model.ts";
import { Keyed } from "./reconcile.ts";
import { age } from "./time.ts";
import { shownHash, summaryOf } from "./unit-summary.ts";
import { unitDetails } from "./unit-details.ts";
import { shortened } from "./shortened.ts";

/** What a line shows of a long sentence; the whole is below it. */
const MOST_TEXT = 400;

interface UnitRow {
  readonly node: HTMLElement;
  readonly show: (unit: UnitStatus) => void;
  readonly filter: (words: readonly string[]) => boolean;
}

/** The list of units; each opens to all that is known of it. */
export class Units {
  readonly #rows: Keyed<UnitStatus, UnitRow>;

  constructor(list: HTMLElement) {
    this.#rows = new Keyed(list, unitRow);
    list.addEventListener("keydown", (event) => walk(list, event));
  }

  show(units: readonly UnitStatus[]): void {
    this.#rows.show(inOrder(units).map((unit) => [unit.name, unit]));
    for (const unit of units) this.#rows.get(unit.name)?.show(unit);
  }

  /** Leaves those that have all of the words; answers how many. */
  filter(sought: readonly string[]): number {
    let left = 0;
    for (const row of this.#rows.rows()) if (row.filter(sought)) left += 1;
    return left;
  }
}

function unitRow(first: UnitStatus): UnitRow {
  const state = element("span", { class: "state" });
  const summary = element("span", { class: "summary" });
  const hash = element("span", { class: "hash" });
  const since = element("span", { class: "since" });
  const name = told(first.name, { class: "name" });
  const details = element("details", {}, element("summary", {}, state, name, summary, hash, since));
  const node = element("li", { class: "unit" }, details);
  let [unit, known, sought] = [first, "", ""];
  const body = element("div", { class: "body" });
  details.addEventListener("toggle", () => {
    if (details.open) unitDetails(body, unit);
    if (details.open) details.append(body);
    else body.remove();
  });
  return {
    node,
    show(now) {
      const key = JSON.stringify(now);
      if (key === known) return;
      [unit, known, sought] = [now, key, soughtIn(now)];
      node.dataset["tone"] = toneOf(now);
      setText(state, now.state);
      summary.replaceChildren(...summaryOf(now).map((text) => told(shortened(text, MOST_TEXT))));
      hash.replaceChildren(shownHash(now));
      since.replaceChildren(words("for "), age(now.since));
      if (details.open) unitDetails(body, now);
    },
    filter(wanted) {
      const isLeft = wanted.every((word) => sought.includes(word));
      if (node.hidden === isLeft) node.hidden = !isLeft;
      return isLeft;
    },
  };
}

/** Names of keys and files are sought as well as what is shown. */
function soughtIn({ name, state, waiting_for, locked_by, failure, targets, reads }: UnitStatus): string {
  return [name, state, ...waiting_for, locked_by, failure?.step, failure?.message, ...targets.map(({ path }) => path), ...reads].join("\n").toLowerCase();
}

/** The arrows go from unit to unit. */
function walk(list: HTMLElement, event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || !(event.target instanceof HTMLElement) || event.target.localName !== "summary") return;
  const all = [...list.querySelectorAll<HTMLElement>("li:not([hidden]) > details > summary")];
  const next = all[all.indexOf(event.target) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
