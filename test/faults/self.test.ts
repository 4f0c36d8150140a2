import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { describe, test, type TestContext } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { faultCase, type FaultCase, unitWith } from "../support/faults.ts";
import { runProgram } from "../support/process.ts";
import { requireLibrary } from "../support/requires.ts";
import { processesWith } from "../support/supervised.ts";
import { tempDir } from "../support/temp.ts";

const MORE = '[template]\nsrc = "app.njk"\ndest = "$DIR/out/more.conf"\n';

describe("Itself", { concurrency: 3 }, () => {
  test("SIGHUP with a good configuration while the store is away: taken up, and applied when it is back", (t) =>
    whileAway(t, async (one) => {
      await one.app.write("conf.d/more.toml", MORE);
      one.running.signal("SIGHUP");
      await one.running.waitForLog("Took up a new configuration", { within: 15_000 });
      return async () => eventually(async () => assert.equal(await one.app.read("out/more.conf"), "name = two\n"), { within: 15_000 });
    }));

  test("SIGHUP with a bad configuration while the store is away: refused with its line, and the present one goes on", (t) =>
    whileAway(t, async (one) => {
      await one.app.write("conf.d/more.toml", "[template]\nsrcc = 1\n");
      one.running.signal("SIGHUP");
      const { error } = await one.running.waitForLog("Configuration refused, going on with the present one");
      assert.match(String(error), /more\.toml:2/);
      return async () => {};
    }));

  test("SIGHUP twice at once, in the middle of a check: both are taken up, no change is lost", async (t) => {
    await using one = await faultCase(t, { flags: [], unit: 'check_cmd = "if grep -q two {{ src }}; then touch $DIR/in; while test ! -e $DIR/go; do sleep 0.02; done; fi"', first: "one" });
    await one.app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.notEqual(await one.app.read("in"), undefined));
    await one.app.write("conf.d/more.toml", MORE);
    for (let twice = 0; twice < 2; twice++) one.running.signal("SIGHUP");
    await one.app.write("go", "");
    await one.says("two");
    await eventually(async () => assert.equal(await one.app.read("out/more.conf"), "name = two\n"));
    await one.app.write("data.yaml", "name: three\n");
    await one.says("three");
    await one.cameBack();
  });

  const reload = (more: string) => ({ "conf.d/app.toml": `[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\n${more}\n` });
  for (const [state, files, began] of [
    ["nothing is going on", {}, async (one: FaultCase) => void (await one.says("one"))],
    ["a check runs", unitWith('check_cmd = "touch $DIR/in; sleep 4719"'), isIn],
    ["a unit waits for keys", {}, async (one: FaultCase) => void (await one.app.write("data.yaml", "other: 1\n"), await one.running.waitForLog("Waiting for keys"))],
    ["a check fails again and again", unitWith('check_cmd = "false"'), async (one: FaultCase) => void (await one.running.waitForLog("Unit failed"))],
    ["a reload runs", reload('reload_cmd = "touch $DIR/in; sleep 4719"'), isIn],
    ["a reload fails again and again", reload('reload_cmd = "false"'), async (one: FaultCase) => void (await one.running.waitForLog("Unit failed"))],
    ["a reload waits for its splay", unitWith('splay = "1h"'), async (one: FaultCase) => void (await eventually(async () => assert.equal(await one.state(), "reload due")))],
  ] as const) {
    test(`SIGTERM while ${state}: ends within the time for it, with status 0 and nothing left`, async (t) => {
      await using one = await faultCase(t, { flags: ["--shutdown-timeout", "1s"], files });
      await began(one);
      const from = performance.now();
      assert.equal(await one.running.stop(), 0);
      t.diagnostic(`ended after ${Math.round(performance.now() - from)} ms`);
      await eventually(() => assert.deepEqual(processesWith(one.app.directory.path), []), { within: 2_000 });
      assert.equal(((await one.app.read("out/app.conf")) ?? "name = one\n").endsWith("\n"), true);
    });
  }

  test("SIGTERM while the store is away: ends at once, with status 0", async (t) => {
    await using one = await faultCase(t, { flags: ["--backend", "etcd", "--etcd-endpoints", "http://127.0.0.1:1"] });
    await one.running.waitForLog("Backend is away, trying again");
    assert.equal(await one.running.stop(), 0);
  });

  test("it has no file descriptor left: said, nothing is lost, and it goes on when it has some", async (t) => {
    await using etcd = await startEtcd();
    await etcd.put("/name", "one");
    const flags = ["--backend", "etcd", "--etcd-endpoints", etcd.url];
    await using one = await faultCase(t, { flags, first: "one", unit: 'check_cmd = "true"' });
    // All that are open stay so, and there is no further one.
    await limit(one.running.pid, 8);
    await etcd.put("/name", "two");
    await one.running.waitForLog("Unit failed", { within: 20_000 });
    assert.equal(await one.target(), "name = one\n");
    await limit(one.running.pid, 1_024);
    await one.says("two", { within: 30_000 });
    await one.cameBack();
  });

  test("the clock is set back an hour: changes are applied as before", async (t) => {
    await using clock = await tempDir();
    const file = await clock.write("offset", "+0");
    const env = { LD_PRELOAD: requireLibrary("libfaketime.so.1"), FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: "1", FAKETIME_DONT_FAKE_MONOTONIC: "1" };
    await using etcd = await startEtcd();
    await etcd.put("/name", "one");
    const flags = ["--backend", "etcd", "--etcd-endpoints", etcd.url];
    await using one = await faultCase(t, { flags, options: { env }, first: "one" });
    await writeFile(file, "-1h");
    for (const name of ["two", "three"]) {
      await etcd.put("/name", name);
      await one.says(name);
    }
    const [before, after] = [one.running.lines[0]?.time, one.running.lines.at(-1)?.time].map((time) => Date.parse(String(time)));
    assert.ok((after ?? 0) < (before ?? 0) - 3_000_000, "the clock of the program did go back");
    await one.cameBack();
  });

  test("a second one on the same state directory: says so and stops, the first goes on", async (t) => {
    await using one = await faultCase(t, { flags: [], first: "one" });
    const second = await one.app.remora(["run"]);
    assert.equal(second.code, 2);
    assert.match(second.stderr, new RegExp(`process ${one.running.pid} is using it`));
    await one.app.write("data.yaml", "name: two\n");
    await one.says("two");
    await one.cameBack();
  });

  async function isIn(one: FaultCase): Promise<void> {
    await eventually(async () => assert.notEqual(await one.app.read("in"), undefined), { within: 15_000 });
  }

  /** Does something while etcd is away; then it is back with another value, which must be applied. */
  async function whileAway(t: TestContext, act: (one: FaultCase) => Promise<() => Promise<void>>): Promise<void> {
    await using etcd = await startEtcd();
    await etcd.put("/name", "one");
    await using one = await faultCase(t, { flags: ["--backend", "etcd", "--etcd-endpoints", etcd.url], first: "one" });
    await etcd.kill();
    await one.running.waitForLog("Backend is away, trying again");
    const andThen = await act(one);
    assert.equal(await one.target(), "name = one\n");
    await etcd.start();
    await etcd.put("/name", "two");
    await one.says("two");
    await andThen();
    await one.cameBack();
  }
});

async function limit(pid: number, descriptors: number): Promise<void> {
  const { code, stderr } = await runProgram(["prlimit", `--pid=${pid}`, `--nofile=${descriptors}:1024`]);
  assert.equal(code, 0, stderr);
}
