import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseArgs } from "node:util";
import { stringify } from "smol-toml";
import { loadSettings } from "../../src/config/load.ts";
import { envName, flagName, settingFlags, SETTINGS, type SettingName } from "../../src/config/settings.ts";
import type { Settings } from "../../src/core/configuration.ts";
import { AppError, describeError } from "../../src/core/error.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { tempDir } from "../support/temp.ts";

/** For each setting a value as it is typed, where it arrives, and as what. */
const SAMPLES: Record<Exclude<SettingName, "confdir">, { typed: string; raw?: unknown; arrives: (settings: Settings) => unknown; as: unknown; with?: Record<string, string> }> = {
  backend: { typed: "consul", arrives: (s) => s.backend, as: "consul" },
  prefix: { typed: "production/", arrives: (s) => s.prefix, as: "/production" },
  "wait.min": { typed: "50ms", arrives: (s) => s.wait.min, as: 50 },
  "wait.max": { typed: "1m30s", arrives: (s) => s.wait.max, as: 90_000 },
  "wait.collect_first": { typed: "true", raw: true, arrives: (s) => s.wait.collectFirst, as: true },
  reconcile: { typed: "0", arrives: (s) => s.reconcile, as: 0 },
  state_dir: { typed: "/x/state", arrives: (s) => s.stateDir, as: "/x/state" },
  cache_dir: { typed: "/x/cache", arrives: (s) => s.cacheDir, as: "/x/cache" },
  timeout: { typed: "5s", arrives: (s) => s.timeout, as: 5_000 },
  shutdown_timeout: { typed: "3s", arrives: (s) => s.shutdownTimeout, as: 3_000 },
  log_level: { typed: "debug", arrives: (s) => s.log.level, as: "debug" },
  log_format: { typed: "json", arrives: (s) => s.log.format, as: "json" },
  "status.listen": { typed: "unix:/x/remora.sock,127.0.0.1:9110", raw: ["unix:/x/remora.sock", "127.0.0.1:9110"], arrives: (s) => s.status.listen, as: [{ kind: "unix", path: "/x/remora.sock" }, { kind: "tcp", host: "127.0.0.1", port: 9_110 }] },
  "status.token_file": { typed: "/x/token", arrives: (s) => s.status.tokenFile, as: "/x/token" },
  "backends.etcd.endpoints": { typed: "http://a:1,https://b:2", raw: ["http://a:1", "https://b:2"], arrives: option("etcd", "endpoints"), as: ["http://a:1", "https://b:2"] },
  "backends.etcd.ca_file": { typed: "/x/ca", arrives: option("etcd", "caFile"), as: "/x/ca" },
  "backends.etcd.cert_file": { typed: "/x/cert", arrives: option("etcd", "certFile"), as: "/x/cert", with: { "backends.etcd.key_file": "/k" } },
  "backends.etcd.key_file": { typed: "/x/key", arrives: option("etcd", "keyFile"), as: "/x/key", with: { "backends.etcd.cert_file": "/c" } },
  "backends.etcd.server_name": { typed: "etcd.local", arrives: option("etcd", "serverName"), as: "etcd.local" },
  "backends.etcd.username": { typed: "root", arrives: option("etcd", "username"), as: "root", with: { "backends.etcd.password": "p" } },
  "backends.etcd.password_file": { typed: "/x/pw", arrives: option("etcd", "passwordFile"), as: "/x/pw", with: { "backends.etcd.username": "u" } },
  "backends.etcd.password": { typed: "a,b", arrives: option("etcd", "password"), as: "a,b", with: { "backends.etcd.username": "u" } },
  "backends.consul.address": { typed: "https://c:8501", arrives: option("consul", "address"), as: "https://c:8501" },
  "backends.consul.token": { typed: "t", arrives: option("consul", "token"), as: "t" },
  "backends.consul.token_file": { typed: "/x/t", arrives: option("consul", "tokenFile"), as: "/x/t" },
  "backends.consul.username": { typed: "root", arrives: option("consul", "username"), as: "root", with: { "backends.consul.password": "p" } },
  "backends.consul.password_file": { typed: "/x/pw", arrives: option("consul", "passwordFile"), as: "/x/pw", with: { "backends.consul.username": "u" } },
  "backends.consul.password": { typed: "a,b", arrives: option("consul", "password"), as: "a,b", with: { "backends.consul.username": "u" } },
  "backends.consul.datacenter": { typed: "dc2", arrives: option("consul", "datacenter"), as: "dc2" },
  "backends.consul.ca_file": { typed: "/x/ca", arrives: option("consul", "caFile"), as: "/x/ca" },
  "backends.consul.cert_file": { typed: "/x/cert", arrives: option("consul", "certFile"), as: "/x/cert", with: { "backends.consul.key_file": "/k" } },
  "backends.consul.key_file": { typed: "/x/key", arrives: option("consul", "keyFile"), as: "/x/key", with: { "backends.consul.cert_file": "/c" } },
  "backends.consul.server_name": { typed: "server.dc1.consul", arrives: option("consul", "serverName"), as: "server.dc1.consul" },
  "backends.consul.wait": { typed: "30s", arrives: option("consul", "wait"), as: 30_000 },
  "backends.redis.address": { typed: "r:6380/2", arrives: option("redis", "address"), as: { name: "r:6380", host: "r", port: 6380, database: 2 } },
  "backends.redis.username": { typed: "u", arrives: option("redis", "username"), as: "u", with: { "backends.redis.password": "p" } },
  "backends.redis.password_file": { typed: "/x/pw", arrives: option("redis", "passwordFile"), as: "/x/pw" },
  "backends.redis.password": { typed: "a,b", arrives: option("redis", "password"), as: "a,b" },
  "backends.redis.tls": { typed: "true", raw: true, arrives: option("redis", "tls"), as: true },
  "backends.redis.ca_file": { typed: "/x/ca", arrives: option("redis", "caFile"), as: "/x/ca" },
  "backends.redis.cert_file": { typed: "/x/cert", arrives: option("redis", "certFile"), as: "/x/cert", with: { "backends.redis.key_file": "/k" } },
  "backends.redis.key_file": { typed: "/x/key", arrives: option("redis", "keyFile"), as: "/x/key", with: { "backends.redis.cert_file": "/c" } },
  "backends.redis.separator": { typed: ":", arrives: option("redis", "separator"), as: ":" },
  "backends.redis.interval": { typed: "5s", arrives: option("redis", "interval"), as: 5_000 },
  "backends.zookeeper.servers": { typed: "a:1,b:2", raw: ["a:1", "b:2"], arrives: option("zookeeper", "servers"), as: ["a:1", "b:2"] },
  "backends.zookeeper.chroot": { typed: "apps/", arrives: option("zookeeper", "chroot"), as: "/apps" },
  "backends.zookeeper.username": { typed: "u", arrives: option("zookeeper", "username"), as: "u", with: { "backends.zookeeper.password": "p" } },
  "backends.zookeeper.password_file": { typed: "/x/pw", arrives: option("zookeeper", "passwordFile"), as: "/x/pw", with: { "backends.zookeeper.username": "u" } },
  "backends.zookeeper.password": { typed: "a,b", arrives: option("zookeeper", "password"), as: "a,b", with: { "backends.zookeeper.username": "u" } },
  "backends.zookeeper.acl": { typed: "private", arrives: option("zookeeper", "acl"), as: "private", with: { "backends.zookeeper.username": "u", "backends.zookeeper.password": "p" } },
  "backends.vault.address": { typed: "https://v:8200", arrives: option("vault", "address"), as: "https://v:8200" },
  "backends.vault.root": { typed: "secret/", arrives: option("vault", "root"), as: "/secret" },
  "backends.vault.auth": { typed: "approle", arrives: option("vault", "auth"), as: "approle", with: { "backends.vault.role_id": "r" } },
  "backends.vault.auth_path": { typed: "a/b", arrives: option("vault", "authPath"), as: "a/b" },
  "backends.vault.token_file": { typed: "/x/t", arrives: option("vault", "tokenFile"), as: "/x/t" },
  "backends.vault.token": { typed: "t", arrives: option("vault", "token"), as: "t" },
  "backends.vault.role_id": { typed: "r", arrives: option("vault", "roleId"), as: "r" },
  "backends.vault.secret_id_file": { typed: "/x/s", arrives: option("vault", "secretIdFile"), as: "/x/s", with: { "backends.vault.role_id": "r" } },
  "backends.vault.secret_id": { typed: "s", arrives: option("vault", "secretId"), as: "s" },
  "backends.vault.role": { typed: "r", arrives: option("vault", "role"), as: "r" },
  "backends.vault.jwt_file": { typed: "/x/jwt", arrives: option("vault", "jwtFile"), as: "/x/jwt" },
  "backends.vault.namespace": { typed: "n", arrives: option("vault", "namespace"), as: "n" },
  "backends.vault.ca_file": { typed: "/x/ca", arrives: option("vault", "caFile"), as: "/x/ca" },
  "backends.vault.cert_file": { typed: "/x/cert", arrives: option("vault", "certFile"), as: "/x/cert", with: { "backends.vault.key_file": "/k" } },
  "backends.vault.key_file": { typed: "/x/key", arrives: option("vault", "keyFile"), as: "/x/key", with: { "backends.vault.cert_file": "/c" } },
  "backends.vault.interval": { typed: "5s", arrives: option("vault", "interval"), as: 5_000 },
  "backends.file.path": { typed: "/x/data", arrives: option("file", "path"), as: "/x/data" },
  "backends.file.also": { typed: "/x/a,/x/b", raw: ["/x/a", "/x/b"], arrives: option("file", "also"), as: ["/x/a", "/x/b"] },
  "backends.file.filter": { typed: "*.yaml", arrives: option("file", "filter"), as: "*.yaml" },
  "backends.env.prefix": { typed: "APP_", arrives: option("env", "prefix"), as: "APP_" },
  "secrets.keyring": { typed: "/x/a.key,/x/keys", raw: ["/x/a.key", "/x/keys"], arrives: (s) => s.secrets.keyring, as: ["/x/a.key", "/x/keys"] },
  "secrets.recipients": { typed: "remora-public-key:v1:A,remora-public-key:v1:B", raw: ["remora-public-key:v1:A", "remora-public-key:v1:B"], arrives: (s) => s.secrets.recipients, as: ["remora-public-key:v1:A", "remora-public-key:v1:B"] },
  "secrets.insecure_keyring": { typed: "true", raw: true, arrives: (s) => s.secrets.insecureKeyring, as: true },
  "secrets.openpgp_keyring": { typed: "/x/secring", raw: ["/x/secring"], arrives: (s) => s.secrets.openpgpKeyring, as: ["/x/secring"] },
  "supervise.kill_signal": { typed: "quit", arrives: (s) => s.supervise.killSignal, as: "SIGQUIT" },
  "supervise.kill_timeout": { typed: "3s", arrives: (s) => s.supervise.killTimeout, as: 3_000 },
  "supervise.splay": { typed: "2s", arrives: (s) => s.supervise.splay, as: 2_000 },
  "supervise.restart": { typed: "on-failure", arrives: (s) => s.supervise.restart, as: "on-failure" },
  "supervise.backoff_min": { typed: "2s", arrives: (s) => s.supervise.backoff.min, as: 2_000 },
  "supervise.backoff_max": { typed: "5m", arrives: (s) => s.supervise.backoff.max, as: 300_000 },
  "supervise.stable_after": { typed: "1m", arrives: (s) => s.supervise.stableAfter, as: 60_000 },
  "supervise.forward_hup": { typed: "true", raw: true, arrives: (s) => s.supervise.forwardHup, as: true },
  "supervise.requires": { typed: "mysql,consul:redis", raw: ["mysql", "consul:redis"], arrives: (s) => s.supervise.requires, as: ["mysql", "consul:redis"] },
  "supervise.requires_on_change": { typed: "signal:HUP", arrives: (s) => s.supervise.requiresReload, as: { kind: "app signal", signal: "SIGHUP" } },
  "supervise.requires_reload_cmd": { typed: "app-reload", arrives: (s) => s.supervise.requiresReload, as: { kind: "command", command: { kind: "shell", text: "app-reload" } } },
  "supervise.requires_reload_cmd_timeout": { typed: "9s", arrives: (s) => s.supervise.requiresReloadTimeout, as: 9_000 },
  "env.prefix": { typed: "/app/env,consul:/shared", raw: ["/app/env", "consul:/shared"], arrives: (s) => s.env.prefixes, as: ["/app/env", "consul:/shared"] },
  "env.pristine": { typed: "true", raw: true, arrives: (s) => s.env.pristine, as: true },
  "env.on_change": { typed: "none", arrives: (s) => s.env.reload, as: undefined },
  "env.reload_cmd": { typed: "app-reload", arrives: (s) => s.env.reload, as: { kind: "command", command: { kind: "shell", text: "app-reload" } } },
  "env.reload_cmd_timeout": { typed: "9s", arrives: (s) => s.env.reloadTimeout, as: 9_000 },
  "env.on_empty": { typed: "render", arrives: (s) => s.env.onEmpty, as: "render" },
  "registrar.registries": { typed: "etcd,consul", raw: ["etcd", "consul"], arrives: (s) => s.registrar.registries, as: ["etcd", "consul"] },
  "registrar.layout": { typed: "json", arrives: (s) => s.registrar.layout.layout, as: "json" },
  "registrar.prefix": { typed: "services/", arrives: (s) => s.registrar.layout.prefix, as: "/services" },
  "registrar.several_ports": { typed: "true", raw: true, arrives: (s) => s.registrar.layout.severalPorts, as: true },
  "registrar.health": { typed: "true", raw: true, arrives: (s) => s.registrar.layout.health, as: true },
  "registrar.domain": { typed: "cluster.local", arrives: (s) => s.registrar.layout.domain, as: "cluster.local" },
  "registrar.key": { typed: "/app/{{ port }}", arrives: (s) => s.registrar.layout.key, as: "/app/{{ port }}" },
  "registrar.value": { typed: "{{ address }}", arrives: (s) => s.registrar.layout.value, as: "{{ address }}" },
  "registrar.redis_url": { typed: "redis://r:6380/2#p:", arrives: (s) => s.registrar.redis.url, as: "redis://r:6380/2#p:" },
  "registrar.redis_password_file": { typed: "/x/redis", arrives: (s) => s.registrar.redis.passwordFile, as: "/x/redis" },
  "registrar.proxy_url": { typed: "http://proxy:8081", arrives: (s) => s.registrar.proxy.url, as: "http://proxy:8081" },
  "registrar.proxy_distribute": { typed: "true", raw: true, arrives: (s) => s.registrar.proxy.distribute, as: true },
  "registrar.zookeeper_servers": { typed: "a:2181,b:2181", raw: ["a:2181", "b:2181"], arrives: (s) => s.registrar.zookeeper.servers, as: ["a:2181", "b:2181"] },
  "registrar.ttl": { typed: "1m", arrives: (s) => s.registrar.ttl, as: 60_000 },
  "registrar.address": { typed: "cidr:10.0.0.0/8,route", raw: ["cidr:10.0.0.0/8", "route"], arrives: (s) => s.registrar.address, as: ["cidr:10.0.0.0/8", "route"] },
  "registrar.families": { typed: "IPv4,IPv6", raw: ["IPv4", "IPv6"], arrives: (s) => s.registrar.families, as: ["IPv4", "IPv6"] },
  "registrar.interval": { typed: "10s", arrives: (s) => s.registrar.interval, as: 10_000 },
  "registrar.drain": { typed: "5s", arrives: (s) => s.registrar.drain, as: 5_000 },
  "registrar.on_conflict": { typed: "take over", arrives: (s) => s.registrar.onConflict, as: "take over" },
};

