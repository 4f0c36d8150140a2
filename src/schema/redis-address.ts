import * as v from "valibot";
import { socketPathProblem } from "../core/socket-path.ts";
import type { ValueSchema } from "./setting.ts";
import { notA, schema } from "./values.ts";

/** Where a Redis listens, and which of its databases is meant. */
export interface RedisAddress {
  /** As it is named in messages. */
  readonly name: string;
  readonly host?: string;
  readonly port?: number;
  /** A Unix socket. */
  readonly path?: string;
  readonly database: number;
}

const PORT = 6379;
const HIGHEST_PORT = 65_535;

/** "HOST", "HOST:PORT", "HOST:PORT/DATABASE", "[::1]:PORT", "/PATH/redis.sock" or "unix:///PATH/redis.sock". */
export const redisAddress: ValueSchema<RedisAddress> = schema(
  v.pipe(
    v.string(notA("address")),
    v.check((raw) => !raw.includes("@"), () => "an address holds no credentials"),
    v.check((raw) => parseRedisAddress(raw) !== undefined, notA("address")),
    v.check((raw) => problemOf(raw) === undefined, (issue) => problemOf(String(issue.input)) ?? ""),
    v.transform((raw) => parseRedisAddress(raw) as RedisAddress),
  ),
  { type: "address", hint: 'Write "HOST:PORT", "HOST:PORT/DATABASE" or the path of a Unix socket' },
);

function problemOf(raw: string): string | undefined {
  return socketPathProblem(parseRedisAddress(raw)?.path ?? "");
}

/** Undefined where it is none. */
export function parseRedisAddress(text: string): RedisAddress | undefined {
  const path = /^(?:unix:\/\/)?(\/.+)$/.exec(text)?.[1];
  if (path !== undefined) return { name: path, path, database: 0 };
  const [, ipv6, name, port = String(PORT), database = "0"] = /^(?:\[([\da-fA-F:.]+)\]|([^\s:/@[\]]+))(?::(\d+))?(?:\/(\d+))?$/.exec(text) ?? [];
  const host = ipv6 ?? name;
  if (host === undefined || Number(port) < 1 || Number(port) > HIGHEST_PORT) return undefined;
  return { name: `${ipv6 === undefined ? host : `[${ipv6}]`}:${port}`, host, port: Number(port), database: Number(database) };
}
