import { element, setText } from "./dom.ts";

const [SECOND_MS, MINUTE_S, HOUR_S, DAY_S] = [1_000, 60, 3_600, 86_400];

/** Remora's time, which need not be that of whoever looks; it stands still while nothing is heard. */
export class RemoraClock {
  #told = 0;
  #heard = 0;

  hear(time: string): void {
    this.#told = Date.parse(time);
    this.#heard = performance.now();
  }

  now(): number {
    return this.#told + this.sinceHeard();
  }

  /** Milliseconds. */
  sinceHeard(): number {
    return performance.now() - this.#heard;
  }
}

/** How long ago something was; `tick` fills it in. */
export function age(time: string): HTMLTimeElement {
  return element("time", { datetime: time, title: new Date(time).toLocaleString(), "data-distance": "since" });
}

/** In how long something will be, nothing once that has passed; `tick` fills it in. */
export function rest(time: string): HTMLTimeElement {
  return element("time", { datetime: time, title: new Date(time).toLocaleString(), "data-distance": "until" });
}

/** A moment of the day, with its date unless that is today's. */
export function moment(time: string): HTMLTimeElement {
  const at = new Date(time);
  const clock = at.toLocaleTimeString([], { hour12: false });
  const made = element("time", { datetime: time, title: time });
  made.textContent = at.toDateString() === new Date().toDateString() ? clock : `${at.toLocaleDateString()} ${clock}`;
  return made;
}

/** Has every distance below an element be that from now. */
export function tick(root: ParentNode, now: number): void {
  for (const each of root.querySelectorAll<HTMLTimeElement>("time[data-distance]")) {
    const since = now - Date.parse(each.dateTime);
    setText(each, formatSpan(Math.max(0, each.dataset["distance"] === "until" ? -since : since)));
  }
}

/** "12s", "3m 20s", "4h 5m", "3d 4h". */
export function formatSpan(ms: number): string {
  const seconds = Math.floor(ms / SECOND_MS);
  if (seconds < MINUTE_S) return `${seconds}s`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)}m ${seconds % MINUTE_S}s`;
  if (seconds < DAY_S) return `${Math.floor(seconds / HOUR_S)}h ${Math.floor((seconds % HOUR_S) / MINUTE_S)}m`;
  return `${Math.floor(seconds / DAY_S)}d ${Math.floor((seconds % DAY_S) / HOUR_S)}h`;
}
