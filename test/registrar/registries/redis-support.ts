import type { Redis } from "ioredis";
import type { RegistryContext } from "../../../src/core/registry.ts";
import { type RedisRegistryOptions, redisRegistry } from "../../../src/registrar/registries/redis.ts";
import { aContext, anInstance } from "./support.ts";

/** Opens the registry of a registrar, and keeps its log. */
export async function openRedisRegistry(url: string, registrar: string, { options = {}, ...more }: Partial<Omit<RegistryContext, "ports">> & { readonly options?: Partial<RedisRegistryOptions> } = {}) {
  const context = aContext(registrar, more);
  return Object.assign(await redisRegistry.open({ url, ...options }, context), { log: context.ports.log });
}

/** A web server that is served under some domains. */
export function served(domain: string, port: number, name = "web") {
  return anInstance(`${name}-${port}`, { name, port, attributes: { hipache_domain: domain } });
}

/** A list as hipache reads it at each request. */
export function frontend(client: Redis, domain: string, prefix = ""): Promise<string[]> {
  return client.lrange(`${prefix}frontend:${domain}`, 0, -1);
}
