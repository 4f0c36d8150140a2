import type { Clock } from "../core/ports.ts";

const QUIET_MS = 100;
const QUIET_BOUND_MS = 500;

/** Waits for the end of a flurry. */
export interface QuietMoments {
  /** Something happened. */
  readonly stir: () => void;
  /** Lets who waits go. */
  readonly end: () => void;
  /** Resolves 100 ms after the last stir and at most 500 ms after the first, or when nothing happened for so long. */
  next(limitMs: number): Promise<void>;
}

/** Counts what happens between two waits, too. */
export function quietMoments(clock: Clock): QuietMoments {
  let firstAt: number | undefined;
  let cancel: (() => void) | undefined;
  let resolve: (() => void) | undefined;
  const settle = () => {
    cancel?.();
    firstAt = undefined;
    resolve?.();
    resolve = undefined;
  };
  const arm = () => {
    cancel?.();
    const now = clock.monotonic();
    firstAt ??= now;
    cancel = clock.after(Math.max(0, Math.min(QUIET_MS, firstAt + QUIET_BOUND_MS - now)), settle);
  };
  return {
    stir() {
      if (resolve) arm();
      else firstAt ??= clock.monotonic();
    },
    end: settle,
    next: (limitMs) =>
      new Promise((done) => {
        resolve = done;
        if (firstAt === undefined) cancel = clock.after(limitMs, settle);
        else arm();
      }),
  };
}
