import type { Clock } from "../../core/ports.ts";
import { unlessAborted } from "../../core/abort.ts";
import { RpcError, STATUS } from "./rpc-error.ts";
import type { Session } from "./session.ts";

export interface UnaryOptions {
  readonly path: string;
  readonly request: Uint8Array;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Sends one message and waits for the one that answers it. Throws an RpcError, or the signal's reason. */
export async function unary(session: Session, { path, request, metadata = {}, deadlineMs, clock, signal }: UnaryOptions): Promise<Uint8Array> {
  signal.throwIfAborted();
  let answer: Uint8Array | undefined;
  const call = session.call({ path, metadata: { "grpc-timeout": `${deadlineMs}m`, ...metadata }, onMessage: (message) => void (answer = message) });
  call.send(request);
  call.end();
  let late = () => {};
  const deadline = new Promise<never>((_, reject) => {
    late = () => reject(new RpcError(STATUS.deadlineExceeded, `no answer within ${deadlineMs / 1_000} s`));
  });
  const cancelDeadline = clock.after(deadlineMs, late);
  try {
    await unlessAborted(Promise.race([call.done, deadline]), signal);
  } catch (error) {
    call.cancel();
    throw error;
  } finally {
    cancelDeadline();
  }
  if (answer === undefined) throw new RpcError(STATUS.internal, "the answer is empty");
  return answer;
}
