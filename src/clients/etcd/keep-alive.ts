import type { ClientHttp2Session } from "node:http2";
import type { Clock } from "../../core/ports.ts";
import { RpcError, STATUS } from "./rpc-error.ts";

// etcd closes connections that ping more often than each 5 s; the pause is counted from the answer, so it is never shorter.
const PING_PAUSE_MS = 5_000;
const PING_ANSWER_MS = 3_000;

/**
 * Pings while there are calls, and destroys a session whose peer is gone without a word.
 * Answers how to stop. Pings without calls would make etcd close the connection.
 */
export function keepAlive(http2: ClientHttp2Session, clock: Clock, hasCalls: () => boolean): () => void {
  let cancel = () => {};
  let stopped = false;

  const pause = () => {
    if (!stopped) cancel = clock.after(PING_PAUSE_MS, ping);
  };
  const ping = () => {
    if (stopped || http2.destroyed) return;
    if (!hasCalls()) return pause();
    let answered = false;
    const giveUp = () => {
      if (!answered) http2.destroy(new RpcError(STATUS.unavailable, `the connection is dead: no answer to a ping within ${PING_ANSWER_MS / 1_000} s`));
    };
    // After a long computation the timer fires before the answer that already waits is read: look once more.
    cancel = clock.after(PING_ANSWER_MS, () => void (cancel = clock.after(0, giveUp)));
    http2.ping((error) => {
      answered = true;
      cancel();
      if (error === null) pause();
    });
  };

  pause();
  return () => {
    stopped = true;
    cancel();
  };
}
