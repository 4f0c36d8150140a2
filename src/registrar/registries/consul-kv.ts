import { ConsulClient } from "../../clients/consul/client.ts";
import { openTarget, type TargetOptions } from "../../clients/consul/open-target.ts";
import { tokenReader } from "../../clients/consul/token.ts";
import type { Registry, RegistryContext } from "../../core/registry.ts";
import { type LayoutOptions, openLayout } from "../layouts/index.ts";

export interface ConsulKvRegistryOptions extends TargetOptions, LayoutOptions {
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly datacenter?: string | undefined;
  /** Tells this registry from another one of the same registrar in the same Consul. */
  readonly name?: string | undefined;
}

const HOLD_MS = 55_000;

/** Keys in Consul, all of a registrar under one session. */
export const consulKvRegistry = {
  name: "consul-kv",
  summary: "Keys in Consul under a session",
  async open(options: ConsulKvRegistryOptions, context: RegistryContext): Promise<Registry> {
    const { name, datacenter } = options;
    const { ports } = context;
    const layout = openLayout(options);
    const target = await openTarget(options, ports);
    const token = tokenReader(options, ports);
    const [{ ConsulKvCalls }, { ConsulKvRegistry }] = await Promise.all([import("./consul-kv-calls.ts"), import("./consul-kv-registry.ts")]);
    const calls = new ConsulKvCalls({ target, token, datacenter });
    const watching = new ConsulClient({ target, datacenter, clock: ports.clock, waitMs: HOLD_MS });
    return new ConsulKvRegistry({ name, calls, watching, token, layout, context });
  },
};
