import type { HttpReply } from "../core/http.ts";

/** Nothing that is told is kept, guessed at, framed or run. */
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** A reply with the headers that every one has. */
export function reply(status: number, type: string, body: HttpReply["body"], headers: Readonly<Record<string, string>> = {}): HttpReply {
  return { status, headers: { ...HEADERS, "content-type": type, ...headers }, body };
}

/** Lines of text. */
export function text(status: number, ...lines: readonly string[]): HttpReply {
  return reply(status, "text/plain; charset=utf-8", `${lines.join("\n")}\n`);
}

export function json(status: number, body: string): HttpReply {
  return reply(status, "application/json; charset=utf-8", body);
}
