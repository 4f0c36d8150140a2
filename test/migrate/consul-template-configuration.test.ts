import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { describe, test } from "node:test";
import { type Consul, startConsul } from "../support/consul.ts";
import { nested } from "../support/confdir.ts";
import { remora } from "../support/remora.ts";
import type { TempDir } from "../support/temp.ts";
import { configuration, KEYS, STAYS, TARGETS, TRANSLATED } from "./ct.ts";

describe("a configuration of consul-template's with eight templates", () => {
  test("is migrated to files that render to the same bytes from a real Consul", async () => {
    await using consul = await startConsul();
    await filled(consul);
    await using dir = await configuration();
    const address = consul.url.replace("http://", "");
    const env = { APP_NAME: "shop" };
    // Without the file of the app, which would be started.
    const parts = ["10-proxies.hcl", "20-app.hcl", "30-prometheus.json"].flatMap((name) => ["-config", dir.join(`ct/${name}`)]);
    const before = await remora(["consul-template", ...parts, "-consul-addr", address, "-once"], { env: { ...env, REMORA_STATE_DIR: dir.join("state-before") } });
    assert.equal(before.code, 0, before.stderr);
    const old = await targets(dir);
    await rm(dir.join("out"), { recursive: true });
    await rm(dir.join("reloads"));

    const migrated = await remora(["migrate", dir.join("ct"), "--online", "--", "-consul-addr", address], { env });
    assert.equal(migrated.code, 0, migrated.stdout + migrated.stderr);
    const names = readdirSync(dir.join("ct-remora/templates"));
    assert.deepEqual(names.filter((name) => name.endsWith(".njk")), TRANSLATED.map((name) => name.replace(/\.\w+$/, ".njk")));
    for (const name of TRANSLATED) assert.match(migrated.stdout, new RegExp(`^${name} +\\S+\\.njk +equal bytes from [2-4] sets of values, the given ones too, up to [1-9]`, "m"));
    for (const name of STAYS) assert.match(migrated.stdout, new RegExp(`^${name} +${name} +line \\d, `, "m"));

    const { code, stderr } = await remora(["render", "--confdir", dir.join("ct-remora"), "--state-dir", dir.join("state")], { env });
    assert.equal(code, 0, stderr);
    assert.deepEqual(await targets(dir), old);
    assert.equal(statSync(dir.join("out/haproxy.cfg")).mode & 0o777, 0o600);
    assert.deepEqual((await readFile(dir.join("reloads"), "utf8")).trim().split("\n").sort(), ["cron", "haproxy", "hosts", "nginx", "prometheus"]);
  });

  test("is proven from values that are made up, and carries over what there is beside templates", async () => {
    await using dir = await configuration();
    const { code, stdout, stderr } = await remora(["migrate", dir.join("ct"), "--", "-consul-token", "hunter2", "-consul-ssl-ca-cert", "/etc/ca.pem", "-consul-addr", "10.0.0.1:8501"]);
    assert.equal(code, 0, stdout + stderr);
    for (const name of TRANSLATED) assert.match(stdout, new RegExp(`^${name} +\\S+\\.njk +equal bytes from [1-3] sets? of values, up to [1-9]`, "m"));
    assert.match(stdout, /conf\.d\/nginx\.toml: 10-proxies\.hcl:\d+, 10-proxies\.hcl:\d+ have the same reload_cmd and are one unit/);
    assert.match(stdout, /- consul\.address: commands and the app had it as CONSUL_HTTP_ADDR too/);
    assert.match(stdout, /- kill_signal SIGQUIT: what ends remora run is SIGTERM or SIGINT/);
    assert.match(stdout, new RegExp(`  remora run --confdir ${dir.join("ct-remora")} -- /usr/sbin/app --config ${dir.join("out/app.env")}\n`));
    const path = dir.join("ct-remora/remora.toml");
    const lines = (await readFile(path, "utf8")).split("\n").map((line) => line.replace(/ +/g, " "));
    for (const line of ['backend = "consul"', 'log_level = "info"', "[backends.consul]", 'address = "https://10.0.0.1:8501"', 'token = "hunter2"', 'ca_file = "/etc/ca.pem"', "[supervise]", 'kill_timeout = "20s"', 'splay = "5s"', "[wait]", 'min = "2s"', 'max = "10s"']) assert.ok(lines.includes(line), `${line} in\n${lines.join("\n")}`);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.doesNotMatch(stdout + stderr, /hunter2/);
    assert.deepEqual(readdirSync(dir.join("ct-remora/conf.d")), ["app.json.toml", "app.toml", "crontab.toml", "haproxy.toml", "hosts.toml", "nginx.toml", "prometheus.toml"]);
    assert.match(await readFile(dir.join("ct-remora/conf.d/app.toml"), "utf8"), /^src +\= "app\.env\.njk"$[^]*^on_change \= "signal:SIGHUP"$/m);
    assert.match(await readFile(dir.join("ct-remora/conf.d/hosts.toml"), "utf8"), /^backup +\= true$/m);
    assert.match(await readFile(dir.join("ct-remora/conf.d/hosts.toml"), "utf8"), /^# hosts\.ctmpl stays a Go template: line 2, nodes: the function nodes\n\[template\]\nsrc +\= "hosts\.ctmpl"\n[^]*reload_cmd +\= \["sh", "-c", .*\]\nreload_cmd_timeout += "5s"\n/);
    assert.equal((await remora(["check", "--confdir", dir.join("ct-remora")])).code, 0);
  });

  test("is rendered from samples of the catalog, too", async () => {
    await using dir = await configuration();
    const values = await dir.write("values.yaml", `${JSON.stringify({ ...nested(KEYS), "consul:service": { web: [{ address: "10.0.0.1", port: 80, tags: ["http", "v2"], meta: { weight: 3 } }] } })}\n`);
    const { code, stdout, stderr } = await remora(["migrate", dir.join("ct"), "--values", values]);
    assert.equal(code, 0, stdout + stderr);
    for (const name of TRANSLATED) assert.match(stdout, new RegExp(`^${name} +\\S+\\.njk +equal bytes from [1-4] sets? of values, the given ones too, up to [1-9]`, "m"));
    assert.match(stdout, /- No address of Consul is given/);
  });
});

async function filled(consul: Consul): Promise<void> {
  for (const [key, value] of Object.entries(KEYS)) await consul.put(key, value);
  await consul.register({ ID: "web-1", Name: "web", Port: 80, Tags: ["v2", "http"], Address: "10.0.0.1", Meta: { weight: "7" } });
  await consul.register({ ID: "web-2", Name: "web", Port: 81, Tags: ["http", "backup"], Address: "10.0.0.2" });
  await consul.register({ ID: "web-3", Name: "web", Port: 82, Tags: ["v2"], Address: "10.0.0.3", Check: { CheckID: "c3", TTL: "1h", Status: "critical" } });
  await consul.register({ ID: "mail-1", Name: "mail", Port: 25, Address: "10.0.0.4" });
}

async function targets(dir: TempDir): Promise<Record<string, string>> {
  return Object.fromEntries(await Promise.all(TARGETS.map(async (name) => [name, await readFile(dir.join(`out/${name}`), "utf8")] as const)));
}
