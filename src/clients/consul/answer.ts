import { AppError } from "../../core/error.ts";
import type { HttpAnswer } from "../http/get.ts";

/** What Consul holds, and the index to block at until that changes. */
export interface ConsulAnswer {
  readonly index: number;
  /** The parsed JSON; undefined where Consul has nothing (404). */
  readonly data: unknown;
}

/** Takes an answer as Consul's, or throws BACKEND_DENIED or BACKEND_REFUSED; `doing` begins the message. */
export function interpret({ status, headers, body }: HttpAnswer, doing: string, { polled }: { readonly polled?: true } = {}): ConsulAnswer {
  const refused = (reason: string, hint?: string) => new AppError("BACKEND_REFUSED", `${doing}: ${reason}`, { hint });
  if (status === 401 || status === 403) throw denied(`${doing}: ${said(body) ?? `status ${status}`}`, status, "read");
  if (status === 429) throw refused(`it was asked too often${said(body, ", and says: ")}`, "Its limit is http_max_conns_per_client or a rate limit; Remora waits for as long as it was told to");
  if (status !== 200 && status !== 404) throw refused(`it answered with status ${status}${said(body, ": ")}`, hintFor(body));
  const index = polled ? 0 : Number(headers["x-consul-index"]);
  if (!Number.isSafeInteger(index)) throw refused("the answer has no X-Consul-Index", "Another server or a proxy answers at this address");
  if (status === 404) return { index, data: undefined };
  try {
    return { index, data: JSON.parse(body) };
  } catch (cause) {
    throw new AppError("BACKEND_REFUSED", `${doing}: the answer is not JSON`, { hint: "Another server or a proxy answers at this address", cause });
  }
}

/** Consul itself answers with 403; a proxy before it that wants a login, with 401. */
export function denied(message: string, status: number, act: "read" | "write"): AppError {
  const hint = status === 401 ? 'What stands before Consul wants a login: set "username" and "password_file" of [backends.consul]' : `Set "token_file" of [backends.consul] to a token that may ${act} it`;
  return new AppError("BACKEND_DENIED", message, { hint });
}

const LONGEST_QUIET_MS = 60_000;

/** For how long an answer asks to be left alone. */
export function quietMs({ status, headers }: HttpAnswer): number {
  const seconds = status === 429 || status === 503 ? Number(headers["retry-after"] ?? 0) : 0;
  return seconds > 0 ? Math.min(seconds * 1_000, LONGEST_QUIET_MS) : 0;
}

const LONGEST_REASON = 200;

/** The first line of what the server says about it, when it is a sentence and not a page. */
export function said(body: string): string | undefined;
export function said(body: string, before: string): string;
export function said(body: string, before?: string): string | undefined {
  const line = body.trim().split("\n")[0] ?? "";
  const usable = line !== "" && !line.startsWith("<");
  if (before === undefined) return usable ? line.slice(0, LONGEST_REASON) : undefined;
  return usable ? before + line.slice(0, LONGEST_REASON) : "";
}

function hintFor(body: string): string | undefined {
  if (body.includes("No path to datacenter")) return 'Set "datacenter" of [backends.consul] to one that "consul catalog datacenters" lists';
  if (body.includes("HTTP request to an HTTPS server")) return 'Begin "address" of [backends.consul] with "https://"';
  if (body.includes("No cluster leader")) return "The servers have no leader at the moment; it comes back when most of them run";
  return undefined;
}
