import { AppError } from "../../core/error.ts";
import { hostPort, type Instance } from "../../core/instance.ts";
import type { RedisCommand } from "./redis-connection.ts";

/** One backend in the list of one domain. */
export interface Member {
  readonly domain: string;
  /** "http://10.0.0.5:80". */
  readonly url: string;
}

/** What Redis holds for a domain; see hipache's README for the form. */
export interface Frontend {
  /** An identifier, then the URLs of backends; empty where there is no such key. */
  readonly list: readonly string[];
  /** Backends that hipache gave up for a while, by their place in the list, the identifier not counted. */
  readonly dead: readonly number[];
  /** How long the marks still hold, in milliseconds. */
  readonly deadFor: number;
}

const DOMAIN = /^(\*|(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*)$/;

/** The domains that an instance asks for by its attribute "hipache_domain", or "domain": several by commas. Throws REGISTRATION_INVALID. */
export function membersOf(instance: Instance): Member[] {
  const { id, port, attributes } = instance;
  const invalid = (reason: string, hint: string) => new AppError("REGISTRATION_INVALID", `Cannot register "${id}" for hipache: ${reason}`, { hint });
  const domains = (attributes["hipache_domain"] ?? attributes["domain"] ?? "").split(",").map((domain) => domain.trim().toLowerCase());
  const asked = [...new Set(domains)].filter((domain) => domain !== "");
  for (const domain of asked) if (!DOMAIN.test(domain)) throw invalid(`"${domain}" is no domain`, 'A domain is as "www.example.com", "*.example.com" or "*"; international ones are written in ASCII');
  if (asked.length > 0 && (!Number.isInteger(port) || port < 1 || port > 65_535)) throw invalid(`${port} is no port`, "A port is 1 to 65535");
  return asked.map((domain) => ({ domain, url: `http://${hostPort(instance)}` }));
}

/** The registration's id: the list and its member. */
export function idOf({ domain, url }: Member): string {
  return `frontend:${domain} ${url}`;
}

export function memberOf(id: string): Member {
  const [list = "", url = ""] = id.split(" ");
  return { domain: list.slice("frontend:".length), url };
}

export interface FrontendKeys {
  readonly list: string;
  readonly dead: string;
}

export function frontendKeys(prefix: string, domain: string): FrontendKeys {
  return { list: `${prefix}frontend:${domain}`, dead: `${prefix}dead:${domain}` };
}

/** Appends a backend that is not in the list; `identifier` begins a list that is made by it. */
export function additions({ list, dead }: Frontend, keys: FrontendKeys, identifier: string, url: string): RedisCommand[] {
  if (list.includes(url, 1)) return [];
  if (list.length === 0) return [["rpush", keys.list, identifier, url], ["del", keys.dead]];
  const place = list.length - 1;
  // A mark of one that stood at this place before would hit the new one.
  return [["rpush", keys.list, url], ...(dead.includes(place) ? [["srem", keys.dead, place] satisfies RedisCommand] : [])];
}

/** Removes a backend, and the list with the last one: hipache takes an empty list for a broken site. Marks of those behind it move with them. */
export function removals({ list, dead, deadFor }: Frontend, keys: FrontendKeys, url: string): RedisCommand[] {
  const backends = list.slice(1);
  if (!backends.includes(url)) return [];
  if (backends.every((backend) => backend === url)) return [["del", keys.list, keys.dead]];
  // Only backends are compared: the identifier may look like one.
  const left = backends.map((backend, place) => ({ backend, place })).filter(({ backend }) => backend !== url);
  const marks = left.flatMap(({ place }, now) => (dead.includes(place) ? [now] : []));
  return [["del", keys.list], ["rpush", keys.list, list[0] ?? "", ...left.map(({ backend }) => backend)], ...remark(dead, marks, deadFor, keys)];
}

function remark(before: readonly number[], after: readonly number[], deadFor: number, keys: FrontendKeys): RedisCommand[] {
  if (before.length === 0) return [];
  if (after.length === 0) return [["del", keys.dead]];
  return [["del", keys.dead], ["sadd", keys.dead, ...after], ...(deadFor > 0 ? [["pexpire", keys.dead, deadFor] satisfies RedisCommand] : [])];
}
