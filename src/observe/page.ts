import { createHash } from "node:crypto";
import type { HttpReply } from "../core/http.ts";
import { reply, text } from "./replies.ts";

/** Answers the page; its own style and script are all that a browser may use with it. */
export function pageReply(page: string | undefined): HttpReply {
  if (page === undefined) return text(404, "There is no page in this build, but /status");
  return reply(200, "text/html; charset=utf-8", page, { "content-security-policy": policyFor(page) });
}

function policyFor(page: string): string {
  const hash = (tag: string) => `'sha256-${createHash("sha256").update(new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page)?.[1] ?? "").digest("base64")}'`;
  return [
    "default-src 'none'",
    `script-src ${hash("script")}`,
    `style-src ${hash("style")}`,
    "connect-src 'self'",
    // The icon of the tab, which shows how it stands.
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // No text is ever made markup: a browser that knows this refuses it.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}
