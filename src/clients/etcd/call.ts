import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import { Deframer, frame } from "./framing.ts";
import { RpcError, STATUS } from "./rpc-error.ts";

export interface CallOptions {
  /** As in "/etcdserverpb.KV/Range". */
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly onMessage: (message: Uint8Array) => void;
}

/** A gRPC call under way. */
export interface Call {
  send(message: Uint8Array): void;
  /** Says that nothing more will be sent. */
  end(): void;
  cancel(): void;
  /** Resolves when the server ended the call well; rejects with an RpcError. */
  readonly done: Promise<void>;
}

/** Starts a gRPC call on an HTTP/2 session. */
export function startCall(session: ClientHttp2Session, { path, metadata, onMessage }: CallOptions): Call {
  const stream = openStream(session, path, metadata);
  const deframer = new Deframer();
  let status: RpcError | "ok" | undefined;
  let broken: unknown;

  const done = new Promise<void>((resolve, reject) => {
    const settle = () => (status === "ok" ? resolve() : reject(status ?? connectionBroke(stream, broken)));
    const fail = (error: unknown) => {
      status ??= error instanceof RpcError ? error : new RpcError(STATUS.internal, "the answer cannot be understood", { cause: error });
      stream.close();
      settle();
    };
    // An error is answered with headers alone ("Trailers-only"), which then hold the status.
    stream.on("response", (headers) => {
      status ??= statusOf(headers);
      if (status === undefined && headers[":status"] !== 200) fail(new RpcError(STATUS.unavailable, `the server answered with HTTP status ${headers[":status"]}, which is not gRPC`));
    });
    stream.on("trailers", (headers) => void (status ??= statusOf(headers)));
    stream.on("data", (chunk: Uint8Array) => {
      try {
        for (const message of deframer.push(chunk)) onMessage(message);
      } catch (error) {
        fail(error);
      }
    });
    stream.on("error", (error) => void (broken = error));
    stream.on("end", () => {
      if (status !== undefined) stream.close();
      if (status !== undefined) settle();
    });
    stream.on("close", settle);
  });
  // Who cancels a call does not wait for its end.
  done.catch(() => {});

  return { send: (message) => void stream.write(frame(message)), end: () => void stream.end(), cancel: () => stream.close(HTTP2_CANCEL), done };
}

function openStream(session: ClientHttp2Session, path: string, metadata: Readonly<Record<string, string>>): ClientHttp2Stream {
  try {
    return session.request({ ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers", ...metadata });
  } catch (error) {
    throw new RpcError(STATUS.unavailable, "the connection was closed", { cause: error });
  }
}

function statusOf(headers: IncomingHttpHeaders): RpcError | "ok" | undefined {
  const code = headers["grpc-status"];
  if (code === undefined) return undefined;
  if (code === "0") return "ok";
  return new RpcError(Number(code), messageOf(headers["grpc-message"]) ?? `gRPC status ${code}`);
}

function messageOf(header: string | string[] | undefined): string | undefined {
  try {
    return header === undefined ? undefined : decodeURIComponent(String(header));
  } catch {
    return String(header);
  }
}

function connectionBroke(stream: ClientHttp2Stream, cause: unknown): RpcError {
  if (cause instanceof RpcError) return cause;
  const why = cause instanceof Error ? cause.message : [0, HTTP2_CANCEL].includes(stream.rstCode) ? "the connection was closed" : `the stream was reset (HTTP/2 code ${stream.rstCode})`;
  return new RpcError(STATUS.unavailable, why, { cause });
}

const HTTP2_CANCEL = 8;
