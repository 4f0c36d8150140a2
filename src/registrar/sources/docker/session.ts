import type { DockerClient } from "../../../clients/docker/client.ts";
import { AppError } from "../../../core/error.ts";
import type { Clock } from "../../../core/ports.ts";
import type { Containers } from "./containers.ts";

export interface SessionOptions {
  readonly client: DockerClient;
  readonly containers: Containers;
  /** How often every container is inspected anew, in milliseconds; 0 is never. */
  readonly interval: number;
  readonly clock: Clock;
  /** Called when all containers are known. */
  readonly onComplete: () => void;
}

/** When no event came for so long, the list says whether none is missing, and whether the engine lives. */
const SILENCE_MS = 10_000;
/** An event that is on its way comes within this. */
const LATE_MS = 2_000;

/**
 * Follows an engine for as long as it tells its events: subscribes, and then lists, so that nothing falls between. Nothing is believed
 * of what an engine would tell of the past: after it was restarted it knows none of it, and of what died meanwhile it tells nothing.
 * Ends by throwing.
 */
export async function session(options: SessionOptions, signal: AbortSignal): Promise<never> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const seen = { last: options.clock.monotonic() };
  const events = await options.client.events(either);
  const parts = [
    (async () => {
      for await (const event of events) {
        seen.last = options.clock.monotonic();
        options.containers.took(event, either);
      }
    })(),
    look(options, seen, either),
  ];
  try {
    await Promise.all(parts);
    throw new AppError("INTERNAL", "A session with the Docker engine ended without a reason");
  } finally {
    over.abort(new Error("The session is over"));
    await Promise.allSettled(parts);
    await options.containers.settled();
  }
}

async function look({ client, containers, interval, clock, onComplete }: SessionOptions, seen: { readonly last: number }, signal: AbortSignal): Promise<void> {
  for (;;) {
    containers.listed(await client.list(signal), "all", signal);
    await containers.settled();
    signal.throwIfAborted();
    onComplete();
    const next = interval === 0 ? Number.POSITIVE_INFINITY : clock.monotonic() + interval;
    while (clock.monotonic() < next) {
      const quiet = seen.last + SILENCE_MS - clock.monotonic();
      await clock.sleep(Math.max(0, Math.min(next - clock.monotonic(), quiet > 0 ? quiet : SILENCE_MS)), signal);
      if (clock.monotonic() - seen.last >= SILENCE_MS) await checkSilence(client, containers, seen, clock, signal);
    }
  }
}

/** Throws when something happened that no event told of. */
async function checkSilence(client: DockerClient, containers: Containers, seen: { readonly last: number }, clock: Clock, signal: AbortSignal): Promise<void> {
  const before = seen.last;
  const missed = containers.listed(await client.list(signal), "changed", signal);
  if (missed.length === 0) return;
  await clock.sleep(LATE_MS, signal);
  if (seen.last !== before) return;
  throw new AppError("SOURCE_UNREACHABLE", `The Docker engine at "${client.address}" told nothing of ${missed.length} ${missed.length === 1 ? "container that is" : "containers that are"} other than before: its events are asked for anew`);
}
