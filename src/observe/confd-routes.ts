import type { HttpHandler, HttpReply } from "../core/http.ts";
import { coveredJson } from "./covered.ts";
import { confdMetrics } from "./confd-metrics.ts";
import type { ConfdTally } from "./confd-tally.ts";
import { statusDocument } from "./document.ts";
import { EXPOSITION_TYPE, exposition } from "./exposition.ts";
import { families, METRICS } from "./metrics.ts";
import { json, reply, text } from "./replies.ts";
import type { RoutesOptions } from "./routes.ts";

type Options = Pick<RoutesOptions, "recorder" | "cover" | "usage"> & { readonly confd: ConfdTally };

/** confd ends it without a line's end. */
const OK = reply(200, "text/plain; charset=utf-8", "ok");

/** What confd tells at its --metrics-addr, to everybody: numbers and names, never values. */
const ROUTES: Readonly<Record<string, (options: Options) => HttpReply>> = {
  "/health": () => OK,
  "/ready": ({ recorder, cover }) => {
    const { not_ready } = statusDocument(recorder);
    return not_ready.length === 0 ? OK : text(503, ...not_ready.map(cover));
  },
  "/ready/detailed": ({ recorder, cover }) => {
    const { ready, not_ready, time, backends } = statusDocument(recorder);
    const details = Object.fromEntries(backends.map(({ name, state, error }) => [name, error?.message ?? state]));
    const message = ready ? "every resource is applied" : not_ready.join("; ");
    return json(ready ? 200 : 503, `${coveredJson({ healthy: ready, message, duration_ms: 0, details, checked_at: time }, cover)}\n`);
  },
  "/metrics": ({ recorder, cover, usage, confd }) => {
    const measured = { status: statusDocument(recorder), tally: recorder.tally, usage: usage() };
    return reply(200, EXPOSITION_TYPE, exposition(families(measured, cover, [...confdMetrics(confd), ...METRICS])));
  },
};

/** Answers as confd does. */
export function confdHandler(options: Options): HttpHandler {
  return async ({ path, method }) => {
    const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
    if (route === undefined) return text(404, "There is nothing here. Ask for", ...Object.keys(ROUTES));
    return method === "GET" || method === "HEAD" ? route(options) : text(405, "Only by GET");
  };
}
