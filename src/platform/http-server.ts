import { chmodSync, rmSync, statSync } from "node:fs";
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import { AppError, reason } from "../core/error.ts";
import type { HttpHandler, HttpListener, HttpReply } from "../core/http.ts";
import { formatListenAddress, type ListenAddress } from "../core/listen-address.ts";

/** What sun_path of unix(7) holds, without the zero at its end. */
const LONGEST_SOCKET_PATH = 107;
const OWNER_ALONE = 0o600;
const MOST_CONNECTIONS = 128;
/** A connection that says nothing for so long is closed; followers are told something more often. */
const IDLE_MS = 30_000;

/**
 * Listens for HTTP. A socket file that nobody listens at any more is replaced. The library is loaded by the first connection: that nobody
 * asks must cost nothing. Throws STATUS_LISTEN.
 */
export async function serveHttp(at: ListenAddress, handle: HttpHandler): Promise<HttpListener> {
  const closing = new AbortController();
  const sockets = new Set<Socket>();
  let http: Promise<HttpServer> | undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.pause();
    http ??= openHttp((request, response) => void answer(request, response, { at: address, handle, closing: closing.signal }));
    http.then((opened) => opened.emit("connection", socket) && socket.resume(), () => socket.destroy());
  });
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, at);
  const address = addressOf(server, at);
  // It serves for as long as something else has the process live.
  server.unref();
  const hangUp = () => sockets.forEach((socket) => socket.destroy());
  return {
    address,
    hangUp,
    async [Symbol.asyncDispose]() {
      closing.abort(new Error("The server closes"));
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      hangUp();
      await closed;
    },
  };
}

async function openHttp(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<HttpServer> {
  const { createServer: createHttp } = await import("node:http");
  const http = createHttp(listener);
  http.timeout = IDLE_MS;
  return http;
}

async function listen(server: Server, at: ListenAddress): Promise<void> {
  if (at.kind === "unix") await clearTheWay(at);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      if (at.kind === "tcp") return server.listen(at.port, at.host, resolve);
      // The file is made before this returns: at no time may others connect.
      const before = process.umask(0o177);
      try {
        return server.listen(at.path, resolve);
      } finally {
        process.umask(before);
      }
    });
    if (at.kind === "unix") chmodSync(at.path, OWNER_ALONE);
  } catch (thrown) {
    throw refused(at, (thrown as NodeJS.ErrnoException).code === "EADDRINUSE" ? "another process listens there" : reason(thrown), { cause: thrown });
  }
}

/** Removes the socket of a process that is gone. Throws where somebody listens at it, or where it is something else. */
async function clearTheWay(at: ListenAddress & { readonly kind: "unix" }): Promise<void> {
  const length = Buffer.byteLength(at.path);
  if (length > LONGEST_SOCKET_PATH) throw refused(at, `the path of a socket has at most ${LONGEST_SOCKET_PATH} bytes, and this one has ${length}`);
  const found = statOf(at.path);
  if (found === undefined) return;
  if (!found.isSocket()) throw refused(at, "there is a file that is no socket");
  if (await isListenedAt(at.path)) throw refused(at, "another process listens there, perhaps another Remora");
  // Another Remora that found it so may have put its own there meanwhile.
  if (statOf(at.path)?.ino === found.ino) rmSync(at.path, { force: true });
}

function isListenedAt(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", ({ code }: NodeJS.ErrnoException) => settle(code !== "ECONNREFUSED" && code !== "ENOENT"));
  });
}

function statOf(path: string) {
  return statSync(path, { throwIfNoEntry: false });
}

function addressOf(server: Server, at: ListenAddress): ListenAddress {
  const bound = server.address();
  return at.kind === "unix" || bound === null || typeof bound === "string" ? at : { ...at, port: bound.port };
}

function refused(at: ListenAddress, why: string, details: { readonly cause?: unknown } = {}): AppError {
  return new AppError("STATUS_LISTEN", `Cannot tell the status at "${formatListenAddress(at)}": ${why}`, { hint: "Name another place in [status] listen, or with --status-listen; \"off\" is none", ...details });
}

interface Answering {
  readonly at: ListenAddress;
  readonly handle: HttpHandler;
  readonly closing: AbortSignal;
}

async function answer(request: IncomingMessage, response: ServerResponse, { at, handle, closing }: Answering): Promise<void> {
  const gone = new AbortController();
  const leave = () => gone.abort(new Error("Whoever asked is gone"));
  response.once("close", leave);
  closing.addEventListener("abort", leave, { once: true });
  // No request has a body that anybody reads.
  request.resume();
  try {
    const [path = "/"] = (request.url ?? "/").split("?", 1);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]));
    await send(response, await handle({ method: request.method ?? "GET", path, headers, at, signal: gone.signal }), request.method === "HEAD", gone.signal);
  } catch {
    // What was begun cannot be taken back; whoever asked sees it cut short.
    if (response.headersSent) response.destroy();
    else response.writeHead(500).end();
  } finally {
    closing.removeEventListener("abort", leave);
  }
}

async function send(response: ServerResponse, { status, headers, body }: HttpReply, isHead: boolean, gone: AbortSignal): Promise<void> {
  if (typeof body === "string") {
    response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) });
    response.end(isHead ? undefined : body);
    return;
  }
  response.writeHead(status, headers);
  response.flushHeaders();
  for await (const part of body) {
    if (gone.aborted) break;
    if (!response.write(part)) await drained(response, gone);
  }
  response.end();
}

function drained(response: ServerResponse, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      gone.removeEventListener("abort", done);
      resolve();
    };
    response.once("drain", done);
    gone.addEventListener("abort", done, { once: true });
    if (gone.aborted) done();
  });
}
