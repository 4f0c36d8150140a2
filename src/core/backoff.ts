/** A delay that doubles with each failure, with "full jitter" in its upper half. */
export interface Backoff {
  /** Milliseconds to wait before the next try. */
  next(): number;
  reset(): void;
}

export function backoff({ min, max, random }: { min: number; max: number; random: () => number }): Backoff {
  let failures = 0;
  return {
    next() {
      const full = Math.min(max, min * 2 ** failures);
      failures += 1;
      return full / 2 + (full / 2) * random();
    },
    reset() {
      failures = 0;
    },
  };
}
