import { reason } from "../core/error.ts";
import type { HttpHandler, HttpReply, HttpRequest } from "../core/http.ts";
import type { Clock, ProcessUsage } from "../core/ports.ts";
import { type Cover, coveredJson } from "./covered.ts";
import type { Diff } from "./diffs.ts";
import { statusDocument } from "./document.ts";
import { statusEvents } from "./events.ts";
import { EXPOSITION_TYPE, exposition } from "./exposition.ts";
import { type ReadToken, refusal } from "./guard.ts";
import { families } from "./metrics.ts";
import { pageReply } from "./page.ts";
import type { Recorder } from "./recorder.ts";
import { json, reply, text } from "./replies.ts";

export interface RoutesOptions {
  readonly recorder: Recorder;
  readonly clock: Clock;
  /** Lies over all that is told. */
  readonly cover: Cover;
  /** Looked at for each request: a new configuration may have another. */
  readonly readToken: ReadToken;
  /** Takes up the configuration anew, as SIGHUP does; answers why that cannot be, where it cannot. */
  readonly reload: () => string | undefined;
  readonly usage: () => ProcessUsage;
  readonly diff: Diff;
  /** What a browser is shown; read when it asks. */
  readonly page: () => Promise<string | undefined>;
}

/** Each follows by itself: what is told to one costs as much again for the next. */
const MOST_STREAMS = 32;
const SPACE = 2;

interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** What it tells, for those who look at the wrong place. */
  readonly about: string;
  readonly answer: (options: RoutesOptions, request: HttpRequest) => HttpReply | Promise<HttpReply>;
}

/** Everything that can be asked for. */
export const ROUTES: readonly Route[] = [
  { method: "GET", path: "/", about: "a page for people, which follows how everything stands", answer: async ({ page }) => pageReply(await page()) },
  { method: "GET", path: "/live", about: "200 for as long as Remora turns", answer: () => text(200, "live") },
  { method: "GET", path: "/ready", about: "200 when every unit is applied, else 503 and why not", answer: ready },
  { method: "GET", path: "/status", about: "how everything stands, as JSON", answer: ({ recorder, cover }) => json(200, `${coveredJson(statusDocument(recorder), cover, SPACE)}\n`) },
  { method: "GET", path: "/events", about: "the same as it changes, as server-sent events", answer: events },
  { method: "GET", path: "/diffs", about: "how targets changed last, as JSON", answer: async ({ recorder, cover, diff }) => json(200, `${coveredJson({ version: 1, diffs: await recorder.diffs.entries(diff) }, cover, SPACE)}\n`) },
  { method: "GET", path: "/metrics", about: "numbers for Prometheus", answer: ({ recorder, cover, usage }) => reply(200, EXPOSITION_TYPE, exposition(families({ status: statusDocument(recorder), tally: recorder.tally, usage: usage() }, cover))) },
  { method: "POST", path: "/reload", about: "takes up the configuration anew, as SIGHUP does", answer: reload },
];

/** Answers requests by the table of routes. */
export function statusHandler(options: RoutesOptions): HttpHandler {
  return async (request) => {
    const refused = await refusal(request, options.readToken).catch((thrown: unknown) => text(503, options.cover(`The token cannot be read: ${reason(thrown)}`)));
    if (refused !== undefined) return refused;
    const here = ROUTES.filter(({ path }) => path === request.path);
    const method = request.method === "HEAD" ? "GET" : request.method;
    const route = here.find((each) => each.method === method);
    if (route !== undefined) return route.answer(options, request);
    if (here.length > 0) return { ...text(405, `Only by ${here.map((each) => each.method).join(", ")}`), headers: { ...text(405, "").headers, allow: here.map((each) => each.method).join(", ") } };
    return text(404, "There is nothing here. Ask for", ...ROUTES.map((each) => `${each.method} ${each.path}: ${each.about}`));
  };
}

function ready({ recorder, cover }: RoutesOptions): HttpReply {
  const { not_ready } = statusDocument(recorder);
  return not_ready.length === 0 ? text(200, "ready") : text(503, ...not_ready.map(cover));
}

function events({ recorder, clock, cover }: RoutesOptions, { signal, method }: HttpRequest): HttpReply {
  if (recorder.followers >= MOST_STREAMS) return text(503, "Too many are following already");
  return reply(200, "text/event-stream; charset=utf-8", method === "HEAD" ? "" : statusEvents({ recorder, clock, cover }, signal));
}

function reload({ reload: take, cover }: RoutesOptions): HttpReply {
  const why = take();
  return why === undefined ? text(202, "The configuration is being taken up anew; /status says what came of it") : text(409, cover(why));
}