describe("Every setting is reachable", () => {
  for (const [name, { typed, raw = typed, arrives, as, with: others = {} }] of Object.entries(SAMPLES)) {
    test(`${name} by file, variable and flag`, async () => {
      await using dir = await tempDir();
      const start = { files: systemFiles, confdir: dir.path };
      assert.notDeepEqual(arrives((await loadSettings({ ...start, env: {}, flags: {} })).settings), as, "the sample is the default");

      const env = rename({ ...others, [name]: typed }, envName);
      assert.deepEqual(arrives((await loadSettings({ ...start, env, flags: {} })).settings), as);

      const args = Object.entries({ ...others, [name]: typed }).map(([one, value]) => (value === "true" ? `--${flagName(one)}` : `--${flagName(one)}=${value}`));
      const options = Object.fromEntries(settingFlags().map(({ flag, type, multiple }) => [flag, { type, multiple }]));
      assert.deepEqual(arrives((await loadSettings({ ...start, env: {}, flags: parseArgs({ args, options }).values })).settings), as);

      await dir.write("remora.toml", stringify(nested({ ...others, [name]: raw })));
      assert.deepEqual(arrives((await loadSettings({ ...start, env: {}, flags: {} })).settings), as);
    });
  }

  test("and has a sample in this test", () => {
    assert.deepEqual(["confdir", ...Object.keys(SAMPLES)], Object.keys(SETTINGS));
  });
});

