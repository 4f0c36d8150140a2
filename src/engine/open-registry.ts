import type { Settings } from "../core/configuration.ts";
import { AppError } from "../core/error.ts";
import type { Registry, RegistryContext } from "../core/registry.ts";
import { REGISTRY_NAMES } from "../registrar/index.ts";
import type { ConsulRegistryOptions } from "../registrar/registries/consul.ts";
import type { EtcdRegistryOptions } from "../registrar/registries/etcd.ts";

/** The registries that are configured, or the default backend where that is one. Throws CONFIG_INVALID when there is none. */
export function registryNames({ registrar, backend }: Settings): readonly string[] {
  if (registrar.registries.length > 0) return registrar.registries;
  if ((REGISTRY_NAMES as readonly string[]).includes(backend)) return [backend];
  throw new AppError("CONFIG_INVALID", `Cannot register in backend "${backend}": it is not a registry`, { hint: `Name one in [registrar] registries, or with --registrar-registries: ${REGISTRY_NAMES.join(", ")}` });
}

/** Opens one of them; its library is loaded here. */
export async function openRegistry(name: string, { backends, registrar }: Settings, context: RegistryContext): Promise<Registry> {
  switch (name) {
    case "etcd":
      return (await import("../registrar/registries/etcd.ts")).etcdRegistry.open({ ...(backends["etcd"] as EtcdRegistryOptions), ...registrar.layout }, context);
    case "consul":
      return (await import("../registrar/registries/consul.ts")).consulRegistry.open(backends["consul"] as ConsulRegistryOptions, context);
    default:
      throw new Error(`no registry is named ${name}`);
  }
}

/** Where the first registry is, for the address on the way to it; undefined behind a Unix socket. */
export function registryPlace(settings: Settings): { readonly host: string; readonly port: number } | undefined {
  const [name] = registryNames(settings);
  const { endpoints } = settings.backends["etcd"] as { readonly endpoints: readonly string[] };
  const { address } = settings.backends["consul"] as { readonly address: string };
  const url = name === "etcd" ? endpoints[0] : address;
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) || (protocol === "https:" ? 443 : 80) };
}
