import type { BackendDefinition } from "../core/backend.ts";
import { consulBackend } from "./consul.ts";
import { dnsBackend } from "./dns.ts";
import { envBackend } from "./env.ts";
import { etcdBackend } from "./etcd.ts";
import { fileBackend } from "./file.ts";
import { redisBackend } from "./redis.ts";
import { vaultBackend } from "./vault.ts";
import { zookeeperBackend } from "./zookeeper.ts";

/** Every backend. Their options have been checked against the settings' table before they are opened. */
export const backends: readonly BackendDefinition[] = [etcdBackend, consulBackend, redisBackend, zookeeperBackend, vaultBackend, fileBackend, envBackend, dnsBackend] as readonly BackendDefinition[];
