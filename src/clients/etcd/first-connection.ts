import type { Clock } from "../../core/ports.ts";
import { isLost, RpcError, STATUS } from "./rpc-error.ts";

/** How long a try may be silent before another one begins beside it. */
const PATIENCE_MS = 1_000;

export interface FirstConnectionOptions<C> {
  /** Connects to an endpoint, until the signal aborts. Throws an RpcError. */
  readonly connect: (endpoint: string, signal: AbortSignal) => Promise<C>;
  /** Closes one that came too late. */
  readonly close: (connection: C) => void;
  /** The endpoint of the next try; it goes round. */
  readonly nextEndpoint: () => string;
  /** So many failures are the end of it; the members there are. */
  readonly most: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * The first connection that some member answers to. The next member is tried when one refused, and beside it after a second
 * of silence, round and round: a packet that was lost while the path was away is not waited for once the path is back, and a
 * link that is slow has its time all the same.
 */
export async function firstConnection<C>({ connect, close, nextEndpoint, most, clock, signal }: FirstConnectionOptions<C>): Promise<C> {
  const over = new AbortController();
  let cancelNext = () => {};
  let onAbort = () => {};
  try {
    return await new Promise<C>((resolve, reject) => {
      const failures: RpcError[] = [];
      let begun = 0;
      const begin = () => {
        cancelNext();
        cancelNext = clock.after(PATIENCE_MS, begin);
        begun += 1;
        const endpoint = nextEndpoint();
        connect(endpoint, over.signal).then(succeed, (error: unknown) => fail(endpoint, error));
      };
      const succeed = (connection: C) => {
        if (over.signal.aborted) return close(connection);
        over.abort();
        resolve(connection);
      };
      const fail = (endpoint: string, error: unknown) => {
        if (over.signal.aborted) return;
        if (!isLost(error)) return reject(error);
        failures.push(most === 1 ? error : new RpcError(error.status, `${endpoint}: ${error.message}`, { cause: error.cause }));
        if (failures.length >= most) reject(all(failures));
        else if (begun < most) begin();
      };
      onAbort = () => reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      if (signal.aborted) onAbort();
      else begin();
    });
  } finally {
    signal.removeEventListener("abort", onAbort);
    cancelNext();
    over.abort();
  }
}

function all(failures: readonly RpcError[]): RpcError {
  return new RpcError(STATUS.unavailable, [...new Set(failures.map(({ message }) => message))].join("; "), { cause: failures[0]?.cause });
}
