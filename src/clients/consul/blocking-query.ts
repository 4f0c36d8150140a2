import type { Clock } from "../../core/ports.ts";
import type { ConsulAnswer } from "./answer.ts";

export interface BlockingQueryOptions {
  /** The index of an answer that is known already; 0 asks for the first one at once. */
  readonly index: number;
  /** How long Consul was asked to hold an answer. */
  readonly waitMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A proxy that does not hold its answers would else be asked thousands of times a second. */
export const LEAST_BETWEEN_MS = 100;

/**
 * Each answer to one query as it comes, changed or not, until asking throws.
 * https://developer.hashicorp.com/consul/api-docs/features/blocking has the rules for the index.
 */
export async function* blockingQuery(ask: (blockAt: number | undefined) => Promise<ConsulAnswer>, { index: known, waitMs, clock, signal }: BlockingQueryOptions): AsyncGenerator<ConsulAnswer, never> {
  let [index, asked] = [known, clock.monotonic() - LEAST_BETWEEN_MS];
  for (;;) {
    const early = asked + LEAST_BETWEEN_MS - clock.monotonic();
    if (early > 0) await clock.sleep(early, signal);
    asked = clock.monotonic();
    const answer = await ask(index > 0 ? index : undefined);
    const expired = clock.monotonic() - asked >= waitMs;
    yield answer;
    index = nextIndex(index, answer.index, expired);
  }
}

/**
 * An index that goes backwards belongs to a store that was wiped or restored: what it holds is asked for anew. So does one
 * that stands still though the wait is not over: a restore lets go of the queries that it finds waiting, with what was before it.
 */
function nextIndex(index: number, answered: number, expired: boolean): number {
  if (answered < index) return 0;
  return answered === index && !expired ? 0 : answered;
}
