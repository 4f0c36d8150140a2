import type { ZookeeperAccess } from "../../clients/zookeeper/acl.ts";
import type { ZookeeperLogin } from "../../clients/zookeeper/login.ts";
import type { Key } from "../../core/key.ts";
import { type LayoutOptions, openLayout } from "../layouts/index.ts";
import type { RegistryDefinition } from "./definition.ts";

/** The tables [registrar] and [backends.zookeeper], already checked. */
export interface ZookeeperRegistryOptions extends LayoutOptions, ZookeeperLogin {
  /** "10.0.0.1:2181", one for each server. */
  readonly servers: readonly string[];
  /** The node that is the root of all keys. */
  readonly chroot?: Key | undefined;
  /** Of nodes that are made. */
  readonly acl?: ZookeeperAccess | undefined;
}

/** Ephemeral nodes in ZooKeeper, which end with the session of their registrar. */
export const zookeeperRegistry: RegistryDefinition<ZookeeperRegistryOptions> = {
  name: "zookeeper",
  summary: "Ephemeral nodes in ZooKeeper",
  async open(options, context) {
    const layout = openLayout(options);
    const [{ ZookeeperSession }, { ZookeeperRegistry }] = await Promise.all([import("./zookeeper-session.ts"), import("./zookeeper-registry.ts")]);
    const session = new ZookeeperSession({ ...options, timeout: context.ttl, ports: context.ports });
    return new ZookeeperRegistry({ session, layout, context });
  },
};
