import type { StatusDocument, TimelineEntry } from "../core/status-document.ts";
import { element, printed, told, words } from "./dom.ts";
import { diffsOf } from "./diffs.ts";
import { Keyed } from "./reconcile.ts";
import { moment } from "./time.ts";
import { shortened } from "./shortened.ts";

/** What a line shows of one field. */
const MOST_TEXT = 300;
/** Shown in their own places. */
const OWN = new Set(["seq", "time", "level", "msg", "unit", "output"]);
/** What is said when targets were written, which has diffs. */
const WRITTEN = "Committed";

interface ChangeRow {
  readonly node: HTMLElement;
  readonly sought: string;
}

/** The last events, the newest first; those that wrote files open to how these changed. */
export class Changes {
  readonly #rows: Keyed<TimelineEntry, ChangeRow>;

  constructor(list: HTMLElement) {
    this.#rows = new Keyed(list, changeRow);
  }

  show({ changes, remora }: Pick<StatusDocument, "changes" | "remora">): void {
    // Another process counts anew.
    this.#rows.show(changes.map((entry) => [`${remora.started} ${entry.seq}`, entry] as const).reverse());
  }

  filter(sought: readonly string[]): void {
    for (const { node, sought: text } of this.#rows.rows()) {
      const isLeft = sought.every((word) => text.includes(word));
      if (node.hidden === isLeft) node.hidden = !isLeft;
    }
  }
}

function changeRow(entry: TimelineEntry): ChangeRow {
  const fields = Object.entries(entry).filter(([name, value]) => !OWN.has(name) && value !== null);
  const unit = textOf(entry["unit"]);
  const line = [
    moment(entry.time),
    element("span", { class: "event" }, told(entry.msg, { class: "sentence" }), ...(unit === "" ? [] : [words(" "), told(shortened(unit, MOST_TEXT), { class: "name" })]), ...fields.flatMap(([name, value]) => [words(" "), told(`${name}=${shortened(textOf(value), MOST_TEXT)}`, { class: "field" })])),
  ];
  const output = textOf(entry["output"]);
  const node = element("li", { "data-level": entry.level }, entry.msg === WRITTEN ? opening(entry.seq, line) : element("div", { class: "line" }, ...line), output.trim() === "" ? null : printed(output, "What the command printed"));
  return { node, sought: `${entry.level} ${entry.msg} ${unit} ${fields.map(([, value]) => textOf(value)).join(" ")}`.toLowerCase() };
}

function opening(seq: number, line: readonly Node[]): HTMLElement {
  const body = element("div", { class: "diffs" });
  const details = element("details", {}, element("summary", { class: "line" }, ...line), body);
  details.addEventListener("toggle", () => {
    if (!details.open) return body.replaceChildren();
    body.replaceChildren(words("…"));
    diffsOf(seq).then(
      (nodes) => body.replaceChildren(...nodes),
      () => body.replaceChildren(words("Remora does not answer")),
    );
  });
  return details;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
