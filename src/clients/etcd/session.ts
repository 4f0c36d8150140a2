import { type ClientHttp2Session, connect, type SecureClientSessionOptions } from "node:http2";
import { isIP } from "node:net";
import { checkServerIdentity } from "node:tls";
import type { Clock } from "../../core/ports.ts";
import { type Call, type CallOptions, startCall } from "./call.ts";
import { keepAlive } from "./keep-alive.ts";
import { RpcError, STATUS } from "./rpc-error.ts";

export interface TlsOptions {
  /** Certificates to trust instead of the system's, PEM. */
  readonly ca?: string | undefined;
  /** The client's own certificate and its key, PEM. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The name, or IP address, to find in the server's certificate when it is not the endpoint's. */
  readonly serverName?: string | undefined;
}

/** An HTTP/2 connection to one member, watched by pings. */
export interface Session {
  readonly usable: boolean;
  call(options: CallOptions): Call;
  destroy(reason: RpcError): void;
}

const CONNECT_TIMEOUT_MS = 3_000;
const WINDOW_BYTES = 4 * 1024 * 1024;
const SESSION_MEMORY_MB = 256;

/** Connects to "http://HOST:PORT" (HTTP/2 without TLS) or "https://HOST:PORT"; resolves when the server speaks HTTP/2. Throws an RpcError. */
export async function openSession(endpoint: string, tls: TlsOptions, clock: Clock, signal: AbortSignal): Promise<Session> {
  const url = new URL(endpoint);
  const http2 = connect(url.origin, {
    settings: { enablePush: false, initialWindowSize: WINDOW_BYTES },
    maxSessionMemory: SESSION_MEMORY_MB,
    ...(url.protocol === "https:" ? secureOptions(url.hostname, tls) : {}),
  });
  await greeted(http2, clock, signal);
  http2.setLocalWindowSize(WINDOW_BYTES);
  let calls = 0;
  const stopPings = keepAlive(http2, clock, () => calls > 0);
  http2.once("close", stopPings);

  return {
    get usable() {
      return !http2.closed && !http2.destroyed;
    },
    call(options) {
      const call = startCall(http2, options);
      calls += 1;
      const end = () => void (calls -= 1);
      call.done.then(end, end);
      return call;
    },
    destroy: (reason) => http2.destroy(reason),
  };
}

function secureOptions(hostname: string, { ca, cert, key, serverName }: TlsOptions): SecureClientSessionOptions {
  const expected = serverName ?? hostname.replace(/^\[|\]$/g, "");
  return {
    ALPNProtocols: ["h2"],
    // TLS names hosts and never addresses (RFC 6066); the certificate is checked against the address all the same.
    ...(isIP(expected) === 0 ? { servername: expected } : {}),
    checkServerIdentity: (_, certificate) => checkServerIdentity(expected, certificate),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

/** Waits for the server's settings: a listener that only accepts, or speaks something else, is not a member. */
function greeted(http2: ClientHttp2Session, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      cancel();
      signal.removeEventListener("abort", onAbort);
    };
    const fail = (failure?: unknown) => {
      settle();
      reject(new RpcError(STATUS.unavailable, connectReason(failure), { cause: failure }));
      http2.destroy();
    };
    const cancel = clock.after(CONNECT_TIMEOUT_MS, () => fail(new Error(`no answer within ${CONNECT_TIMEOUT_MS / 1_000} s`)));
    const onAbort = () => fail(new Error("the connection is not needed any more"));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    http2.once("remoteSettings", () => {
      settle();
      resolve();
    });
    http2.on("error", fail);
    http2.once("close", fail);
    // When the server refuses our certificate, Node tells it of the socket alone.
    http2.once("connect", (_, socket) => socket.once("error", fail));
  });
}

function connectReason(failure: unknown): string {
  // A name with several addresses fails with one error for each and no message of its own.
  if (failure instanceof AggregateError) return failure.errors.map(connectReason).join(", ");
  // The sentence is inside, as in "80AC:error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:../FILE:LINE".
  const openssl = failure instanceof Error ? /:SSL routines:[^:]*:([^:]+)/.exec(failure.message)?.[1] : undefined;
  if (openssl !== undefined) return `TLS failed: ${openssl.toLowerCase().replaceAll("_", " ")}`;
  return failure instanceof Error ? failure.message : "the server closed the connection without a word";
}
