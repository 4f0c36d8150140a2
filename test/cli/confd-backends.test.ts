import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { backendFlags } from "../../src/cli/confd/backends.ts";
import { readValues } from "../../src/cli/confd/values.ts";
import { flagName, SETTINGS } from "../../src/config/settings.ts";

const flagsOf = (backend: string, toml: Readonly<Record<string, unknown>>) => backendFlags(backend, readValues({ toml }));

describe("what confd says of a backend, in Remora's words", () => {
  const CASES: readonly (readonly [string, string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>])[] = [
    ["a node without a scheme has the one that is given", "etcd", { nodes: ["a:2379", "http://b:2379"], scheme: "https" }, { "etcd-endpoints": ["https://a:2379", "http://b:2379"] }],
    ["certificates mean https", "etcd", { nodes: ["a:2379"], client_cakeys: "/ca.pem" }, { "etcd-endpoints": ["https://a:2379"], "etcd-ca-file": "/ca.pem" }],
    ["etcd logs in", "etcdv3", { basic_auth: true, username: "u", password: "p" }, { "etcd-username": "u", "etcd-password": "p" }],
    ["Consul has a token", "consul", { nodes: ["c:8500"], auth_token: "t" }, { "consul-address": "http://c:8500", "consul-token": "t" }],
    ["Redis has a database, a separator and a key file", "redis", { nodes: ["r:6379/2"], separator: ":", client_cert: "/c.pem", client_key: "/k.pem" }, { "redis-address": "r:6379/2", "redis-separator": ":", "redis-cert-file": "/c.pem", "redis-key-file": "/k.pem" }],
    ["ZooKeeper has several servers", "zookeeper", { nodes: ["a:2181", "b:2181"] }, { "zookeeper-servers": ["a:2181", "b:2181"] }],
    ["Vault has a role and its secret", "vault", { nodes: ["http://v:8200"], auth_type: "app-role", role_id: "r", secret_id: "s", path: "web" }, { "vault-address": "http://v:8200", "vault-auth": "approle", "vault-role-id": "r", "vault-secret-id": "s", "vault-auth-path": "web" }],
    ["Vault has a role of Kubernetes", "vault", { auth_type: "kubernetes", role_id: "r" }, { "vault-auth": "kubernetes", "vault-role": "r" }],
    ["a file", "file", { file: "/data" }, { "file-path": "/data", "file-filter": "*" }],
    ["several files", "file", { file: ["/a", "/b"], filter: "*.json" }, { "file-path": "/a", "file-also": ["/b"], "file-filter": "*.json" }],
  ];
  for (const [name, backend, toml, expected] of CASES) {
    test(name, () => {
      const { flags } = flagsOf(backend, toml);
      assert.deepEqual(flags, expected);
      const known = Object.keys(SETTINGS).map(flagName);
      assert.deepEqual(Object.keys(flags).filter((flag) => !known.includes(flag)), []);
    });
  }

  const REFUSED: readonly (readonly [string, string, Readonly<Record<string, unknown>>, RegExp])[] = [
    ["a backend of Amazon's", "ssm", {}, /the backend "ssm" is not one that Remora reads/],
    ["a slip", "etcdd", {}, /there is no backend "etcdd"/],
    ["a way to log in that is not there", "vault", { auth_type: "github" }, /cannot log in to Vault by "github"/],
    ["nodes that are no list", "etcd", { nodes: 3 }, /nodes: this is not a list of texts/],
    ["a file that is not named", "file", { filter: "*" }, /The backend "file" is told no file/],
    ["a boolean that is text", "etcd", { basic_auth: "yes" }, /basic_auth: this is not a boolean/],
  ];
  for (const [name, backend, toml, message] of REFUSED) test(`${name} is refused`, () => assert.throws(() => flagsOf(backend, toml), message));

  test("what a backend does not know is told of", () => {
    assert.deepEqual(flagsOf("etcd", { table: "t", auth_token: "hidden" }).warnings, ["auth_token: this has no effect on etcd", "table: this has no effect on etcd"]);
    assert.deepEqual(flagsOf("consul", { nodes: ["a:1", "b:2"] }).warnings, ['nodes: "b:2" is not used, consul is read from the first one']);
  });
});
