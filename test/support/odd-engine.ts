import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { tempDir } from "./temp.ts";

/** A server that answers as an engine that is not at hand does. */
export interface OddEngine extends AsyncDisposable {
  /** "unix://...", or "tcp://localhost:PORT" where it speaks TLS. */
  readonly host: string;
  /** The paths that were asked for. */
  readonly asked: readonly string[];
  /** Sends a line to all that follow the events. */
  tell(event: unknown): void;
  /** From now on it is another one for new connections; those that carry nothing are closed. */
  replaceTls(tls: ServerOptions): void;
  /** Ends the streams of events. */
  endEvents(): void;
}

export interface OddEngineOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers by the path without its version and query; what is absent is 404. */
  readonly answers?: Readonly<Record<string, () => unknown>>;
  readonly tls?: ServerOptions;
}

export async function oddEngine({ headers = {}, answers = {}, tls }: OddEngineOptions): Promise<OddEngine> {
  const folder = await tempDir();
  const [asked, streams] = [[] as string[], new Set<ServerResponse>()];
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? "";
    asked.push(path);
    const plain = path.replace(/^\/v[\d.]+/, "").replace(/\?.*$/, "");
    if (plain === "/_ping") return void response.writeHead(200, headers).end("OK");
    if (plain === "/events" && answers["/events"] === undefined) {
      streams.add(response.writeHead(200, { "content-type": "application/json" }));
      return void response.flushHeaders();
    }
    const answer = answers[plain]?.();
    if (answer === undefined) return void response.writeHead(404).end(JSON.stringify({ message: "no such container" }));
    const { status = 200, body = answer } = answer as { status?: number; body?: unknown };
    response.writeHead(status, { "content-type": "application/json" }).end(typeof body === "string" ? body : JSON.stringify(body));
  };
  const server = tls === undefined ? createServer(serve) : createSecureServer(tls, serve);
  const path = folder.join("engine.sock");
  await new Promise<void>((resolve) => (tls === undefined ? server.listen(path, resolve) : server.listen(0, "127.0.0.1", resolve)));
  return {
    host: tls === undefined ? `unix://${path}` : `tcp://localhost:${(server.address() as AddressInfo).port}`,
    asked,
    tell(event) {
      for (const stream of streams) stream.write(`${typeof event === "string" ? event : JSON.stringify(event)}\n`);
    },
    replaceTls(replaced) {
      if ("setSecureContext" in server) server.setSecureContext(replaced);
      server.closeIdleConnections();
    },
    endEvents() {
      for (const stream of streams) stream.end();
      streams.clear();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await folder[Symbol.asyncDispose]();
    },
  };
}
