import type { Clock } from "../core/ports.ts";
import type { UnitRuntime } from "./unit-runtime.ts";

/** What has units looked at again although none of their keys changed. */
export interface WakeUps {
  readonly clock: Clock;
  readonly units: ReadonlyMap<string, UnitRuntime>;
  readonly wake: (units: Iterable<string>) => void;
}

/** Every interval, in milliseconds, all targets are compared with what was written, until the signal aborts. */
export async function reconcile(interval: number, { clock, units, wake }: WakeUps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(interval, signal);
    wake(units.keys());
  }
}

/** A key of the keyring that is mounted, or replaced, lets units be rendered that could not be. */
export async function followKeys(changes: AsyncIterable<void>, { units, wake }: WakeUps): Promise<void> {
  for await (const _ of changes) {
    const refused = [...units.values()].filter(({ state }) => state.kind === "failed" && /^(SECRET|KEYRING)_/.test(state.error.code));
    wake(refused.map(({ name }) => name));
  }
}
