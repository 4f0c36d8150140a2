import { unlessAborted } from "../../core/abort.ts";
import { AppError } from "../../core/error.ts";
import type { Clock } from "../../core/ports.ts";
import type { EtcdCalls } from "./etcd-calls.ts";

/** An answer that takes longer counts as none, or than until the next keepalive. */
const LONGEST_ANSWER_MS = 3_000;

export interface KeepAliveOptions {
  readonly calls: EtcdCalls;
  readonly lease: string;
  /** How often, in milliseconds. */
  readonly every: number;
  readonly clock: Clock;
}

/** Keeps a lease alive over one stream. Throws when the stream breaks, nothing is answered or the lease is gone; or the signal's reason. */
export async function keepLeaseAlive({ calls, lease, every, clock }: KeepAliveOptions, signal: AbortSignal): Promise<void> {
  const broken = new AbortController();
  const over = AbortSignal.any([signal, broken.signal]);
  const fail = (why: string) => broken.abort(new AppError("BACKEND_UNREACHABLE", `Cannot keep the lease alive in etcd: ${why}`));
  const within = Math.min(every, LONGEST_ANSWER_MS);
  const stream = await calls.keepAliveStream();
  let answered = () => {};
  // Also after it ended, an error that nobody listens to would end the process.
  stream.on("error", (error) => fail(error.message));
  stream.on("end", () => fail("the server ended the stream"));
  // etcd answers for a lease that is gone with success and no TTL.
  stream.on("data", ({ TTL }) => (Number(TTL) > 0 ? answered() : fail("the lease is gone")));
  try {
    for (;;) {
      over.throwIfAborted();
      const answer = new Promise<void>((resolve) => (answered = resolve));
      const cancel = clock.after(within, () => fail(`no answer within ${within} ms`));
      stream.write({ ID: lease });
      await unlessAborted(answer, over).finally(cancel);
      await clock.sleep(every, over);
    }
  } finally {
    if (signal.aborted) stream.end();
    else {
      stream.cancel();
      await calls.disconnect();
    }
  }
}
