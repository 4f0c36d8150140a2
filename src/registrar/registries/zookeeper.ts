import { type LayoutOptions, openLayout } from "../layouts/index.ts";
import type { RegistryDefinition } from "./definition.ts";

export interface ZookeeperRegistryOptions extends LayoutOptions {
  /** "10.0.0.1:2181", one for each server. */
  readonly servers: readonly string[];
}

/** Ephemeral nodes in ZooKeeper, which end with the session of their registrar. */
export const zookeeperRegistry: RegistryDefinition<ZookeeperRegistryOptions> = {
  name: "zookeeper",
  summary: "Ephemeral nodes in ZooKeeper",
  async open(options, context) {
    const layout = openLayout(options);
    const [{ ZookeeperSession }, { ZookeeperRegistry }] = await Promise.all([import("./zookeeper-session.ts"), import("./zookeeper-registry.ts")]);
    const session = new ZookeeperSession({ servers: options.servers, timeout: context.ttl, clock: context.ports.clock });
    return new ZookeeperRegistry({ session, layout, context });
  },
};
