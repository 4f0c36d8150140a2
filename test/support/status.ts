import { request } from "node:http";
import type { StatusDocument } from "../../src/core/status-document.ts";
import { eventually } from "./eventually.ts";

/** Where it is asked: a socket's path, or a port of 127.0.0.1. */
export type Place = string | number;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks over HTTP, with "Host" as it is given. */
export function ask(place: Place, path: string, { method = "GET", headers = {} }: Asking = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const where = typeof place === "string" ? { socketPath: place } : { host: "127.0.0.1", port: place };
    const asked = request({ ...where, method, path, agent: false, headers: { host: "localhost", ...headers } }, (response) => {
      const chunks: Uint8Array[] = [];
      response.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** The whole status. */
export async function statusOf(place: Place): Promise<StatusDocument> {
  return JSON.parse((await ask(place, "/status")).body) as StatusDocument;
}

/** The status once it is as the assertion wants it. */
export function statusWhen(place: Place, assertion: (status: StatusDocument) => void): Promise<StatusDocument> {
  return eventually(async () => {
    const status = await statusOf(place);
    assertion(status);
    return status;
  }, { within: 10_000, every: 30 });
}

/** One server-sent event. */
export interface SentEvent {
  readonly event: string;
  readonly data: StatusDocument;
}

/** Follows /events until it is disposed of. */
export interface Following extends AsyncDisposable {
  readonly events: readonly SentEvent[];
  /** Everything as it came. */
  readonly text: () => string;
  /** Whether the other side has ended it. */
  readonly isOver: () => boolean;
}

export function followEvents(place: Place, headers: Readonly<Record<string, string>> = {}): Promise<Following> {
  return new Promise((resolve, reject) => {
    const where = typeof place === "string" ? { socketPath: place } : { host: "127.0.0.1", port: place };
    const events: SentEvent[] = [];
    let [all, rest] = ["", ""];
    let over = false;
    const asked = request({ ...where, path: "/events", agent: false, headers: { host: "localhost", ...headers } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`the answer is ${response.statusCode}`));
      response.setEncoding("utf8");
      response.on("error", () => {});
      response.on("close", () => (over = true));
      response.on("data", (chunk: string) => {
        all += chunk;
        const parts = `${rest}${chunk}`.split("\n\n");
        rest = parts.pop() ?? "";
        for (const part of parts) {
          const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(part) ?? [];
          events.push({ event, data: JSON.parse(data) as StatusDocument });
        }
      });
      resolve({ events, text: () => all, isOver: () => over, [Symbol.asyncDispose]: async () => void asked.destroy() });
    });
    asked.on("error", reject);
    asked.end();
  });
}
