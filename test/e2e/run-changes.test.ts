import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { project } from "../support/remora.ts";

describe("remora run", () => {
  test("run applies a change of the data file", async () => {
    await using app = await project();
    await using running = await app.start();
    await running.waitForLog("Reloaded");
    assert.equal(await app.read("out/app.conf"), "name = one\n");
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = two\n"));
    await eventually(async () => assert.equal(await app.read("reloads"), "reload\nreload\n"));
    assert.equal(await running.stop(), 0);
  });

  test("A unit waits for its missing keys, names them, and the others are applied", async () => {
    await using app = await project({ "templates/web.njk": '{{ getv("/port") }}', "conf.d/web.toml": '[template]\nsrc = "web.njk"\ndest = "$DIR/out/web.conf"\n' });
    await using running = await app.start();
    const { unit, missing } = await running.waitForLog("Waiting for keys");
    assert.deepEqual({ unit, missing }, { unit: "web", missing: ["file:/port"] });
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = one\n"));
    await app.write("data.yaml", "name: one\nport: 80\n");
    await eventually(async () => assert.equal(await app.read("out/web.conf"), "80"));
  });

  test("A data file that is broken for a while keeps the targets, and is taken up when it is mended", async () => {
    await using app = await project();
    await using running = await app.start();
    await running.waitForLog("Reloaded");
    await app.write("data.yaml", "name: [1\n");
    assert.match(String((await running.waitForLog("Backend is away, trying again"))["at"]), /data\.yaml:\d+:\d+$/);
    assert.match((await app.remora(["status"])).stdout, /^file +down .*data\.yaml:\d+:\d+: Cannot read /m);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = two\n"));
  });

  test("A target edited by hand is repaired on the reconcile interval, and reloaded", async () => {
    await using app = await project();
    await using running = await app.start(["--reconcile", "300ms"]);
    await running.waitForLog("Reloaded");
    await app.write("out/app.conf", "by hand\n");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = one\n"));
    await eventually(async () => assert.equal(await app.read("reloads"), "reload\nreload\n"));
  });

  test("An etcd that is down at the start is waited for, and then applied", async () => {
    await using etcd = await startEtcd();
    await etcd.put("/name", "from etcd");
    await etcd.kill();
    await using app = await project();
    await using running = await app.start(["--backend", "etcd", "--etcd-endpoints", etcd.url]);
    await running.waitForLog("Backend is away, trying again");
    await etcd.start();
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = from etcd\n"));
    await running.waitForLog("Backend is back");
    await etcd.put("/name", "changed");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = changed\n"));
    assert.equal(await running.stop(), 0);
  });
});
