import { openTarget, type TargetOptions } from "../../clients/consul/open-target.ts";
import { tokenReader } from "../../clients/consul/token.ts";
import type { RegistryDefinition } from "./definition.ts";

/** How Consul's agent is reached, and what it does with the dead. */
export interface ConsulRegistryOptions extends TargetOptions {
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  /** How long a service may be critical, as one whose registrar died is, before Consul removes it, in milliseconds; Consul takes less than a minute for a minute. */
  readonly deregisterCriticalServiceAfter?: number | undefined;
}

const DEREGISTER_AFTER_MS = 60_000;

/** Services of Consul's agent, each with a check that is kept passing. */
export const consulRegistry: RegistryDefinition<ConsulRegistryOptions> = {
  name: "consul",
  summary: "Services of a Consul agent, with a TTL check",
  async open(options, context) {
    const { deregisterCriticalServiceAfter = DEREGISTER_AFTER_MS } = options;
    const target = await openTarget(options, context.ports);
    const [{ ConsulAgent }, { ConsulRegistry }] = await Promise.all([import("./consul-agent.ts"), import("./consul-registry.ts")]);
    const agent = new ConsulAgent({ target, token: tokenReader(options, context.ports), clock: context.ports.clock });
    return new ConsulRegistry({ agent, context, deregisterAfter: deregisterCriticalServiceAfter });
  },
};
