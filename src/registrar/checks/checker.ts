import type { Health } from "../../core/instance.ts";
import type { Logger, Random } from "../../core/ports.ts";
import type { Check } from "./check.ts";
import { createGate, type Gate } from "./gate.ts";
import { type ProbeContext, runProbe } from "./run-probe.ts";
import { createTally } from "./tally.ts";

export interface CheckerOptions extends ProbeContext {
  readonly random: Random;
  readonly log: Logger;
  /** How many checks run at a time; the others wait for their turn, which their timeout does not count. */
  readonly atOnce?: number;
}

const AT_ONCE = 16;
/** A share of the interval, by which each pause is longer or shorter, so that checks do not march in step. */
const JITTER = 0.1;
/** Until it has been passing a check runs this often at least, so that what starts is not registered late. */
const STARTING_INTERVAL_MS = 1_000;

/** Runs checks, of all services, for as long as they are followed. */
export class Checker {
  readonly #options: CheckerOptions;
  readonly #gate: Gate;

  constructor(options: CheckerOptions) {
    this.#options = options;
    this.#gate = createGate(options.atOnce ?? AT_ONCE);
  }

  /** Yields the first result at once, then each change of health; until the signal aborts, with its reason. */
  async *follow(check: Check, signal: AbortSignal): AsyncGenerator<Health> {
    const { clock, log } = this.#options;
    const tally = createTally(check);
    let last: Health | undefined;
    let passed = false;
    for (;;) {
      const { health: result, description, output } = await this.#gate.run(() => runProbe(check, this.#options, signal), signal);
      const health = tally.add(result);
      passed ||= health === "passing";
      if (health !== last) {
        log[health === "passing" ? "info" : "warn"]("Health changed", { check: check.name, health, reason: description, ...(output ? { output } : {}) });
        yield health;
      }
      last = health;
      await clock.sleep(this.#pause(passed ? check.interval : Math.min(check.interval, STARTING_INTERVAL_MS)), signal);
    }
  }

  #pause(interval: number): number {
    return interval * (1 + JITTER * (2 * this.#options.random.fraction() - 1));
  }
}
