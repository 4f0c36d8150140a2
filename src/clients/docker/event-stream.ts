import { type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Clock } from "../../core/ports.ts";
import { Silence } from "../http/get.ts";
import type { Target } from "../http/target.ts";

const OPEN_DEADLINE_MS = 5_000;
const TCP_KEEPALIVE_MS = 5_000;
/** Far more than any event is. */
const LONGEST_LINE = 1_048_576;

/** An answer that has begun and goes on for ever. */
export interface OpenStream {
  readonly status: number;
  readonly lines: AsyncIterable<string>;
  /** All that it says, for an answer that is an error. */
  text(): Promise<string>;
}

/** Gets an answer that does not end; resolves as it begins. It is cut when the signal aborts. */
export function openStream(target: Target, path: string, { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const { pathname, ...at } = target.at;
    const request = (target.secure ? httpsRequest : httpRequest)({ ...at, path: pathname + path, method: "GET", headers: { accept: "application/json" }, agent: target.agent });
    const abort = () => request.destroy(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    const cancelDeadline = clock.after(OPEN_DEADLINE_MS, () => request.destroy(new Silence(`no answer within ${OPEN_DEADLINE_MS / 1_000} s`)));
    signal.addEventListener("abort", abort, { once: true });
    request.on("close", () => {
      cancelDeadline();
      signal.removeEventListener("abort", abort);
    });
    request.on("error", (error) => reject(signal.aborted ? signal.reason : error));
    request.on("socket", (socket) => socket.setKeepAlive(true, TCP_KEEPALIVE_MS));
    request.on("response", (response) => {
      cancelDeadline();
      // Whoever reads it is told; until then nobody listens.
      response.on("error", () => {});
      resolve({ status: response.statusCode ?? 0, lines: linesOf(response), text: () => textOf(response) });
    });
    request.end();
  });
}

/** Parts what comes at line ends, and at the separators of a JSON sequence. */
async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding("utf8");
  let rest = "";
  for await (const chunk of response as AsyncIterable<string>) {
    const lines = (rest + chunk).split(/[\n\u001e]/);
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST_LINE) throw new Error("what it sends is no list of events");
    for (const line of lines) if (line.trim() !== "") yield line;
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding("utf8");
  let text = "";
  for await (const chunk of response as AsyncIterable<string>) if (text.length < LONGEST_LINE) text += chunk;
  return text;
}
