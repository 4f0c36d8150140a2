import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startConsul } from "../support/consul.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import type { RunningRemora } from "../support/remora.ts";
import { startRemora } from "../support/remora.ts";
import { statusWhen } from "../support/status.ts";
import { startApp, supervised } from "../support/supervised.ts";

/** Writes a line at each start and at each HUP. */
const LISTENS = 'trap "echo hup >> $DIR/told" HUP; echo start >> $DIR/told; while :; do sleep 0.02; done';

const NO_UNIT = { "conf.d/app.toml": "" };

const changes = (running: RunningRemora, message: string) => running.lines.filter(({ msg }) => msg === message).length;

describe("remora run -- CMD and the services that it requires", () => {
  test("The app is started once each has a live instance that a registrar published, and told when one moves and when it is gone", async (t) => {
    await using etcd = await startEtcd();
    const app = await supervised(t, { ...NO_UNIT, "remora.toml": `backend = "etcd"\n[backends.etcd]\nendpoints = ["${etcd.url}"]\n[supervise]\nrequires = ["mysql", "etcd:/services/cache"]\nrequires_on_change = "signal:HUP"\n` });
    await etcd.put("/services/cache/c1", '{"id":"c1","name":"cache","address":"10.0.0.9","port":6379}');
    await using running = await startApp(app, LISTENS);
    const { unit, missing } = await running.waitForLog("Waiting for services");
    assert.deepEqual([unit, missing], ["[supervise]", ["etcd:/mysql/..."]]);
    assert.equal(await app.read("told"), undefined);
    const register = (address: string) => startRemora(["register", "--confdir", app.directory.path, "--state-dir", app.directory.join("registrar"), "--name", "mysql", "--port", "3306", "--address", `static:${address}`]);
    await using first = await register("10.0.0.5");
    await eventually(async () => assert.equal(await app.read("told"), "start\n"));
    await first.stop();
    await eventually(async () => assert.equal(await app.read("told"), "start\nhup\n"));
    await eventually(() => assert.equal(changes(running, "Waiting for services"), 2));
    await using second = await register("10.0.0.6");
    await eventually(async () => assert.equal(await app.read("told"), "start\nhup\nhup\n"));
    await second.stop();
    assert.equal(await running.stop(), 143);
  });

  test("A restart is for a service that moved: one that is gone leaves the app as it is until it is back elsewhere", async (t) => {
    await using etcd = await startEtcd();
    const app = await supervised(t, { ...NO_UNIT, "remora.toml": `[backends.etcd]\nendpoints = ["${etcd.url}"]\n[supervise]\nrequires = ["etcd:/mysql"]\nrequires_on_change = "restart"\n` });
    await etcd.put("/mysql/host", "10.0.0.5");
    await using running = await startApp(app, LISTENS);
    await eventually(async () => assert.equal(await app.read("told"), "start\n"));
    await etcd.delete("/mysql/host");
    await running.waitForLog("Waiting for services");
    const { ready } = await statusWhen(app.directory.join("state/remora.sock"), ({ units: [unit] }) => assert.deepEqual([unit?.state, unit?.waiting_for], ["waiting", ["etcd:/mysql/..."]]));
    assert.ok(ready, "a health check would replace the container for what is another's outage");
    await etcd.put("/mysql/host", "10.0.0.6");
    await eventually(async () => assert.equal(await app.read("told"), "start\nstart\n"));
    assert.equal(changes(running, "Restarting the app"), 1);
    assert.equal(await running.stop(), 143);
  });

  test("A command is told which changed and which are gone, of Consul's catalog too, where a failing check is no live instance", async (t) => {
    await using consul = await startConsul();
    const app = await supervised(t, {
      ...NO_UNIT,
      "remora.toml": `[backends.consul]\naddress = "${consul.url}"\n[supervise]\nrequires = ["consul:mysql", "consul:redis"]\nrequires_reload_cmd = 'echo "$REMORA_UNIT changed=$REMORA_CHANGED gone=$REMORA_GONE" >> $DIR/commands'\n`,
    });
    await consul.register({ ID: "redis-1", Name: "redis", Address: "10.0.0.8", Port: 6379 });
    await consul.register({ ID: "mysql-1", Name: "mysql", Address: "10.0.0.5", Port: 3306, Check: { TTL: "1h", Status: "critical" } });
    await using running = await startApp(app, LISTENS);
    assert.deepEqual((await running.waitForLog("Waiting for services"))["missing"], ["consul:service:mysql"]);
    await consul.setCheck("mysql-1", "pass");
    await eventually(async () => assert.equal(await app.read("told"), "start\n"));
    await consul.setCheck("mysql-1", "fail");
    await eventually(async () => assert.equal(await app.read("commands"), "[supervise] changed=consul:mysql gone=consul:mysql\n"));
    await consul.setCheck("mysql-1", "pass");
    await eventually(async () => assert.match((await app.read("commands")) ?? "", /\n\[supervise\] changed=consul:mysql gone=\n$/));
    assert.equal(await app.read("told"), "start\n");
    assert.equal(await running.stop(), 143);
  });
});

describe("A unit and the services that it requires", () => {
  const UNIT = { "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nrequires = ["mysql"]\n' };

  test("It is written once there is one, and keeps its files while it is gone", async (t) => {
    const app = await supervised(t, UNIT);
    await using running = await app.start();
    const { unit, missing } = await running.waitForLog("Waiting for services");
    assert.deepEqual([unit, missing, await app.read("out/app.conf")], ["app", ["file:/mysql/..."], undefined]);
    await app.write("data.yaml", "name: one\nmysql: { host: 10.0.0.5 }\n");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = one\n"));
    await app.write("data.yaml", "name: two\n");
    await eventually(() => assert.equal(changes(running, "Waiting for services"), 2));
    assert.equal(await app.read("out/app.conf"), "name = one\n");
    assert.equal(await running.stop(), 0);
  });

  test("remora render waits for it with --wait, and without says what is missing", async (t) => {
    const app = await supervised(t, UNIT);
    const { code, stderr } = await app.remora(["render"]);
    assert.deepEqual([code, /Cannot go on with unit "app": service "mysql" has no live instance/.test(stderr)], [4, true], stderr);
    const waiting = app.remora(["render", "--wait", "30s"]);
    await app.write("data.yaml", "name: one\nmysql: { host: 10.0.0.5 }\n");
    assert.equal((await waiting).code, 0);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
  });

  test("An app is refused [env] and requires where there is none", async (t) => {
    const app = await supervised(t, { "remora.toml": '[supervise]\nrequires = ["mysql"]\n' });
    const { code, stderr } = await app.remora(["run"]);
    assert.deepEqual([code, /Cannot run with requires in \[supervise\]: it is for an app, and there is none/.test(stderr)], [2, true], stderr);
    const { stderr: env } = await app.remora(["run", "--env-prefix", "/x"]);
    assert.match(env, /Cannot run with \[env\]: it is for an app, and there is none/);
  });
});
