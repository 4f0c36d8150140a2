import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startConsul } from "../support/consul.ts";
import { confdProject } from "../support/confd.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/process.ts";
import { startRedis } from "../support/redis.ts";

const resource = (dest: string, more = "") => `[template]\nsrc = "app.conf.tmpl"\ndest = "$DIR/out/${dest}"\nkeys = ["/name"]\n${more}`;

describe("confd's command line on real servers", () => {
  test("--watch follows etcd, takes up new resources at SIGHUP, and ends with 0", async () => {
    await using etcd = await startEtcd();
    await etcd.put("/app/name", "one");
    await using app = await confdProject();
    await using running = await app.startConfd(["etcd", "--watch", "--node", etcd.url, "--prefix", "/app"]);
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = one\n"), { within: 10_000 });
    await etcd.put("/app/name", "two");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = two\n"));
    await app.write("conf.d/more.toml", resource("more.conf"));
    running.signal("SIGHUP");
    await eventually(async () => assert.equal(await app.read("out/more.conf"), "name = two\n"));
    // confd's etcd watch is stuck after a SIGHUP until every resource has seen a change.
    await etcd.put("/app/name", "three");
    await eventually(async () => assert.deepEqual([await app.read("out/app.conf"), await app.read("out/more.conf")], ["name = three\n", "name = three\n"]));
    assert.equal(await running.stop(), 0);
  });

  test("-interval applies changes no more often than that, and puts back what others changed", async () => {
    await using etcd = await startEtcd();
    await etcd.put("/name", "one");
    await using app = await confdProject();
    await using running = await app.startConfd(["-interval", "1", "-node", etcd.url]);
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = one\n"), { within: 10_000 });
    await app.write("out/app.conf", "by hand\n");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = one\n"));
    const [before, began] = [running.lines.length, Date.now()];
    for (let count = 1; count <= 30; count++) await etcd.put("/name", String(count));
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = 30\n"), { within: 10_000 });
    const commits = running.lines.slice(before).filter(({ msg }) => msg === "Committed").length;
    // The first change is applied at once, and each comparison may come upon one.
    const most = 2 + 2 * Math.ceil((Date.now() - began) / 1_000);
    assert.ok(commits <= most, `${commits} commits, at most ${most} were to be expected`);
    assert.equal(await running.stop("SIGINT"), 0);
  });

  test("--debounce and --batch-interval make one reload of changes that come together, the first of them too", async () => {
    await using etcd = await startEtcd();
    for (const flag of ["--debounce", "--batch-interval"]) {
      await etcd.put("/name", "one");
      await using app = await confdProject();
      await using running = await app.startConfd(["etcd", "--watch", flag, "2s", "--node", etcd.url]);
      await eventually(async () => assert.equal(await app.read("reloads"), "reload\n"), { within: 10_000 });
      for (let count = 1; count <= 5; count++) await etcd.put("/name", String(count));
      await eventually(async () => assert.equal(await app.read("reloads"), "reload\nreload\n"), { within: 10_000 });
      assert.equal(await app.read("out/app.conf"), "name = 5\n");
      assert.equal(await running.stop(), 0);
    }
  });

  test("Consul is read with the token and the scheme that confd drops", async () => {
    await using consul = await startConsul({ acl: true });
    await consul.put("/name", "one");
    await using app = await confdProject();
    const node = `127.0.0.1:${consul.port}`;
    const { code, stderr } = await app.confd(["consul", "--onetime", "--node", node, "--scheme", "http", "--auth-token", consul.token]);
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
    await consul.put("/name", "two");
    assert.equal((await app.confd(["-backend", "consul", "-onetime", "-node", node], { env: { CONSUL_HTTP_TOKEN: consul.token } })).code, 0);
    assert.equal(await app.read("out/app.conf"), "name = two\n");
  });

  test("Redis is read with its password, which confd takes from client-key", async () => {
    await using redis = await startRedis({ password: "hidden" });
    await redis.client.set("/name", "one");
    await using app = await confdProject();
    const node = `127.0.0.1:${redis.port}`;
    const { code, stderr } = await app.confd(["redis", "--onetime", "--node", node, "--client-key", "hidden"]);
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
    assert.match(stderr, /--client-key: taken for the password/);
    assert.doesNotMatch(stderr, /hidden/);
    await redis.client.set("/name", "two");
    assert.equal((await app.confd(["redis", "--onetime", "--node", node, "--password", "hidden"])).code, 0);
    assert.equal(await app.read("out/app.conf"), "name = two\n");
  });

  test("resources have backends of their own, in one process", async () => {
    await using etcd = await startEtcd();
    await using redis = await startRedis();
    await etcd.put("/name", "etcd");
    await redis.client.set("/name", "redis");
    await using app = await confdProject({
      "conf.d/app.toml": resource("etcd"),
      "conf.d/redis.toml": resource("redis", `[backend]\nbackend = "redis"\nnodes = ["127.0.0.1:${redis.port}/0"]\n`),
      "conf.d/env.toml": resource("env", '[backend]\nbackend = "env"\n'),
    });
    await using running = await app.startConfd(["etcd", "--watch", "--node", etcd.url], { env: { NAME: "env" } });
    const names = async () => Promise.all(["etcd", "redis", "env"].map((name) => app.read(`out/${name}`)));
    await eventually(async () => assert.deepEqual(await names(), ["name = etcd\n", "name = redis\n", "name = env\n"]), { within: 10_000 });
    await redis.client.set("/name", "redis 2");
    await etcd.put("/name", "etcd 2");
    await eventually(async () => assert.deepEqual((await names()).slice(0, 2), ["name = etcd 2\n", "name = redis 2\n"]));
    assert.equal(await running.stop(), 0);
  });

  test("--metrics-addr tells health, readiness and confd's metrics", async () => {
    await using etcd = await startEtcd();
    await using app = await confdProject({ "conf.d/app.toml": resource("app.conf", 'check_cmd = "! grep two {{.src}}"\nreload_cmd = "true"\n') });
    const port = await freePort();
    await using running = await app.startConfd(["etcd", "--watch", "--node", etcd.url, "--metrics-addr", `127.0.0.1:${port}`]);
    const ask = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: answer.status, text: await answer.text() };
    };
    await eventually(async () => assert.match((await ask("/ready")).text, /waits for etcd:\/name/), { within: 10_000 });
    assert.equal((await ask("/ready")).status, 503);
    assert.deepEqual(await ask("/health"), { status: 200, text: "ok" });
    await etcd.put("/name", "one");
    await eventually(async () => assert.equal((await ask("/ready")).status, 200));
    const detailed = JSON.parse((await ask("/ready/detailed")).text) as Readonly<Record<string, unknown>>;
    assert.deepEqual({ ...detailed, checked_at: "" }, { healthy: true, message: "every resource is applied", duration_ms: 0, details: { etcd: "live" }, checked_at: "" });
    await etcd.put("/name", "two");
    await running.waitForLog("Unit failed");
    const { text } = await ask("/metrics");
    const dest = `dest="${app.directory.join("out/app.conf")}"`;
    const lines = [
      "confd_templates_loaded 1",
      `confd_file_sync_total{${dest}} 1`,
      `confd_template_process_total{${dest},status="success"} 2`,
      `confd_template_process_duration_seconds_bucket{${dest},le="+Inf"} 3`,
      `confd_command_total{type="check",${dest}} 2`,
      `confd_command_total{type="reload",${dest}} 1`,
      `confd_command_duration_seconds_count{type="check",${dest}} 2`,
      'confd_command_exit_code_total{type="check",exit_code="0"} 1',
      'confd_command_exit_code_total{type="check",exit_code="1"} 1',
      'confd_backend_healthy{backend="etcd"} 1',
      'confd_backend_request_total{backend="etcd",operation="get_values"} 1',
      'confd_backend_request_duration_seconds_count{backend="etcd",operation="get_values"} 1',
      "remora_ready 0",
    ];
    for (const line of lines) assert.ok(text.includes(`${line}\n`), `no "${line}" in:\n${text}`);
    assert.equal((await ask("/status")).status, 404);
    assert.equal(await running.stop(), 0);
  });

  test("--preflight reaches the backend and writes nothing", async () => {
    await using etcd = await startEtcd();
    await using app = await confdProject();
    const args = ["etcd", "--preflight", "--node", etcd.url];
    const missing = await app.confd(args);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /key does not exist: \/name/);
    await etcd.put("/name", "one");
    assert.equal((await app.confd(args)).code, 0);
    assert.equal(await app.read("out/app.conf"), undefined);
  });
});
