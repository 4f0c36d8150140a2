import type { StatusDocument } from "../core/status-document.ts";
import { Changes } from "./changes.ts";
import { part, setText } from "./dom.ts";
import { merged } from "./model.ts";
import { showConnection, showCounts, showInTab, showOverview } from "./overview.ts";
import { showSides } from "./sides.ts";
import { follow } from "./stream.ts";
import { RemoraClock, tick } from "./time.ts";
import { Units } from "./units.ts";

const TICK_MS = 1_000;

const clock = new RemoraClock();
const units = new Units(part("units"));
const changes = new Changes(part("changes"));
const box = part("filter") as HTMLInputElement;
let connection: "connecting" | "live" | "lost" = "connecting";
let shown: StatusDocument | undefined;

follow({
  onDocument(document, isWhole) {
    clock.hear(document.time);
    shown = isWhole || shown === undefined ? document : merged(shown, document);
    show(shown);
  },
  onConnection(is) {
    connection = is;
    showConnection(is, clock.sinceHeard());
    if (shown !== undefined) showInTab(shown, is === "lost");
  },
});

setInterval(() => {
  if (connection === "live") tick(document, clock.now());
  else showConnection(connection, clock.sinceHeard());
}, TICK_MS);

// What is opened has times in it, which are not to wait for the next second.
document.addEventListener("toggle", () => requestAnimationFrame(() => tick(document, clock.now())), { capture: true });
box.addEventListener("input", filter);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target === box) choose("");
  if (event.key !== "/" || event.target === box || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  box.focus();
  box.select();
});

function show(document: StatusDocument): void {
  showOverview(document);
  showCounts(document.units, (state) => choose(box.value === state ? "" : state));
  units.show(document.units);
  showSides(document);
  changes.show(document);
  showInTab(document, false);
  filter();
  tick(window.document, clock.now());
}

function choose(text: string): void {
  box.value = text;
  filter();
}

/** Leaves the units and events that have each of the words that are sought. */
function filter(): void {
  const sought = box.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const left = units.filter(sought);
  changes.filter(sought);
  const all = shown?.units.length ?? 0;
  part("all-units").hidden = shown?.remora.command === "register";
  setText(part("left"), sought.length === 0 ? "" : `${left} of ${all}`);
  part("none").hidden = left > 0 || all === 0;
  for (const button of part("counts").querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset["state"] === box.value));
}
