import { hostPort, type Instance } from "../core/instance.ts";
import type { CompiledTemplate } from "../core/template.ts";
import { instances } from "./functions/network.ts";

/** A service, and where it is looked for. */
export interface PlacedService {
  /** As it was configured: "mysql", "etcd:/services/mysql". */
  readonly shown: string;
  readonly name: string;
  /** "consul" is Consul's catalog, anything else the prefix below which a registrar publishes it: "etcd:/services". */
  readonly from: string;
}

/** The live instances of services as a template: its text is JSON, {SERVICE: ["ADDRESS:PORT", ...]}, sorted. */
export function servicesTemplate(services: readonly PlacedService[]): CompiledTemplate {
  return {
    name: "requires",
    literals: services.flatMap(({ name, from }) => (from === "consul" ? [] : [`${from}/${name}`])),
    sources: [],
    render: (context) => {
      const live = services.map(({ shown, name, from }) => [shown, addresses(instances(context, name, { from }) as readonly Pick<Instance, "address" | "port">[])] as const);
      return JSON.stringify(Object.fromEntries(live));
    },
  };
}

function addresses(live: readonly Pick<Instance, "address" | "port">[]): readonly string[] {
  // Registries that hold addresses alone have no port.
  return [...new Set(live.map((one) => (one.port > 0 ? hostPort(one) : one.address)))].sort();
}
