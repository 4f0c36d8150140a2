import { AppError } from "../../core/error.ts";

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  /** Stands before every key. */
  readonly prefix: string;
}

const PORT = 6379;

/** Reads "redis://:PASSWORD@HOST:PORT/DATABASE#PREFIX". Throws CONFIG_INVALID, without the password. */
export function parseRedisUrl(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const database = /^\/?(\d*)$/.exec(url?.pathname ?? "")?.[1];
  if (url === undefined || !["redis:", "rediss:"].includes(url.protocol) || url.hostname === "" || database === undefined) {
    throw new AppError("CONFIG_INVALID", "Cannot use the address of Redis: it is not a URL as hipache writes it", { hint: 'Write "redis://:PASSWORD@HOST:PORT/DATABASE#PREFIX", or "rediss:" for TLS' });
  }
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port || PORT),
    secure: url.protocol === "rediss:",
    username: decode(url.username),
    password: decode(url.password),
    database: Number(database || 0),
    prefix: decode(url.hash.slice(1)) ?? "",
  };
}

function decode(part: string): string | undefined {
  if (part === "") return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
