import type { RegistryContext } from "../../../src/core/registry.ts";
import { type ConsulRegistryOptions, consulRegistry } from "../../../src/registrar/registries/consul.ts";
import { aContext } from "./support.ts";

/** Opens the registry of a registrar, and keeps its log. */
export async function openConsulRegistry(address: string, registrar: string, { options = {}, ...more }: Partial<Omit<RegistryContext, "ports">> & { readonly options?: Partial<ConsulRegistryOptions> } = {}) {
  const context = aContext(registrar, more);
  const registry = await consulRegistry.open({ address, ...options }, context);
  return Object.assign(registry, { log: context.ports.log });
}

/** A service with its checks, as those see it who look for it. */
export interface SeenService {
  readonly Service: { readonly ID: string; readonly Service: string; readonly Address: string; readonly Port: number; readonly Tags: readonly string[]; readonly Meta: Readonly<Record<string, string>> };
  readonly Checks: readonly { readonly CheckID: string; readonly Status: string; readonly Notes: string; readonly Output: string }[];
}

export interface Seen {
  /** Grows with each change that wakes those who watch. */
  readonly index: number;
  readonly services: readonly SeenService[];
}

/** The services of a name in Consul's catalog. */
export async function seen(url: string, name: string, token?: string): Promise<Seen> {
  const answer = await fetch(`${url}/v1/health/service/${name}`, { headers: token === undefined ? {} : { "x-consul-token": token } });
  return { index: Number(answer.headers.get("x-consul-index")), services: (await answer.json()) as SeenService[] };
}

/** Status by check, without the node's own. */
export function statuses({ Checks }: SeenService): Record<string, string> {
  return Object.fromEntries(Checks.filter(({ CheckID }) => CheckID !== "serfHealth").map(({ CheckID, Status }) => [CheckID, Status]));
}
