import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseArguments } from "../../src/cli/confd/arguments.ts";
import { translate } from "../../src/cli/confd/translate.ts";
import type { Outside } from "../../src/cli/command.ts";
import { systemFiles } from "../../src/platform/files.ts";

type Env = Readonly<Record<string, string>>;

const outside = (env: Env): Outside => ({ cwd: "/nowhere", env: { REMORA_STATE_DIR: "/state", ...env }, uid: 0, hash: () => "", ports: { files: systemFiles } }) as unknown as Outside;
const translated = (args: string, env: Env = {}) => translate(parseArguments(args.split(" ")), outside(env));

const INTERVAL = (seconds: number) => ({ reconcile: `${seconds}s`, "wait-min": `${seconds}s`, "wait-max": `${seconds}s` });

describe("confd's settings in Remora's words", () => {
  const CASES: readonly (readonly [string, Env, Readonly<Record<string, unknown>>])[] = [
    ["etcd", {}, { backend: "etcd", confdir: "/etc/confd", ...INTERVAL(600) }],
    ["-onetime", {}, { backend: "etcd", confdir: "/etc/confd" }],
    ["consul --watch", {}, { backend: "consul", confdir: "/etc/confd" }],
    ["-interval 10 -confdir /c", {}, { backend: "etcd", confdir: "/c", ...INTERVAL(10) }],
    ["etcd", { CONFD_INTERVAL: "5", CONFD_CONFDIR: "/c" }, { backend: "etcd", confdir: "/c", ...INTERVAL(5) }],
    ["redis --interval 5", {}, { backend: "redis", confdir: "/etc/confd", ...INTERVAL(5), "redis-interval": "5s" }],
    ["etcd --watch --debounce 500ms", {}, { backend: "etcd", confdir: "/etc/confd", "wait-min": "500ms", "wait-max": "500ms500ms500ms500ms500ms", "wait-collect-first": "true" }],
    ["etcd --watch --batch-interval 3s", {}, { backend: "etcd", confdir: "/etc/confd", "wait-min": "3s", "wait-max": "3s", "wait-collect-first": "true" }],
    // In confd both are about --watch alone.
    ["etcd --interval 10 --debounce 1s --batch-interval 2s", {}, { backend: "etcd", confdir: "/etc/confd", ...INTERVAL(10) }],
    ["etcd --watch --interval 10 --debounce 0s", {}, { backend: "etcd", confdir: "/etc/confd" }],
    ["etcd --onetime --backend-timeout 5s --shutdown-timeout 1s", {}, { backend: "etcd", confdir: "/etc/confd", timeout: "5s", "shutdown-timeout": "1s" }],
    ["etcd --onetime", { CONFD_LOG_LEVEL: "warning", CONFD_LOG_FORMAT: "text", CONFD_PREFIX: "/p" }, { backend: "etcd", confdir: "/etc/confd", prefix: "/p", "log-level": "warn", "log-format": "logfmt" }],
    ["-onetime", { ETCDCTL_PEERS: "http://a:1,http://b:2" }, { backend: "etcd", confdir: "/etc/confd", "etcd-endpoints": ["http://a:1", "http://b:2"] }],
    ["-onetime -node c:3", { ETCDCTL_PEERS: "http://a:1", CONFD_CLIENT_CAKEYS: "/ca", CONFD_CLIENT_CERT: "/c", CONFD_CLIENT_KEY: "/k" }, { backend: "etcd", confdir: "/etc/confd", "etcd-endpoints": ["https://c:3"], "etcd-ca-file": "/ca", "etcd-cert-file": "/c", "etcd-key-file": "/k" }],
    // Go's durations: "us" and ".5s", and 0 for no limit.
    ["etcd --watch --debounce .5s", { CONFD_BACKEND_TIMEOUT: "0s" }, { backend: "etcd", confdir: "/etc/confd", timeout: "24h", "wait-min": "0.5s", "wait-max": "0.5s0.5s0.5s0.5s0.5s", "wait-collect-first": "true" }],
    ["etcd --watch --batch-interval 1h1.5m1500us", {}, { backend: "etcd", confdir: "/etc/confd", "wait-min": "1h1.5m1.5ms", "wait-max": "1h1.5m1.5ms", "wait-collect-first": "true" }],
    ["-onetime -secret-keyring /keys.gpg", {}, { backend: "etcd", confdir: "/etc/confd", "openpgp-keyring": "/keys.gpg" }],
    ["vault --onetime", { VAULT_TOKEN: "t" }, { backend: "vault", confdir: "/etc/confd", "vault-token": "t" }],
  ];
  for (const [args, env, expected] of CASES) {
    test(`${Object.entries(env).map(([name, value]) => `${name}=${value} `).join("")}confd ${args}`, async () => {
      assert.deepEqual((await translated(args, env)).flags, expected);
    });
  }

  test("metrics are told at all interfaces where none is named", async () => {
    assert.deepEqual((await translated("etcd --metrics-addr :9100")).compatible.metrics, { kind: "tcp", host: "0.0.0.0", port: 9100 });
    await assert.rejects(translated("etcd --metrics-addr 9100"), /--metrics-addr: "9100" is not an address/);
  });

  test("what has no effect, and variables that are slips, are told of", async () => {
    const { warnings } = await translated("etcd --keep-stage-file --stat-cache-ttl 5s", { CONFD_PREFX: "/p", CONFD_OF_MY_TEMPLATES: "x" });
    assert.deepEqual(warnings, [
      'CONFD_PREFX: this variable is not known. Did you mean "CONFD_PREFIX"?',
      "--keep-stage-file: this has no effect, as staged files are always removed; --noop --diff shows what would be written",
      "--stat-cache-ttl: this has no effect, as templates are compiled once, and again when they change",
    ]);
  });

  test("commands have no tokens in their environment", async () => {
    const { commandEnv } = (await translated("etcd", { PATH: "/bin", PORT: "80", VAULT_TOKEN: "t", CONSUL_HTTP_TOKEN: "t", REMORA_ETCD_PASSWORD: "p" })).compatible;
    assert.deepEqual(commandEnv, { PATH: "/bin", PORT: "80", REMORA_STATE_DIR: "/state" });
  });
});
