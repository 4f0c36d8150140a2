import { backoff } from "../../core/backoff.ts";
import { toAppError } from "../../core/error.ts";
import type { RegistryContext } from "../../core/registry.ts";
import { TaskGroup } from "../../core/task-group.ts";
import { unlessAborted } from "../../core/abort.ts";

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 1_000;

export interface Kept {
  readonly name: string;
  readonly ports: Pick<RegistryContext["ports"], "clock" | "log" | "random">;
  /** Keeps the lease or session alive; ends or throws when that failed. */
  keep(signal: AbortSignal): Promise<void>;
  /** Ends when somebody else was seen to have ended it. */
  noticed(signal: AbortSignal): Promise<void>;
  /** Makes sure that one is held. */
  take(): Promise<unknown>;
}

/** Keeps a lease or session until it is lost or out of reach, and resolves when one is held again. */
export async function keptUntilLost({ name, ports, keep, noticed, take }: Kept, signal: AbortSignal): Promise<void> {
  const why = await firstEnd([keep, noticed], signal);
  signal.throwIfAborted();
  ports.log.debug("Lost touch with what keeps the registrations", { registry: name, error: why === undefined ? "it is gone" : toAppError(why).message });
  const tries = backoff({ min: RETRY_MIN_MS, max: RETRY_MAX_MS, random: ports.random.fraction });
  for (;;) {
    try {
      await unlessAborted(take(), signal);
      return;
    } catch {
      signal.throwIfAborted();
      await ports.clock.sleep(tries.next(), signal);
    }
  }
}

/** Runs all until the first one ends, then stops the others; answers what the first one threw. */
async function firstEnd(runs: readonly ((signal: AbortSignal) => Promise<void>)[], signal: AbortSignal): Promise<unknown> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  let first: { readonly thrown: unknown } | undefined;
  const end = (thrown?: unknown) => {
    first ??= { thrown };
    over.abort(new Error("Another one ended"));
  };
  {
    await using tasks = new TaskGroup(end);
    for (const run of runs) tasks.start(async () => end(await run(either)));
  }
  return first?.thrown;
}
