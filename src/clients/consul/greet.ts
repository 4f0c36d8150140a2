import type { Clock } from "../../core/ports.ts";
import { httpGet } from "../http/get.ts";
import type { Target } from "../http/target.ts";

/** The tries begin one after another, each beside those that are still silent. */
const BEGIN_AT_MS = [0, 1_000, 2_000];
const LIMIT_MS = 3_000;

/** Waits until an agent that was silent says a word, whatever it is, on one of several new connections; throws what the first one broke with. */
export async function greet(target: Target, clock: Clock): Promise<void> {
  const over = new AbortController();
  const tries = BEGIN_AT_MS.map(async (delay) => {
    await clock.sleep(delay, over.signal);
    await httpGet(target, "/v1/status/leader", { headers: {}, deadlineMs: LIMIT_MS - delay, clock, signal: over.signal });
  });
  try {
    await Promise.any(tries);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    over.abort(new Error("Another connection was answered"));
  }
}
