import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { startApp, supervised, unit } from "../support/supervised.ts";

/** Writes what it reads as it starts, and at HUP. */
const READS = 'trap "cat $DIR/out/app.conf >> $DIR/at-hup" HUP; cat $DIR/out/app.conf >> $DIR/at-start; touch $DIR/ready; while :; do sleep 0.02; done';

describe("remora run -- CMD and changes", () => {
  test('on_change = "restart" ends the app and starts it on what is written now', async (t) => {
    const app = await supervised(t, unit('on_change = "restart"'));
    await using running = await startApp(app, READS);
    await eventually(async () => assert.equal(await app.read("at-start"), "name = one\n"));
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.equal(await app.read("at-start"), "name = one\nname = two\n"));
    await running.waitForLog("Reloaded");
    assert.equal(running.lines.filter(({ msg }) => msg === "Started the app").length, 2);
    assert.equal(await running.stop(), 143);
  });

  test('on_change = "signal:HUP" signals the app and does not restart it', async (t) => {
    const app = await supervised(t, unit('on_change = "signal:HUP"'));
    await using running = await startApp(app, READS);
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.equal(await app.read("at-hup"), "name = two\n"));
    assert.equal(await app.read("at-start"), "name = one\n");
    assert.equal(await running.stop(), 143);
  });

  test('on_change = "none" writes the file and leaves the app alone', async (t) => {
    const app = await supervised(t, unit('on_change = "none"'));
    await using running = await startApp(app, READS);
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = two\n"));
    assert.equal(await running.stop(), 143);
    assert.deepEqual([await app.read("at-start"), await app.read("at-hup")], ["name = one\n", undefined]);
  });

  test("A unit with a reload command runs it for changes, not before the app has started", async (t) => {
    const app = await supervised(t);
    await using running = await startApp(app, READS);
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    assert.equal(await app.read("reloads"), undefined);
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.equal(await app.read("reloads"), "reload\n"));
    assert.equal(await running.stop(), 143);
  });

  test("Several units of a pass that want a restart get one", async (t) => {
    const units = Object.fromEntries(["a", "b", "c", "d"].map((name) => [`conf.d/${name}.toml`, `[template]\nsrc = "app.njk"\ndest = "$DIR/out/${name}.conf"\non_change = "restart"\n`]));
    const app = await supervised(t, { ...units, "conf.d/app.toml": "" });
    await using running = await startApp(app, "cat $DIR/out/*.conf | tr '\\n' ' ' >> $DIR/starts; echo >> $DIR/starts; exec sleep 60");
    const all = (name: string) => `${`name = ${name} `.repeat(4)}\n`;
    await eventually(async () => assert.equal(await app.read("starts"), all("one")));
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.equal(await app.read("starts"), all("one") + all("two")));
    await app.write("data.yaml", "name: three\n");
    await eventually(async () => assert.equal(await app.read("starts"), all("one") + all("two") + all("three")));
    assert.equal(await running.stop(), 143);
    assert.equal(running.lines.filter(({ msg }) => msg === "Restarting the app").length, 2);
  });

  test("SIGTERM during a restart that the app holds up ends both, and starts nothing more", async (t) => {
    const app = await supervised(t, unit('on_change = "restart"'));
    await using running = await startApp(app, 'trap "" TERM; echo run >> $DIR/runs; while :; do sleep 0.02; done', ["--kill-timeout", "500ms"]);
    await eventually(async () => assert.equal(await app.read("runs"), "run\n"));
    await app.write("data.yaml", "name: two\n");
    await running.waitForLog("Restarting the app");
    assert.equal(await running.stop(), 137);
    assert.equal(await app.read("runs"), "run\n");
  });

  test("remora render writes the files of a unit that restarts the app, and leaves nothing due", async (t) => {
    const app = await supervised(t, unit('on_change = "restart"'));
    const { code, stderr } = await app.remora(["render"]);
    assert.deepEqual([code, await app.read("out/app.conf"), /Reloaded/.test(stderr)], [0, "name = one\n", false]);
    const { stderr: again } = await app.remora(["render"]);
    assert.equal(again, "");
  });

  test("The splay of a unit does not keep the app from its start", async (t) => {
    const app = await supervised(t, unit('on_change = "restart"\nsplay = "24h"'));
    const { code } = await app.remora(["run", "--", "/bin/sh", "-c", "exit 6"]);
    assert.equal(code, 6);
  });

  test("A restart waits for its --splay, which a new configuration and a stop cut short", async (t) => {
    const app = await supervised(t, unit('on_change = "restart"'));
    await using running = await startApp(app, READS, ["--splay", "24h"]);
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    await app.write("data.yaml", "name: two\n");
    await running.waitForLog("Committed", { from: running.lines.findIndex(({ msg }) => msg === "Started the app") });
    assert.equal(await app.read("at-start"), "name = one\n");
    await app.write("conf.d/web.toml", '[template]\nsrc = "app.njk"\ndest = "$DIR/out/web.conf"\n');
    await eventually(async () => assert.equal(await app.read("out/web.conf"), "name = two\n"));
    assert.equal(await running.stop(), 143);
    assert.equal(running.lines.some(({ msg }) => msg === "Restarting the app"), false);
  });

  test("A new configuration brings new settings to the app that runs", async (t) => {
    const app = await supervised(t);
    await using running = await startApp(app, 'trap "exit 4" QUIT; touch $DIR/ready; while :; do sleep 0.02; done');
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    await app.write("remora.toml", '[supervise]\nkill_signal = "QUIT"\n');
    await running.waitForLog("Took up a new configuration");
    assert.equal(await running.stop(), 4);
    assert.equal(running.lines.filter(({ msg }) => msg === "Started the app").length, 1);
  });

  test("An app whose program is gone at a restart is tried again until it is back", async (t) => {
    const app = await supervised(t, unit('on_change = "restart"'));
    const program = await app.write("app.sh", "#!/bin/sh\necho run >> $DIR/runs\nexec sleep 60\n");
    const { chmod, rename } = await import("node:fs/promises");
    await chmod(program, 0o755);
    await using running = await app.start(["--backoff-min", "50ms", "--backoff-max", "100ms", "--", program]);
    await eventually(async () => assert.equal(await app.read("runs"), "run\n"));
    await rename(program, `${program}.away`);
    await app.write("data.yaml", "name: two\n");
    const failed = await running.waitForLog("Unit failed");
    assert.match(String(failed["error"]), /Cannot start the app: program ".*app\.sh".* not found/);
    await rename(`${program}.away`, program);
    await eventually(async () => assert.equal(await app.read("runs"), "run\nrun\n"));
    assert.equal(await running.stop(), 143);
  });
});
