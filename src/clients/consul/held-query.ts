import { AppError } from "../../core/error.ts";
import type { Clock } from "../../core/ports.ts";
import type { ConsulAnswer } from "./answer.ts";

/** How long a held query is trusted before something is asked beside it. */
const GLANCE_PAUSE_MS = 5_000;
/** How much longer than a glance the news of a change may be under way. */
const NEWS_LIMIT_MS = 1_000;

export interface HeldQueryOptions {
  /** Asks; Consul holds the answer back until something changed. */
  readonly hold: (signal: AbortSignal) => Promise<ConsulAnswer>;
  /** Asks for little more than the present index. */
  readonly glance: (signal: AbortSignal) => Promise<ConsulAnswer>;
  /** The index that is waited for to pass. */
  readonly index: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * The answer to a query that is held, or "deaf" when the index has moved and no answer came: on a connection that died
 * without a word nothing ever comes, and Consul has no sign of life to give while it holds one. Throws what holding or
 * glancing throws.
 */
export async function heldQuery({ hold, glance, index, clock, signal }: HeldQueryOptions): Promise<ConsulAnswer | "deaf"> {
  signal.throwIfAborted();
  const over = new AbortController();
  const onAbort = () => over.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([hold(over.signal), deaf({ glance, index, clock, signal: over.signal })]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    over.abort(new Error("The query is over"));
  }
}

async function deaf({ glance, index, clock, signal }: Omit<HeldQueryOptions, "hold">): Promise<"deaf"> {
  for (;;) {
    await clock.sleep(GLANCE_PAUSE_MS, signal);
    const glanced = await glance(signal).catch(passOverRefusal);
    if (glanced === undefined || glanced.index <= index) continue;
    await clock.sleep(NEWS_LIMIT_MS, signal);
    return "deaf";
  }
}

/** Who was asked too often, or has no leader at the moment, is there all the same. */
function passOverRefusal(error: unknown): undefined {
  if (!(error instanceof AppError) || error.code !== "BACKEND_REFUSED") throw error;
}
