import type { EtcdClient } from "../../clients/etcd/client.ts";
import { openWatchStream } from "../../clients/etcd/watch-stream.ts";
import { backoff } from "../../core/backoff.ts";

const RETRY_MIN_MS = 200;
const RETRY_MAX_MS = 10_000;

export interface SideWatchOptions {
  readonly client: EtcdClient;
  readonly key: string;
  /** The revision that is known. */
  readonly since: number;
  readonly random: () => number;
}

/**
 * Resolves when the key is written or deleted: a lease that was revoked is noticed by it at once, and not only by the next
 * keepalive. Where it cannot be watched it goes on trying; then the keepalive alone notices.
 */
export async function untilTouched({ client, key, since, random }: SideWatchOptions, signal: AbortSignal): Promise<void> {
  const bytes = new TextEncoder().encode(key);
  const request = { key: bytes, end: new Uint8Array(), startRevision: since + 1 };
  const tries = backoff({ min: RETRY_MIN_MS, max: RETRY_MAX_MS, random });
  for (;;) {
    try {
      const stream = await client.run(signal, async (connection) => openWatchStream(connection, [request]));
      try {
        for (;;) {
          await stream.wait(signal);
          const responses = stream.drain();
          if (responses.some(({ events }) => events.length > 0)) return;
          const canceled = responses.find((response) => response.canceled);
          if (canceled?.compactRevision !== undefined && canceled.compactRevision > 0) return;
          if (canceled !== undefined) break;
        }
      } finally {
        stream.cancel();
      }
    } catch {
      signal.throwIfAborted();
    }
    await client.clock.sleep(tries.next(), signal);
  }
}
