import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { startApp, supervised, unit } from "../support/supervised.ts";

const QUICK = ["--backoff-min", "20ms", "--backoff-max", "80ms"];

describe("remora run -- CMD and its restarts", () => {
  test('--restart on-failure starts a failed app again, and ends with it when it ends well', async (t) => {
    const app = await supervised(t);
    const script = `echo x >> ${app.directory.join("runs")}; [ $(wc -l < ${app.directory.join("runs")}) -ge 3 ] || exit 1`;
    assert.equal((await app.remora(["run", "--restart", "on-failure", ...QUICK, "--", "/bin/sh", "-c", script])).code, 0);
    assert.equal(await app.read("runs"), "x\nx\nx\n");
  });

  test("--restart always starts an app again that ended well", async (t) => {
    const app = await supervised(t);
    await using running = await startApp(app, "echo x >> $DIR/runs", ["--restart", "always", ...QUICK]);
    await eventually(async () => assert.match((await app.read("runs")) ?? "", /^(x\n){3}/));
    assert.ok([0, 143].includes((await running.stop()) ?? 1), "neither how it ended last nor how it was ended");
  });

  test("An app that ends at once for ever is a crash loop, which is told and backed off", async (t) => {
    const app = await supervised(t);
    await using running = await startApp(app, "exit 3", ["--restart", "on-failure", ...QUICK]);
    const told = await running.waitForLog("The app is in a crash loop");
    assert.deepEqual([told["code"], told["ends"]], [3, 5]);
    const waits = running.lines.filter(({ msg }) => msg === "The app ended, and is started again").map((line) => Number(line["again_in_ms"]));
    assert.equal(waits.length, 4);
    assert.ok((waits[3] ?? 0) >= 40, `the delay did not grow: ${waits}`);
    const { stdout, code } = await app.remora(["status", "--ready"]);
    assert.deepEqual([code, /^not ready\n {2}The app is in a crash loop: \d+ ends in a row, the last with exit status 3$/m.test(stdout)], [1, true], stdout);
    assert.match((await app.remora(["status"])).stdout, /^\S*sh +crash loop /m);
    assert.ok([3, 143].includes((await running.stop()) ?? 1), "neither how it ended last nor how it was ended");
  });

  test("A change starts an app early that waits long to be started again", async (t) => {
    const app = await supervised(t, unit('on_change = "restart"'));
    await using running = await startApp(app, "grep two $DIR/out/app.conf || exit 1; touch $DIR/good; exec sleep 60", ["--restart", "on-failure", "--backoff-min", "20ms", "--backoff-max", "1h", "--stable-after", "1h"]);
    await running.waitForLog("The app is in a crash loop");
    await eventually(() => assert.ok(running.lines.some((line) => Number(line["again_in_ms"]) > 2_000), "not yet"), { within: 20_000 });
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.equal(await app.read("good"), ""), { within: 1_500 });
    assert.equal(await running.stop(), 143);
  });

  test("An app that ran for --stable-after starts counting anew, and that it is out of its crash loop is told", async (t) => {
    const app = await supervised(t);
    await using running = await startApp(app, "test -e $DIR/well || exit 1; exec sleep 60", ["--restart", "on-failure", "--stable-after", "200ms", ...QUICK]);
    await running.waitForLog("The app is in a crash loop");
    await app.write("well", "yes");
    await running.waitForLog("The app is out of its crash loop");
    assert.equal((await app.remora(["status", "--ready"])).code, 0);
    assert.equal(await running.stop(), 143);
  });
});
