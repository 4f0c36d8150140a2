import type { Clock } from "../core/ports.ts";

/** Does something, and tells how many milliseconds it took, whether it came to its end or threw. */
export async function timed<T>(act: () => Promise<T>, clock: Pick<Clock, "monotonic">, onEnded: ((took: number, ok: boolean) => void) | undefined): Promise<T> {
  const began = clock.monotonic();
  let ok = false;
  try {
    const made = await act();
    ok = true;
    return made;
  } finally {
    onEnded?.(clock.monotonic() - began, ok);
  }
}
