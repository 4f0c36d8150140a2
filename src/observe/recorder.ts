import type { Happening, Observe } from "../core/observer.ts";
import type { Clock } from "../core/ports.ts";
import type { Reporters } from "../core/reports.ts";
import type { ConfigurationStatus, StatusDocument } from "../core/status-document.ts";
import { Diffs } from "./diffs.ts";
import { Tally } from "./tally.ts";
import { type LogEvent, Timeline } from "./timeline.ts";
import { NEW_UNIT, type UnitHistory, withHappening } from "./unit-history.ts";

export interface RecorderOptions {
  readonly clock: Pick<Clock, "now">;
  readonly remora: Omit<StatusDocument["remora"], "started">;
}

/** Remembers what happened, from the first configuration to the last, and knows whom to ask how it stands. */
export class Recorder {
  readonly remora: StatusDocument["remora"];
  readonly timeline = new Timeline();
  readonly tally = new Tally();
  readonly diffs = new Diffs();
  readonly reporters: Reporters = {};
  readonly #clock: Pick<Clock, "now">;
  readonly #units = new Map<string, UnitHistory>();
  readonly #listeners = new Set<() => void>();
  #configuration: ConfigurationStatus;
  #told = 0;
  #followers = 0;
  /** Why nothing new is taken up any more. */
  #stopping: string | undefined;

  constructor({ clock, remora }: RecorderOptions) {
    this.#clock = clock;
    this.remora = { ...remora, started: this.#time() };
    this.#configuration = { loaded: this.#time(), refused: null };
  }

  get configuration(): ConfigurationStatus {
    return this.#configuration;
  }

  get stopping(): string | undefined {
    return this.#stopping;
  }

  now(): number {
    return this.#clock.now();
  }

  readonly observe: Observe = (happening) => {
    this.tally.count(happening);
    if (happening.kind === "written") this.#written(happening);
    for (const name of unitsOf(happening)) this.#units.set(name, withHappening(this.history(name), happening, this.#clock.now()));
    this.#tell();
  };

  /** Takes a line of the log. */
  log(event: LogEvent): void {
    this.tally.countEvent(event.level);
    if (this.timeline.add(event)) this.#tell();
  }

  history(unit: string): UnitHistory {
    return this.#units.get(unit) ?? NEW_UNIT;
  }

  /** A configuration with these units begins; what was known of others is forgotten. */
  begin(units: Iterable<string>): void {
    const names = new Set(units);
    for (const name of this.#units.keys()) if (!names.has(name)) this.#units.delete(name);
    this.tally.keepUnits(names);
    this.#configuration = { loaded: this.#time(), refused: null };
    this.#tell();
  }

  /** A newer configuration is wrong. */
  refuse(message: string, at: string | undefined): void {
    this.#configuration = { ...this.#configuration, refused: { time: this.#time(), message, at: at ?? null } };
    this.#tell();
  }

  stop(reason: string): void {
    this.#stopping = reason;
    this.#tell();
  }

  /** Calls back whenever something happened; the answer ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Counts up with everything that happens. */
  get told(): number {
    return this.#told;
  }

  /** Counts somebody who follows; the answer ends that. */
  follow(): () => void {
    this.#followers += 1;
    return () => void (this.#followers -= 1);
  }

  get followers(): number {
    return this.#followers;
  }

  #written({ unit, files }: Extract<Happening, { kind: "written" }>): void {
    const line = this.timeline.entries().findLast((entry) => entry.msg === "Committed" && entry["unit"] === unit);
    for (const file of files) this.diffs.add({ seq: line?.seq ?? this.timeline.last, time: this.#time(), unit }, file);
  }

  #tell(): void {
    this.#told += 1;
    for (const listener of this.#listeners) listener();
  }

  #time(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

function unitsOf(happening: Happening): readonly string[] {
  return "unit" in happening ? [happening.unit] : [];
}
