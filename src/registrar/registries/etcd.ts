import { EtcdClient } from "../../clients/etcd/client.ts";
import { openEtcd3 } from "../../clients/etcd/open-etcd3.ts";
import { type EtcdOptions, readCredentials } from "../../clients/etcd/options.ts";
import type { Registry, RegistryContext } from "../../core/registry.ts";
import { type LayoutOptions, openLayout } from "../layouts/index.ts";

export interface EtcdRegistryOptions extends EtcdOptions, LayoutOptions {
  /** Tells this registry from another one of the same registrar in the same etcd. */
  readonly name?: string | undefined;
}

/** An answer that takes longer counts as none. */
const DEADLINE_MS = 3_000;

/** Keys in etcd 3, all of a registrar under one lease. */
export const etcdRegistry = {
  name: "etcd",
  summary: "Keys in etcd 3 under a lease",
  async open(options: EtcdRegistryOptions, context: RegistryContext): Promise<Registry> {
    const layout = openLayout(options);
    const { ports } = context;
    const { EtcdRegistry } = await import("./etcd-registry.ts");
    const watching = new EtcdClient({ endpoints: options.endpoints, credentials: () => readCredentials(options, ports), clock: ports.clock });
    return new EtcdRegistry({ name: options.name, endpoints: options.endpoints, open: (endpoint) => openEtcd3({ ...options, endpoints: [endpoint] }, { ports, deadlineMs: DEADLINE_MS, retries: false }), watching, layout, context });
  },
};
