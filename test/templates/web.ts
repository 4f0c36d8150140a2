import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A web server on loopback that answers everything with one text. */
export async function answering(text: string): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer((_, response) => response.end(text));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** "200 text": what a server answers for a domain and a path, on a connection of its own. */
export function asked(port: number, host: string, path = "/"): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, headers: { host }, agent: false, timeout: 5_000 }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => void (body += chunk)).on("end", () => resolve(`${response.statusCode} ${body}`.trim()));
    });
    sent.once("error", reject).once("timeout", () => sent.destroy(new Error("no answer")));
    sent.end();
  });
}
