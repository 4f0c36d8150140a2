import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Clock } from "../../core/ports.ts";
import { TCP_KEEPALIVE_MS, type Target } from "./target.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface HttpGetOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Is posted; without, it is a GET. */
  readonly body?: string | undefined;
  /** For the whole answer, its last byte included. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

// Short, because a packet to a host that is away is lost and the system sends it again ever more seldom.
const CONNECT_DEADLINE_MS = 2_000;

/** The other side said nothing for too long: it, or the path to it, may be dead. */
export class Silence extends Error {}

/** Gets a whole answer, or throws a Silence, the error of the connection, or the signal's reason at once when it aborts. */
export async function httpGet(target: Target, path: string, options: HttpGetOptions): Promise<HttpAnswer> {
  const get = () => getOnce(target, path, options);
  try {
    return await get().catch((error) => (error instanceof StaleConnection ? get() : Promise.reject(error)));
  } catch (error) {
    if (!options.signal.aborted) await target.renew();
    throw error;
  }
}

/** A connection that was kept open was closed by the other side just as it was used again. */
class StaleConnection extends Error {}

function getOnce(target: Target, path: string, { headers, body, deadlineMs, clock, signal }: HttpGetOptions): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const { pathname, ...at } = target.at;
    const request = (target.secure ? httpsRequest : httpRequest)({ ...at, path: pathname + path, method: body === undefined ? "GET" : "POST", headers: { ...target.headers, ...headers }, agent: target.agent });
    const settle = (outcome: () => void) => {
      cancelDeadline();
      signal.removeEventListener("abort", onAbort);
      outcome();
    };
    const fail = (error: unknown) => {
      settle(() => reject(error));
      request.destroy();
    };
    const onAbort = () => fail(signal.reason);
    const cancelDeadline = clock.after(deadlineMs, () => fail(new Silence(`no whole answer within ${deadlineMs / 1_000} s`)));
    signal.addEventListener("abort", onAbort, { once: true });
    request.on("error", (error) => fail(isStale(request, error) ? new StaleConnection(error.message) : error));
    request.on("response", (response) => void readBody(response).then((text) => settle(() => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })), fail));
    watchConnecting(request, clock, fail);
    request.end(body);
  });
}

function isStale(request: ClientRequest, error: NodeJS.ErrnoException): boolean {
  return request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("error", reject);
    // A connection that is cut in the middle ends with "aborted" and "close", and not always with "error".
    response.on("aborted", () => reject(new Error("the answer was cut off")));
    response.on("end", () => (response.complete ? resolve(Buffer.concat(chunks).toString("utf8")) : reject(new Error("the answer was cut off"))));
    response.on("close", () => reject(new Error("the answer was cut off")));
  });
}

function watchConnecting(request: ClientRequest, clock: Clock, fail: (error: Error) => void): void {
  request.on("socket", (socket) => {
    socket.setKeepAlive(true, TCP_KEEPALIVE_MS);
    if (!socket.connecting) return;
    const cancel = clock.after(CONNECT_DEADLINE_MS, () => fail(new Silence(`no connection within ${CONNECT_DEADLINE_MS / 1_000} s`)));
    socket.once("connect", cancel);
    socket.once("close", cancel);
  });
}
