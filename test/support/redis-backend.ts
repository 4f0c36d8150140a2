import { type RedisOptions, redisBackend } from "../../src/backends/redis.ts";
import type { Backend, BackendPorts } from "../../src/core/backend.ts";
import { parseRedisAddress, type RedisAddress } from "../../src/schema/redis-address.ts";
import { toKey } from "../../src/core/key.ts";
import { realPorts } from "./ports.ts";

/** Opens the backend on an address: "127.0.0.1:6379/2". */
export function openRedisBackend(address: string, options: Partial<Omit<RedisOptions, "address">> = {}, ports: Partial<BackendPorts> = {}): Promise<Backend> {
  return redisBackend.open({ address: parseRedisAddress(address) as RedisAddress, ...options }, { ...realPorts(), ...ports });
}

/** What is below a prefix. */
export async function readBelow(backend: Backend, ...prefixes: string[]): Promise<Record<string, unknown>> {
  const { entries } = await backend.read(prefixes.map(toKey), { signal: AbortSignal.timeout(10_000) });
  return Object.fromEntries([...entries].sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ key, value }) => [key, value]));
}
