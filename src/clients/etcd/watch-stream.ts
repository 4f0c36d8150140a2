import { unlessAborted } from "../../core/abort.ts";
import { callMetadata, type Connection } from "./client.ts";
import { decodeWatchResponse, encodeWatchCreate, encodeWatchProgress, type WatchCreateRequest, type WatchResponse } from "./messages.ts";
import { RpcError, STATUS } from "./rpc-error.ts";

/** A stream that carries several watches; the server answers the creations in the order they were asked for. */
export interface WatchStream {
  /** Waits until there is something to drain. Throws an RpcError when the stream ended and all is drained, or the signal's reason. */
  wait(signal: AbortSignal): Promise<void>;
  /** What has come since the last call. */
  drain(): WatchResponse[];
  /** Asks how far the watches are; the answer comes behind what they have to tell, and belongs to none of them. etcd before 3.4 gives none. */
  askProgress(): void;
  cancel(): void;
  /** Ends the stream as a failure of the server's. */
  fail(error: RpcError): void;
}

/** Opens a stream and asks for the watches. */
export function openWatchStream(connection: Connection, requests: readonly WatchCreateRequest[]): WatchStream {
  const arrived: WatchResponse[] = [];
  let ended: RpcError | undefined;
  let wake = () => {};
  const fail = (error: RpcError) => {
    ended ??= error;
    wake();
  };

  const call = connection.session.call({
    path: "/etcdserverpb.Watch/Watch",
    // Without it a member that lost its cluster lets its watches wait in silence.
    metadata: { ...callMetadata(connection), hasleader: "true" },
    onMessage(message) {
      arrived.push(decodeWatchResponse(message));
      wake();
    },
  });
  call.done.then(() => fail(new RpcError(STATUS.unavailable, "the server ended the watch")), fail);
  for (const request of requests) call.send(encodeWatchCreate(request));

  return {
    async wait(signal) {
      signal.throwIfAborted();
      if (arrived.length === 0 && ended === undefined) await unlessAborted(new Promise<void>((resolve) => void (wake = resolve)), signal);
      if (arrived.length === 0 && ended !== undefined) throw ended;
    },
    drain: () => arrived.splice(0),
    askProgress: () => call.send(encodeWatchProgress()),
    cancel: call.cancel,
    fail,
  };
}
