import { toDuration } from "../../core/duration.ts";
import { AppError } from "../../core/error.ts";

/** As long as it takes: consul-template's -once waits for keys without an end. */
export const WITHOUT_END = "8760h";

/** How consul-template tries a Consul that does not answer. */
export interface Retry {
  readonly enabled: boolean;
  /** 0 is without an end. */
  readonly attempts: number;
  readonly backoff: string;
  readonly maxBackoff: string;
}

/** For how long it would go on, from its first try to its last. Throws CONFIG_INVALID for what is no duration. */
export function patienceOf({ enabled, attempts, backoff, maxBackoff }: Retry): string {
  if (!enabled) return `${FIRST_TRY_MS}ms`;
  if (attempts === 0) return WITHOUT_END;
  const [first, most] = [milliseconds(backoff), milliseconds(maxBackoff)];
  const waits = Array.from({ length: Math.min(attempts, MOST_ATTEMPTS) }, (_, at) => Math.min(first * 2 ** at, most === 0 ? Infinity : most));
  return `${Math.min(FIRST_TRY_MS + Math.ceil(waits.reduce((sum, wait) => sum + wait, 0)), YEAR_MS)}ms`;
}

const FIRST_TRY_MS = 10_000;
const MOST_ATTEMPTS = 10_000;
const YEAR_MS = 8760 * 3_600_000;

function milliseconds(text: string): number {
  try {
    return toDuration(text);
  } catch (cause) {
    throw new AppError("CONFIG_INVALID", `consul.retry: "${text}" is not a duration`, { hint: 'Write it as in "250ms"', cause });
  }
}
