import type { TimelineEntry } from "../core/status-document.ts";

const MOST_ENTRIES = 200;
/** What a field may have of text; the output of a command is bounded by itself. */
const MOST_TEXT = 4_096;

/** A line of the log. */
export interface LogEvent {
  readonly time: Date;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The last lines of the log, from level info on. */
export class Timeline {
  readonly #entries: TimelineEntry[] = [];
  #seq = 0;

  /** Keeps a line; answers whether it is one to be kept. */
  add({ time, level, message, fields }: LogEvent): boolean {
    if (level !== "info" && level !== "warn" && level !== "error") return false;
    this.#seq += 1;
    this.#entries.push({ ...bounded(fields), seq: this.#seq, time: time.toISOString(), level, msg: message });
    if (this.#entries.length > MOST_ENTRIES) this.#entries.shift();
    return true;
  }

  /** The newest at the end; those after a number, where one is given. */
  entries(after = 0): readonly TimelineEntry[] {
    return this.#entries.filter(({ seq }) => seq > after);
  }

  get last(): number {
    return this.#seq;
  }
}

function bounded(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept.map(([name, value]) => [name, typeof value === "string" && value.length > MOST_TEXT ? `${value.slice(0, MOST_TEXT)}...` : value]));
}
