import type { Happening } from "../core/observer.ts";

/** Upper bounds in seconds: a render takes parts of a millisecond, a reload may take a minute. */
export const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/** How durations are spread: how many were at most each bound, all of them, and their sum in seconds. */
export interface Histogram {
  readonly buckets: number[];
  count: number;
  sum: number;
}

/** Counts, each by what it is told apart by, as in "web\nfailed". */
export class Tally {
  readonly renders = new Map<string, number>();
  readonly commits = new Map<string, number>();
  readonly reloads = new Map<string, number>();
  readonly failures = new Map<string, number>();
  readonly changes = new Map<string, number>();
  readonly events = new Map<string, number>();
  readonly renderTimes = histogram();
  readonly applyTimes = histogram();
  readonly reloadTimes = histogram();

  count(happening: Happening): void {
    switch (happening.kind) {
      case "rendered":
        add(this.renders, [happening.unit, happening.outcome]);
        observe(this.renderTimes, happening.took);
        break;
      case "committed":
        add(this.commits, [happening.unit]);
        observe(this.applyTimes, happening.took);
        break;
      case "reloaded":
        for (const unit of happening.units) add(this.reloads, [unit, happening.ok ? "ok" : "failed"]);
        observe(this.reloadTimes, happening.took);
        break;
      case "changes":
        add(this.changes, [happening.backend], happening.keys);
        break;
      case "unit state":
        if (happening.state.kind === "failed") add(this.failures, [happening.unit, happening.state.step]);
        break;
    }
  }

  countEvent(level: string): void {
    add(this.events, [level]);
  }

  /** Forgets units that there are no more. */
  keepUnits(names: ReadonlySet<string>): void {
    for (const counts of [this.renders, this.commits, this.reloads, this.failures]) {
      for (const key of counts.keys()) if (!names.has(key.split("\n", 1)[0] ?? "")) counts.delete(key);
    }
  }
}

/** Counts one more, or so many, of what the labels tell apart. */
export function add(counts: Map<string, number>, labels: readonly string[], by = 1): void {
  const key = labels.join("\n");
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** One that holds nothing yet. */
export function histogram(): Histogram {
  return { buckets: BUCKETS_S.map(() => 0), count: 0, sum: 0 };
}

/** Takes in a time in milliseconds. */
export function observe(times: Histogram, ms: number): void {
  const seconds = ms / 1_000;
  BUCKETS_S.forEach((bound, index) => {
    if (seconds <= bound) times.buckets[index] = (times.buckets[index] ?? 0) + 1;
  });
  times.count += 1;
  times.sum += seconds;
}
