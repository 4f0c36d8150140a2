import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { describe, test, type TestContext } from "node:test";
import { eventually } from "../support/eventually.ts";
import { faultCase, type FaultCase } from "../support/faults.ts";
import { processesWith } from "../support/supervised.ts";

describe("Commands", { concurrency: 3 }, () => {
  test("the check is missing: refused with its name, the old file stays", (t) => checkRefused(t, "$DIR/no-such-check", /no-such-check.*not found/s));

  test("the check is not executable: refused with its name, the old file stays", (t) => checkRefused(t, "$DIR/data.yaml", /ermission denied|not executable/));

  test("the check is killed by a signal: refused with the signal, the old file stays", (t) => checkRefused(t, "kill -SEGV $$", /SIGSEGV/));

  test("the check hangs: ended after its time with all that it started, the old file stays", async (t) => {
    await checkRefused(t, "{ sleep 4717 & sleep 4717; }", /timed out after 2s/, 'check_cmd_timeout = "2s"\n');
    assert.deepEqual(processesWith("sleep 4717"), []);
  });

  test("the reload backgrounds a child that keeps its pipes: nothing waits for it", async (t) => {
    await using one = await begun(t, 'reload_cmd = "cat $DIR/out/app.conf >> $DIR/reloads; sleep 4718 &"');
    try {
      await one.app.write("data.yaml", "name: two\n");
      await one.says("two", { within: 5_000 });
    } finally {
      for (const pid of processesWith("sleep 4718")) process.kill(Number(pid), "SIGKILL");
    }
  });

  test("the reload prints 100 MB: the memory stays, the last lines are kept", async (t) => {
    await using one = await begun(t, 'reload_cmd = "cat $DIR/out/app.conf >> $DIR/reloads; test ! -e $DIR/loud || { yes line | head -c 100000000; echo the end; exit 1; }"');
    await one.app.write("loud", "");
    await one.app.write("data.yaml", "name: two\n");
    const failed = await one.running.waitForLog("Unit failed", { within: 20_000 });
    assert.match(String(failed.output), /the end/);
    await rm(one.app.directory.join("loud"));
    await one.running.waitForLog("Reloaded", { from: one.running.lines.indexOf(failed), within: 20_000 });
    await one.cameBack();
  });

  test("the reload starts a thousand children: none is left, the next change is applied", async (t) => {
    await using one = await begun(t, 'reload_cmd = "cat $DIR/out/app.conf >> $DIR/reloads; i=0; while [ $i -lt 1000 ]; do (exit 0) & i=$((i+1)); done; wait"');
    await one.app.write("data.yaml", "name: two\n");
    await one.says("two");
    await eventually(() => assert.equal(one.running.lines.filter(({ msg }) => msg === "Reloaded").length, 2), { within: 20_000 });
    await one.cameBack();
  });

  test("the reload changes its own target: written back, and no endless loop of reloads", async (t) => {
    await using one = await faultCase(t, { flags: ["--reconcile", "300ms"], unit: "", files: { "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nreload_cmd = "cat $DIR/out/app.conf >> $DIR/reloads; echo mine >> $DIR/out/app.conf"\nmin_reload_interval = "1s"\n' } });
    await eventually(async () => assert.ok((await one.reloads()).length >= 1, "not yet"));
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const reloads = (await one.reloads()).filter((line) => line.startsWith("name")).length;
    t.diagnostic(`${reloads} reloads in 3 s with min_reload_interval = "1s" and a comparison every 300 ms`);
    assert.ok(reloads <= 5, `${reloads} reloads`);
    await one.app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.ok((await one.reloads()).includes("name = two"), "not yet"), { within: 10_000 });
  });

  test("the reload fails for a while: due until it succeeded with what is on disk", async (t) => {
    await using one = await begun(t, 'reload_cmd = "test ! -e $DIR/broken && cat $DIR/out/app.conf >> $DIR/reloads"');
    await one.app.write("broken", "");
    await one.app.write("data.yaml", "name: two\n");
    await one.running.waitForLog("Unit failed");
    assert.deepEqual(await one.reloads(), ["name = one"]);
    await one.app.write("data.yaml", "name: three\n");
    await eventually(async () => assert.equal(await one.target(), "name = three\n"));
    await rm(one.app.directory.join("broken"));
    await one.says("three", { within: 20_000 });
    assert.deepEqual(await one.reloads(), ["name = one", "name = three"]);
    await one.cameBack();
  });

  /** A unit with this reload, applied once. */
  function begun(t: TestContext, reload: string): Promise<FaultCase> {
    return faultCase(t, { flags: [], files: { "conf.d/app.toml": `[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\n${reload}\n` }, first: "one" });
  }

  /** The check succeeds for the first name alone, and does what it is told for the second. */
  async function checkRefused(t: TestContext, check: string, reason: RegExp, more = ""): Promise<void> {
    await using one = await faultCase(t, { flags: [], unit: `check_cmd = "grep -q one {{ src }} || ${check}"\n${more}`, first: "one" });
    await one.app.write("data.yaml", "name: two\n");
    const failed = await one.running.waitForLog("Unit failed");
    assert.equal(failed.step, "check");
    assert.match(`${failed.error} ${failed.output}`, reason);
    await eventually(async () => assert.match(await one.state(), /^failed at check$/), { within: 10_000, every: 50 });
    assert.equal(await one.target(), "name = one\n");
    assert.deepEqual(await one.reloads(), ["name = one"]);
    await one.app.write("data.yaml", "name: one more\n");
    await one.says("one more");
    await one.cameBack();
  }
});
