import type { Clock } from "../../core/ports.ts";
import type { ConsulAnswer } from "./answer.ts";

export interface BlockingQueryOptions {
  /** The index of an answer that is known already; 0 asks for the first one at once. */
  readonly index: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A proxy that does not hold its answers would else be asked thousands of times a second. */
export const LEAST_BETWEEN_MS = 100;

/**
 * Each answer to one query as it comes, changed or not, until asking throws.
 * https://developer.hashicorp.com/consul/api-docs/features/blocking has the rules for the index.
 */
export async function* blockingQuery(ask: (blockAt: number | undefined) => Promise<ConsulAnswer>, { index: known, clock, signal }: BlockingQueryOptions): AsyncGenerator<ConsulAnswer, never> {
  let [index, earliest] = [known, clock.monotonic()];
  for (;;) {
    const early = earliest - clock.monotonic();
    if (early > 0) await clock.sleep(early, signal);
    earliest = clock.monotonic() + LEAST_BETWEEN_MS;
    const answer = await ask(index > 0 ? index : undefined);
    yield answer;
    // An index that goes backwards belongs to a store that was wiped or restored: what it holds is asked for anew.
    index = answer.index < index ? 0 : answer.index;
  }
}
