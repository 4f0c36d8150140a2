import type { BackendDefinition } from "../core/backend.ts";
import type { RedisAddress } from "../schema/redis-address.ts";

/** The table [backends.redis], already checked. */
export interface RedisOptions {
  readonly address: RedisAddress;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly tls?: boolean | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Stands for the slashes of a key. */
  readonly separator?: string | undefined;
  /** How often everything is read again, in milliseconds; 0 is never, undefined only where Redis does not tell what changed. */
  readonly interval?: number | undefined;
}

/** Strings and hashes in Redis. */
export const redisBackend: BackendDefinition<RedisOptions> = {
  name: "redis",
  summary: "Strings and hashes in Redis",
  async open(options, ports) {
    const { openRedis } = await import("./redis/redis-backend.ts");
    return openRedis(options, ports);
  },
};