describe("loadSettings()", () => {
  test("takes defaults where nothing is given", async () => {
    await using dir = await tempDir();
    const { settings } = await loadSettings({ files: systemFiles, confdir: dir.path, env: {}, flags: {} });
    assert.deepEqual(settings, {
      confdir: dir.path,
      backend: "file",
      prefix: "/",
      wait: { min: 100, max: 2_000, collectFirst: false },
      reconcile: 60_000,
      stateDir: "/var/lib/remora",
      cacheDir: undefined,
      timeout: 30_000,
      shutdownTimeout: 10_000,
      status: { listen: undefined, tokenFile: undefined },
      log: { level: "info", format: "logfmt" },
      services: [],
      supervise: { killSignal: undefined, killTimeout: 10_000, splay: 0, restart: "never", backoff: { min: 1_000, max: 60_000 }, stableAfter: 10_000, forwardHup: false, requires: [], requiresReload: undefined, requiresReloadTimeout: 60_000 },
      env: { prefixes: [], variables: {}, pristine: false, reload: { kind: "app restart" }, reloadTimeout: 60_000, onEmpty: "keep" },
      registrar: {
        registries: [],
        layout: { layout: "host", prefix: undefined, severalPorts: false, health: false, domain: undefined, key: undefined, value: undefined },
        redis: { url: "redis://127.0.0.1:6379", passwordFile: undefined },
        proxy: { url: "http://127.0.0.1:8080", distribute: false },
        zookeeper: { servers: undefined },
        ttl: 30_000,
        address: ["env:POD_IP", "route"],
        families: [],
        interval: 60_000,
        drain: 0,
        onConflict: "refuse",
      },
      secrets: { keyring: [], recipients: [], openpgpKeyring: [], insecureKeyring: false },
      certificates: [],
      backends: {
        etcd: { endpoints: ["http://127.0.0.1:2379"] },
        consul: { address: "http://127.0.0.1:8500", wait: 60_000 },
        redis: { address: { name: "127.0.0.1:6379", host: "127.0.0.1", port: 6379, database: 0 }, tls: false, separator: "/" },
        zookeeper: { servers: ["127.0.0.1:2181"], chroot: "/" },
        vault: { address: "http://127.0.0.1:8200", root: "/", auth: "token", jwtFile: "/var/run/secrets/kubernetes.io/serviceaccount/token", interval: 30_000 },
        file: { path: dir.join("data.yaml") },
        env: { prefix: "" },
      },
    });
  });

  test("lets a flag beat a variable, a variable the file and the file the default", async () => {
    await using dir = await tempDir();
    const prefix = async (env: Record<string, string>, flags: Record<string, string>) => (await loadSettings({ files: systemFiles, confdir: dir.path, env, flags })).settings.prefix;
    assert.equal(await prefix({}, {}), "/");
    await dir.write("remora.toml", 'prefix = "/file"');
    assert.equal(await prefix({}, {}), "/file");
    assert.equal(await prefix({ REMORA_PREFIX: "" }, {}), "/file");
    assert.equal(await prefix({ REMORA_PREFIX: "/env" }, {}), "/env");
    assert.equal(await prefix({ REMORA_PREFIX: "/env" }, { prefix: "/flag" }), "/flag");
  });

  test("takes relative paths from where they were written", async () => {
    await using dir = await tempDir();
    await dir.write("remora.toml", '[backends.etcd]\nca_file = "tls/ca.pem"');
    const { settings } = await loadSettings({ files: systemFiles, confdir: dir.path, cwd: "/project", env: { REMORA_STATE_DIR: "state" }, flags: { "file-path": "../data" } });
    assert.equal((settings.backends["etcd"] as { caFile: string }).caFile, dir.join("tls/ca.pem"));
    assert.equal(settings.stateDir, "/project/state");
    assert.equal((settings.backends["file"] as { path: string }).path, "/data");
  });

  test("finds confdir in the variable, and in the flag before it", async () => {
    await using dir = await tempDir();
    await dir.write("a/remora.toml", 'prefix = "/a"');
    await dir.write("b/remora.toml", 'prefix = "/b"');
    const env = { REMORA_CONFDIR: dir.join("a") };
    assert.equal((await loadSettings({ files: systemFiles, env, flags: {} })).settings.prefix, "/a");
    const { settings } = await loadSettings({ files: systemFiles, env, flags: { confdir: "b" }, cwd: dir.path });
    assert.deepEqual([settings.prefix, settings.confdir], ["/b", dir.join("b")]);
  });

  test("lets a stronger password beat a weaker password_file", async () => {
    await using dir = await tempDir();
    await dir.write("remora.toml", '[backends.etcd]\nusername = "u"\npassword_file = "pw"');
    const { settings } = await loadSettings({ files: systemFiles, confdir: dir.path, env: { REMORA_ETCD_PASSWORD: "p" }, flags: {} });
    assert.deepEqual(settings.backends["etcd"], { endpoints: ["http://127.0.0.1:2379"], username: "u", password: "p" });
  });

  test("names the variable, the flag and the directory that are wrong, all at once", async () => {
    const refused = loadSettings({ files: systemFiles, env: { REMORA_WAIT_MIN: "quick", REMORA_CONFDIR: "/nowhere/x" }, flags: { "log-level": "inof" } });
    await assert.rejects(refused, (error: AppError) => {
      assert.equal(
        describeError(error),
        '3 problems in the configuration\nREMORA_CONFDIR: "/nowhere/x" is not a directory\n' +
          'REMORA_WAIT_MIN: "quick" is not a duration\n  hint: Write a number and a unit: "100ms", "2s", "1m30s", "24h"\n' +
          '--log-level: "inof" is not a log level\n  hint: Did you mean "info"?',
      );
      return true;
    });
  });

  test("refuses a file that is not UTF-8", async () => {
    await using dir = await tempDir();
    await dir.write("remora.toml", Uint8Array.of(0x61, 0xff));
    await assert.rejects(loadSettings({ files: systemFiles, confdir: dir.path, env: {}, flags: {} }), { message: `Cannot read "${dir.join("remora.toml")}": it is not UTF-8 text` });
  });

  test("warns of variables that are not known, but not of those for a service called remora", async () => {
    await using dir = await tempDir();
    const env = { REMORA_PREFX: "/x", REMORA_PORT_80_TCP: "tcp://10.0.0.1:80", REMORA_SERVICE_HOST: "10.0.0.1", HOME: "/" };
    const { warnings } = await loadSettings({ files: systemFiles, confdir: dir.path, env, flags: {} });
    assert.deepEqual(warnings, ['REMORA_PREFX: this variable is not known. Did you mean "REMORA_PREFIX"?']);
  });
});

function option(backend: string, name: string) {
  return (settings: Settings) => (settings.backends[backend] as Record<string, unknown>)[name];
}

function rename(values: Record<string, string>, name: (of: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([of, value]) => [name(of), value]));
}

function nested(values: Record<string, unknown>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [dotted, value] of Object.entries(values)) {
    const parts = dotted.split(".");
    const last = parts.pop() ?? "";
    let table = root;
    for (const part of parts) table = (table[part] ??= {}) as Record<string, unknown>;
    table[last] = value;
  }
  return root;
}
