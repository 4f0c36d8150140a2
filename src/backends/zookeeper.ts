import type { BackendDefinition } from "../core/backend.ts";
import type { Key } from "../core/key.ts";
import type { ZookeeperAccess } from "../clients/zookeeper/acl.ts";
import type { ZookeeperLogin } from "../clients/zookeeper/login.ts";

/** The table [backends.zookeeper], already checked. */
export interface ZookeeperOptions extends ZookeeperLogin {
  /** HOST:PORT of each server. */
  readonly servers: readonly string[];
  /** The node that is the root of all keys. */
  readonly chroot?: Key | undefined;
  /** Of nodes that are made. */
  readonly acl?: ZookeeperAccess | undefined;
}

/** Nodes of ZooKeeper and what they hold. */
export const zookeeperBackend: BackendDefinition<ZookeeperOptions> = {
  name: "zookeeper",
  summary: "Nodes in ZooKeeper",
  async open(options, ports) {
    const { openZookeeper } = await import("./zookeeper/zookeeper-backend.ts");
    return openZookeeper(options, ports);
  },
};
