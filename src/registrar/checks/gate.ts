/** Lets only so many through at a time, the others in their order. */
export interface Gate {
  /** Throws what the work throws, or the signal's reason when it aborts before its turn. */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export function createGate(atOnce: number): Gate {
  let free = atOnce;
  const waiting = new Set<() => void>();
  const leave = () => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  };
  const enter = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (free > 0) {
        free -= 1;
        return resolve();
      }
      const settle = (outcome: () => void) => {
        waiting.delete(turn);
        signal.removeEventListener("abort", onAbort);
        outcome();
      };
      const turn = () => settle(resolve);
      const onAbort = () => settle(() => reject(signal.reason));
      waiting.add(turn);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  return {
    async run(work, signal) {
      await enter(signal);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
