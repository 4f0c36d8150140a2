import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that is not quite Consul. */
export interface OddConsul extends AsyncDisposable {
  readonly url: string;
  /** The paths asked for so far, with their parameters. */
  readonly asked: readonly string[];
}

export type OddAnswer = (request: IncomingMessage, response: ServerResponse) => void;

/** Gives each request the next answer; the last one serves all that follow. */
export async function oddConsul(...answers: readonly [OddAnswer, ...OddAnswer[]]): Promise<OddConsul> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(request.url ?? "");
    answer?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A proper answer to a query of keys. */
export function holds(index: number, keys: Readonly<Record<string, string>>): OddAnswer {
  const rows = Object.entries(keys).map(([Key, value]) => ({ Key, Value: Buffer.from(value).toString("base64"), ModifyIndex: 7, Flags: 0 }));
  return (_, response) => void response.setHeader("x-consul-index", index).end(JSON.stringify(rows));
}

export function says(status: number, body: string, headers: Readonly<Record<string, string>> = {}): OddAnswer {
  return (_, response) => void response.writeHead(status, headers).end(body);
}

/** Never answers. */
export const holdsBack: OddAnswer = () => {};
