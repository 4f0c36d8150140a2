import type { ConsulClient } from "../../clients/consul/client.ts";
import type { TokenReader } from "../../clients/consul/token.ts";
import { backoff } from "../../core/backoff.ts";
import type { Clock } from "../../core/ports.ts";

// Where something in between does not hold the answer, it is not asked more often.
const PAUSE_MS = 100;
const RETRY_MAX_MS = 1_000;

export interface SideWatchOptions {
  readonly client: ConsulClient;
  readonly token: TokenReader;
  readonly key: string;
  /** The session that is to hold it. */
  readonly session: string;
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * Resolves when the key is not held by the session any more: one that was ended is noticed by it at once. Also when Consul is
 * back after it was away. Where the key cannot be read it goes on trying.
 */
export async function untilReleased({ client, token, key, session, clock, random }: SideWatchOptions, signal: AbortSignal): Promise<void> {
  const query = { what: `"${key}"`, path: `/kv/${key.split("/").map(encodeURIComponent).join("/")}` };
  const tries = backoff({ min: PAUSE_MS, max: RETRY_MAX_MS, random });
  let wasAway = false;
  for (let index: number | undefined; ; ) {
    try {
      const options = { token: await token(), signal };
      const answer = index === undefined ? await client.ask(query, options) : await client.hold(query, index, options);
      if (wasAway || sessionOf(answer.data) !== session) return;
      index = Math.max(1, answer.index);
      tries.reset();
    } catch {
      signal.throwIfAborted();
      index = undefined;
      wasAway = true;
    }
    await clock.sleep(tries.next(), signal);
  }
}

function sessionOf(data: unknown): string | undefined {
  const [row] = (Array.isArray(data) ? data : []) as readonly { readonly Session?: string }[];
  return row?.Session;
}
