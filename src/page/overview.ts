import type { StatusDocument, UnitStatus } from "../core/status-document.ts";
import { element, part, setText, told, words } from "./dom.ts";
import { STATES } from "./model.ts";
import { redraw } from "./reconcile.ts";
import { age, formatSpan, moment } from "./time.ts";

/** The rest is to be seen among the units. */
const MOST_REASONS = 5;
const ICON_COLOURS = { ready: "%231f8a55", not: "%23c4342b", lost: "%23888" } as const;

/** Whether it is ready, why not, and which configuration goes. */
export function showOverview({ ready, not_ready, remora, configuration }: StatusDocument): void {
  const verdict = part("verdict");
  verdict.dataset["tone"] = ready ? "good" : "bad";
  setText(verdict, ready ? "Ready" : "Not ready");
  redraw(part("reasons"), not_ready.slice(0, MOST_REASONS + 1).concat(String(not_ready.length)), () => [
    ...not_ready.slice(0, MOST_REASONS).map((why) => element("li", {}, told(why))),
    not_ready.length > MOST_REASONS ? element("li", { class: "muted" }, words(`and ${not_ready.length - MOST_REASONS} more`)) : null,
  ]);
  redraw(part("process"), { remora, loaded: configuration.loaded }, () => [
    words(`${remora.version} ${remora.command}, process ${remora.pid}, up `),
    age(remora.started),
    words(", configuration of "),
    moment(configuration.loaded),
  ]);
  const refused = part("refused");
  refused.hidden = configuration.refused === null;
  redraw(refused, configuration.refused, (what) => (what === null ? [] : [element("strong", {}, words("A newer configuration is refused since "), moment(what.time), words(": ")), told(what.message), what.at === null ? null : element("span", {}, words(" at "), told(what.at, { class: "key" }))]));
}

/** How it stands, in the name of the tab and its icon. */
export function showInTab({ ready, units }: Pick<StatusDocument, "ready" | "units">, isLost: boolean): void {
  const open = units.filter((unit) => !unit.ready).length;
  setText(part("title"), `${isLost ? "(?) " : ready ? "" : `(${open > 0 ? open : "!"}) `}Remora ${location.host}: ${isLost ? "connection lost" : ready ? "ready" : "not ready"}`);
  const colour = ICON_COLOURS[isLost ? "lost" : ready ? "ready" : "not"];
  const icon = `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" fill="${colour}"/></svg>`;
  if (part("icon").getAttribute("href") !== icon) part("icon").setAttribute("href", icon);
}

/** How many units there are of each state; each is a filter. */
export function showCounts(units: readonly UnitStatus[], choose: (state: string) => void): void {
  const counts = new Map<UnitStatus["state"], number>();
  for (const { state } of units) counts.set(state, (counts.get(state) ?? 0) + 1);
  redraw(part("counts"), STATES.filter((state) => counts.has(state)).map((state) => [state, counts.get(state)] as const), (all) =>
    all.map(([state, count]) => {
      const button = element("button", { type: "button", "data-state": state }, element("b", {}, words(String(count))), words(` ${state}`));
      button.addEventListener("click", () => choose(state));
      return element("li", {}, button);
    }),
  );
}

/** Whether what is shown is how it stands, or how it stood. */
export function showConnection(is: "connecting" | "live" | "lost", sinceHeard: number): void {
  document.documentElement.dataset["connection"] = is;
  const text = { connecting: "Connecting", live: "Live", lost: `Connection lost, last heard ${formatSpan(sinceHeard)} ago; trying again` }[is];
  setText(part("connection"), text);
  // What counts seconds is not read out each time.
  setText(part("heard"), is === "lost" ? "Connection lost" : text);
}
