import type { BadInput } from "./bad-inputs.ts";

/** Each way in which a table of Redis, ZooKeeper or Vault can be wrong. */
export const BAD_BACKENDS: readonly BadInput[] = [
  { title: "a Redis as hipache writes it", files: { "remora.toml": '[backends.redis]\naddress = "redis://r:6379"\n' }, said: `DIR/remora.toml:2:11: Cannot read "DIR/remora.toml": backends.redis.address: "redis://r:6379" is not an address
  2 | address = "redis://r:6379"
                ^
  hint: Write "HOST:PORT", "HOST:PORT/DATABASE" or the path of a Unix socket` },
  { title: "a password in the address of Redis", files: { "remora.toml": '[backends.redis]\naddress = ":hunter2@r:6379"\n' }, said: `DIR/remora.toml:2:11: Cannot read "DIR/remora.toml": backends.redis.address: an address holds no credentials
  hint: Write "HOST:PORT", "HOST:PORT/DATABASE" or the path of a Unix socket` },
  { title: "a database of Redis that is no number", files: { "remora.toml": '[backends.redis]\naddress = "r:6379/app"\n' }, said: `DIR/remora.toml:2:11: Cannot read "DIR/remora.toml": backends.redis.address: "r:6379/app" is not an address
  2 | address = "r:6379/app"
                ^
  hint: Write "HOST:PORT", "HOST:PORT/DATABASE" or the path of a Unix socket` },
  { title: "a separator that is nothing", files: { "remora.toml": '[backends.redis]\nseparator = ""\n' }, said: `DIR/remora.toml:2:13: Cannot read "DIR/remora.toml": backends.redis.separator: "" is not a name
  2 | separator = ""
                  ^` },
  { title: "a user of Redis without a password", files: { "remora.toml": '[backends.redis]\nusername = "u"\n' }, said: `DIR/remora.toml:2:12: Cannot read "DIR/remora.toml": backends.redis.username: this needs backends.redis.password_file or backends.redis.password
  2 | username = "u"
                 ^
  hint: Set backends.redis.password_file or backends.redis.password` },
  { title: "a password of Redis twice", files: { "remora.toml": '[backends.redis]\npassword = "hunter2"\npassword_file = "p"\n' }, said: `DIR/remora.toml:2:12: Cannot read "DIR/remora.toml": backends.redis.password: backends.redis.password_file is given as well
  hint: Keep one of the two` },
  { title: "a ZooKeeper with its chroot in the address", files: { "remora.toml": '[backends.zookeeper]\nservers = ["zk1:2181/apps"]\n' }, said: `DIR/remora.toml:2:11: Cannot read "DIR/remora.toml": backends.zookeeper.servers: "zk1:2181/apps" is not a server
  2 | servers = ["zk1:2181/apps"]
                ^
  hint: Write a name or an IPv4 address and a port: "zk1.local:2181"` },
  { title: "several servers of ZooKeeper in one text", files: { "remora.toml": '[backends.zookeeper]\nservers = ["zk1:2181,zk2:2181"]\n' }, said: `DIR/remora.toml:2:11: Cannot read "DIR/remora.toml": backends.zookeeper.servers: "zk1:2181,zk2:2181" is not a server
  2 | servers = ["zk1:2181,zk2:2181"]
                ^
  hint: Write a name or an IPv4 address and a port: "zk1.local:2181"` },
  { title: "a password of ZooKeeper without a user", files: { "remora.toml": '[backends.zookeeper]\npassword_file = "p"\n' }, said: `DIR/remora.toml:2:17: Cannot read "DIR/remora.toml": backends.zookeeper.password_file: this needs backends.zookeeper.username
  2 | password_file = "p"
                      ^
  hint: Set backends.zookeeper.username` },
  { title: "nodes of ZooKeeper for a user alone, without one", files: { "remora.toml": '[backends.zookeeper]\nacl = "private"\n' }, said: `DIR/remora.toml:2:7: Cannot read "DIR/remora.toml": backends.zookeeper.acl: this needs backends.zookeeper.username
  2 | acl = "private"
            ^
  hint: Set backends.zookeeper.username` },
  { title: "a Vault by approle without a role", files: { "remora.toml": '[backends.vault]\nauth = "approle"\n' }, said: `DIR/remora.toml:2:8: Cannot read "DIR/remora.toml": backends.vault.auth: this needs backends.vault.role_id
  2 | auth = "approle"
             ^
  hint: Set backends.vault.role_id` },
  { title: "a Vault by kubernetes without a role", files: { "remora.toml": '[backends.vault]\nauth = "kubernetes"\n' }, said: `DIR/remora.toml:2:8: Cannot read "DIR/remora.toml": backends.vault.auth: this needs backends.vault.role
  2 | auth = "kubernetes"
             ^
  hint: Set backends.vault.role` },
  { title: "a way to log in to Vault that is misspelt", files: { "remora.toml": '[backends.vault]\nauth = "approl"\n' }, said: `DIR/remora.toml:2:8: Cannot read "DIR/remora.toml": backends.vault.auth: "approl" is not a way to log in
  2 | auth = "approl"
             ^
  hint: Did you mean "approle"?` },
  { title: "a token of Vault and its file", files: { "remora.toml": '[backends.vault]\ntoken_file = "t"\ntoken = "hvs.hunter2"\n' }, said: `DIR/remora.toml:3:9: Cannot read "DIR/remora.toml": backends.vault.token: backends.vault.token_file is given as well
  hint: Keep one of the two` },
  { title: "an unknown option of Vault", files: { "remora.toml": '[backends.vault]\njwt = "hunter2"\n' }, said: `DIR/remora.toml:2:1: Cannot read "DIR/remora.toml": key "backends.vault.jwt" is not known
  hint: Known here: address, root, auth, auth_path, token_file, token, role_id, secret_id_file, secret_id, role, jwt_file, namespace, ca_file, cert_file, key_file, interval` },
];
