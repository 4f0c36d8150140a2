import { join } from "node:path";
import type { Settings } from "../core/configuration.ts";
import { AppError } from "../core/error.ts";
import type { Registry, RegistryContext } from "../core/registry.ts";
import { REGISTRY_BACKENDS, REGISTRY_NAMES } from "../registrar/index.ts";
import { registries } from "../registrar/registries/index.ts";

/** The registries that are configured, or the default backend where that is one. Throws CONFIG_INVALID when there is none. */
export function registryNames({ registrar, backend }: Settings): readonly string[] {
  if (registrar.registries.length > 0) return registrar.registries;
  if (REGISTRY_BACKENDS.includes(backend)) return [backend];
  throw new AppError("CONFIG_INVALID", `Cannot register in backend "${backend}": it is not a registry`, { hint: `Name one in [registrar] registries, or with --registry: ${REGISTRY_NAMES.join(", ")}` });
}

/** Opens one of them; its library is loaded then. */
export async function openRegistry(name: string, settings: Settings, context: RegistryContext): Promise<Registry> {
  const definition = registries.find((candidate) => candidate.name === name);
  if (definition === undefined) throw new Error(`no registry is named ${name}`);
  return definition.open(optionsOf(name, settings, context), context);
}

function optionsOf(name: string, { backends, registrar, stateDir }: Settings, context: RegistryContext): unknown {
  switch (name) {
    case "etcd":
      return { ...(backends["etcd"] as object), ...registrar.layout };
    case "consul-kv":
      return { ...(backends["consul"] as object), ...registrar.layout };
    case "zookeeper":
      return { ...(backends["zookeeper"] as object), servers: zookeeperServers({ backends, registrar }), ...registrar.layout };
    case "redis":
      return registrar.redis;
    case "docker-flow-proxy":
      return { ...registrar.proxy, stateFile: join(stateDir, `docker-flow-proxy-${context.registrar}.json`) };
    default:
      return backends[name];
  }
}

/** Where the first registry is, for the address on the way to it; undefined behind a Unix socket. */
export function registryPlace(settings: Settings): { readonly host: string; readonly port: number } | undefined {
  const [name] = registryNames(settings);
  const url = urlOf(name, settings);
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  return hostname === "" ? undefined : { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) || (PORTS[protocol] ?? 80) };
}

const PORTS: Readonly<Record<string, number>> = { "https:": 443, "redis:": 6_379, "rediss:": 6_379, "zookeeper:": 2_181 };

function urlOf(name: string | undefined, { backends, registrar }: Settings): string | undefined {
  if (name === "etcd") return (backends["etcd"] as { readonly endpoints: readonly string[] }).endpoints[0];
  if (name === "redis") return registrar.redis.url;
  if (name === "zookeeper") return `zookeeper://${zookeeperServers({ backends, registrar })[0]}`;
  return name === "docker-flow-proxy" ? registrar.proxy.url : (backends["consul"] as { readonly address: string }).address;
}

function zookeeperServers({ backends, registrar }: Pick<Settings, "backends" | "registrar">): readonly string[] {
  return registrar.zookeeper.servers ?? (backends["zookeeper"] as { readonly servers: readonly string[] }).servers;
}
