import { consulKvRegistry } from "./consul-kv.ts";
import { consulRegistry } from "./consul.ts";
import type { RegistryDefinition } from "./definition.ts";
import { dockerFlowProxyRegistry } from "./docker-flow-proxy.ts";
import { etcdRegistry } from "./etcd.ts";
import { redisRegistry } from "./redis.ts";
import { zookeeperRegistry } from "./zookeeper.ts";

export type { RegistryDefinition } from "./definition.ts";

/** Every registry. Their options have been checked against the settings' table before they are opened. */
export const registries: readonly RegistryDefinition[] = [etcdRegistry, consulRegistry, consulKvRegistry, redisRegistry, dockerFlowProxyRegistry, zookeeperRegistry] as readonly RegistryDefinition[];
