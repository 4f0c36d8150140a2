import type { RegistryDefinition } from "./definition.ts";

/** The Redis that hipache reads. */
export interface RedisRegistryOptions {
  /** "redis://:PASSWORD@HOST:PORT/DATABASE#PREFIX", as hipache writes it; "rediss:" is over TLS. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** Lists of backends in Redis, by the domain that hipache serves them under. */
export const redisRegistry: RegistryDefinition<RedisRegistryOptions> = {
  name: "redis",
  summary: "Lists of backends in Redis, for hipache",
  async open(options, context) {
    const { openRedisConnection } = await import("./redis-connection.ts");
    const { RedisRegistry } = await import("./redis-registry.ts");
    const { connection, prefix } = openRedisConnection(options, context.ports);
    return new RedisRegistry({ connection, prefix, context });
  },
};
