import { hostPort } from "../schema/host-port.ts";
import { setting } from "../schema/setting.ts";
import { key, listOf, name, oneOf, path, text } from "../schema/values.ts";

/** The table [backends.zookeeper]. */
export const ZOOKEEPER_SETTINGS = {
  "backends.zookeeper.servers": setting(listOf(hostPort), { doc: "HOST:PORT of the servers", default: ["127.0.0.1:2181"] }),
  "backends.zookeeper.chroot": setting(key, { doc: "The node that is the root of all keys", default: "/" }),
  "backends.zookeeper.username": setting(name, { doc: "User to log in as, by digest" }),
  "backends.zookeeper.password_file": setting(path, { doc: "File that holds the password" }),
  "backends.zookeeper.password": setting(text, { doc: "The password itself; a file is safer", secret: true }),
  "backends.zookeeper.acl": setting(oneOf(["open", "readable", "private"], "choice"), { doc: "Who may do what with nodes that are made: open, everybody everything; readable, others read; private, the user alone. Without, readable where there is a username, else open" }),
} as const;
