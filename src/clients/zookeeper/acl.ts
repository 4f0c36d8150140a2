import { ACL, Id, Permission } from "node-zookeeper-client";

/** Who may do what with a node that is made: everybody everything, others only read it, or its maker alone. */
export type ZookeeperAccess = "open" | "readable" | "private";

/** The ACL of nodes that are made; without a choice others may read what a user made, and what nobody made is everybody's. */
export function aclOf(access: ZookeeperAccess | undefined, username: string | undefined): ACL[] {
  switch (access ?? (username === undefined ? "open" : "readable")) {
    case "open":
      return [new ACL(Permission.ALL, EVERYBODY)];
    case "readable":
      return [new ACL(Permission.ALL, MAKER), new ACL(Permission.READ, EVERYBODY)];
    case "private":
      return [new ACL(Permission.ALL, MAKER)];
  }
}

const EVERYBODY = new Id("world", "anyone");
/** Whoever the session that makes it is logged in as. */
const MAKER = new Id("auth", "");
