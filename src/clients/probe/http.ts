import { type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

export interface HttpProbe {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** PEM texts. */
  readonly tls: { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined; readonly serverName?: string | undefined; readonly verify: boolean };
  /** How much of the body is read, in bytes; 0 is none. */
  readonly bodyBytes: number;
}

/** Asks once over a connection of its own and follows no redirect. Throws what the system says, or the signal's reason when it aborts. */
export function probeHttp({ url, method, headers, tls: { serverName, verify, ...pem }, bodyBytes }: HttpProbe, signal: AbortSignal): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const secure = { ...pem, rejectUnauthorized: verify, ...(serverName === undefined ? {} : { servername: serverName }) };
    const options = { method, headers: { "User-Agent": "Remora", ...headers }, agent: false };
    const request = url.startsWith("https:") ? httpsRequest(url, { ...options, ...secure }) : httpRequest(url, options);
    const settle = (outcome: () => void) => {
      signal.removeEventListener("abort", onAbort);
      outcome();
      request.destroy();
    };
    const onAbort = () => settle(() => reject(signal.reason));
    signal.addEventListener("abort", onAbort, { once: true });
    request.on("error", (error) => settle(() => reject(error)));
    request.on("response", (response) => {
      readBody(response, bodyBytes).then(
        (body) => settle(() => resolve({ status: response.statusCode ?? 0, body })),
        (error: unknown) => settle(() => reject(error)),
      );
    });
    request.end();
  });
}

async function readBody(response: IncomingMessage, most: number): Promise<string> {
  if (most === 0) return "";
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= most) break;
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, most));
}
