import type { Clock } from "./ports.ts";

const AGAIN_MS = 60_000;

/** How often a failure came by since it began, for the line that tells of it again. */
export interface Recurred {
  readonly times?: number;
  readonly since?: string;
}

/** Says when a failure that lasts is to be told: as it begins, then once a minute with how often it came by. */
export class Recurrence {
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  #what: string | undefined;
  #since = 0;
  #toldAt = 0;
  #times = 0;

  constructor(clock: Pick<Clock, "now" | "monotonic">) {
    this.#clock = clock;
  }

  /** Counts it; answers what to add to the line, or undefined where nothing is to be told now. */
  again(what: string): Recurred | undefined {
    const now = this.#clock.monotonic();
    if (what !== this.#what) {
      [this.#what, this.#since, this.#toldAt, this.#times] = [what, this.#clock.now(), now, 1];
      return {};
    }
    this.#times += 1;
    if (now - this.#toldAt < AGAIN_MS) return undefined;
    this.#toldAt = now;
    return { times: this.#times, since: new Date(this.#since).toISOString() };
  }

  /** It is over; the next one is told at once. */
  over(): void {
    this.#what = undefined;
  }
}

/** Several failures at once, told apart by what they are. */
export class Recurrences {
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  readonly #each = new Map<string, Recurrence>();

  constructor(clock: Pick<Clock, "now" | "monotonic">) {
    this.#clock = clock;
  }

  again(what: string): Recurred | undefined {
    const known = this.#each.get(what) ?? new Recurrence(this.#clock);
    this.#each.set(what, known);
    return known.again(what);
  }

  /** All are over. */
  over(): void {
    this.#each.clear();
  }
}
