import { timingSafeEqual, createHash } from "node:crypto";
import type { HttpReply, HttpRequest } from "../core/http.ts";
import { isLocal } from "../core/listen-address.ts";
import { isAddress, isLoopback } from "../core/loopback.ts";
import { text } from "./replies.ts";

/** Reads the token anew, so that a file that is replaced takes effect; undefined where none is configured. Throws when it cannot be read. */
export type ReadToken = (() => Promise<string>) | undefined;

/**
 * Why a request is not answered; undefined where it is. A socket file is guarded by its mode. Over TCP the token is asked for
 * where there is one, and without one a name in "Host" that is not this machine's: a web page that has its own name resolve to
 * 127.0.0.1 asks under that name. What changes something is not done for the pages of others.
 */
export async function refusal(request: HttpRequest, readToken: ReadToken): Promise<HttpReply | undefined> {
  const { at, headers, method } = request;
  const isRead = method === "GET" || method === "HEAD";
  if (at.kind === "unix") {
    // A browser comes here through a port that is forwarded, perhaps with a page that had its name resolve to 127.0.0.1.
    if (isForeignName(headers["host"])) return notByName(request);
    return isRead ? undefined : crossSite(request);
  }
  if (readToken === undefined) {
    if (!isLocal(at)) return text(403, "A token is needed beyond this machine");
    if (!isOwnName(headers["host"])) return notByName(request);
    return isRead ? undefined : crossSite(request);
  }
  const given = givenToken(headers["authorization"]);
  if (given === undefined || !isSame(given.token, await readToken())) {
    return { ...text(401, "A token is needed: Authorization: Bearer TOKEN, or as the password of any user"), headers: { ...text(401, "").headers, "www-authenticate": 'Basic realm="Remora", charset="UTF-8"' } };
  }
  // A browser sends a password that it was told once with each request, whoever's page makes it.
  return isRead || given.scheme === "bearer" ? undefined : crossSite(request);
}

/** As in Go's http.CrossOriginProtection: browsers say where a request comes from, other programs say nothing. */
function crossSite({ headers }: HttpRequest): HttpReply | undefined {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none" ? undefined : text(403, "Not from another site");
  const { origin, host } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host) ? undefined : text(403, "Not from another site");
}

function notByName({ headers }: HttpRequest): HttpReply {
  return text(421, `This is not "${hostOf(headers["host"])}": ask for 127.0.0.1 or localhost`);
}

/** Whether it may be a name that anybody can have; programs that ask at a socket give any word. */
function isForeignName(host: string | undefined): boolean {
  return hostOf(host).includes(".") && !isOwnName(host);
}

function isOwnName(host: string | undefined): boolean {
  const name = hostOf(host);
  return isLoopback(name) || isAddress(name);
}

function hostOf(host: string | undefined): string {
  return (host ?? "").replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
}

interface GivenToken {
  readonly scheme: "bearer" | "basic";
  readonly token: string;
}

function givenToken(authorization = ""): GivenToken | undefined {
  const [, scheme = "", value = ""] = /^(bearer|basic) +(\S+) *$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === "bearer") return { scheme: "bearer", token: value };
  if (scheme.toLowerCase() !== "basic") return undefined;
  const credentials = Buffer.from(value, "base64").toString();
  const colon = credentials.indexOf(":");
  return colon < 0 ? undefined : { scheme: "basic", token: credentials.slice(colon + 1) };
}

/** In constant time, whatever the lengths. */
function isSame(given: string, expected: string): boolean {
  const digest = (token: string) => createHash("sha256").update(token).digest();
  return expected !== "" && timingSafeEqual(digest(given), digest(expected));
}
