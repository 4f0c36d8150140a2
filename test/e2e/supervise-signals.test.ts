import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { processesWith, startApp, supervised } from "../support/supervised.ts";

/** Writes each signal that it gets into $DIR/got, and ends with 5 at TERM, INT and QUIT. */
const TELLS = `for s in HUP USR1 USR2 WINCH CONT ALRM; do trap "echo $s >> $DIR/got" $s; done
for s in TERM INT QUIT; do trap "echo $s >> $DIR/got; exit 5" $s; done
touch $DIR/ready; while :; do sleep 0.02; done`;

describe("remora run -- CMD and signals", () => {
  test("Signals are passed on to the app, and SIGHUP is Remora's own", async (t) => {
    const app = await supervised(t);
    await using running = await startApp(app, TELLS);
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    for (const name of ["USR1", "USR2", "WINCH", "CONT", "ALRM"]) {
      running.signal(`SIG${name}` as NodeJS.Signals);
      await eventually(async () => assert.match((await app.read("got")) ?? "", new RegExp(`^${name}$`, "m")));
    }
    running.signal("SIGHUP");
    await running.waitForLog("Took up a new configuration");
    assert.equal(await running.stop(), 5);
    assert.equal(await app.read("got"), "USR1\nUSR2\nWINCH\nCONT\nALRM\nTERM\n");
  });

  test("--forward-hup passes SIGHUP on, and no configuration is taken up", async (t) => {
    const app = await supervised(t);
    await using running = await startApp(app, TELLS, ["--forward-hup"]);
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    running.signal("SIGHUP");
    await eventually(async () => assert.equal(await app.read("got"), "HUP\n"));
    assert.equal(await running.stop(), 5);
    assert.equal(running.lines.some(({ msg }) => msg === "Took up a new configuration"), false);
  });

  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    test(`${signal} ends the app with the same signal`, async (t) => {
      const app = await supervised(t);
      await using running = await startApp(app, TELLS);
      await eventually(async () => assert.equal(await app.read("ready"), ""));
      assert.equal(await running.stop(signal), 5);
      assert.equal(await app.read("got"), `${signal.slice(3)}\n`);
    });
  }

  test("--kill-signal is sent in place of the signal that Remora got", async (t) => {
    const app = await supervised(t);
    await using running = await startApp(app, TELLS, ["--kill-signal", "QUIT"]);
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    assert.equal(await running.stop("SIGTERM"), 5);
    assert.equal(await app.read("got"), "QUIT\n");
  });

  test("An app that ignores SIGTERM is killed after --kill-timeout, and its children with it", async (t) => {
    const app = await supervised(t);
    await using running = await startApp(app, 'trap "" TERM; sh -c "sleep 61; : $DIR/child" & touch $DIR/ready; while :; do sleep 0.02; done', ["--kill-timeout", "300ms"]);
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    const toldAt = Date.now();
    assert.equal(await running.stop(), 137);
    assert.ok(Date.now() - toldAt >= 290, "it was not given its time");
    assert.deepEqual(processesWith(app.directory.join("child")), []);
  });

  test("Grandchildren that outlive the app are ended with it, those that ignore SIGTERM too", async (t) => {
    const app = await supervised(t);
    const script = `sh -c 'trap "" TERM; while :; do sleep 0.1; done; : $DIR/stubborn' & sh -c 'sleep 61; : $DIR/meek' & touch $DIR/ready; wait`;
    await using running = await startApp(app, script, ["--kill-timeout", "300ms"]);
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    assert.equal(await running.stop(), 143);
    assert.deepEqual([processesWith(app.directory.join("stubborn")), processesWith(app.directory.join("meek"))], [[], []]);
  });

  test("A second stop signal while the app takes its time reaches it as well", async (t) => {
    const app = await supervised(t);
    await using running = await startApp(app, 'trap "touch $DIR/told" TERM; trap "exit 9" INT; touch $DIR/ready; while :; do sleep 0.02; done');
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    running.signal("SIGTERM");
    await eventually(async () => assert.equal(await app.read("told"), ""));
    assert.equal(await running.stop("SIGINT"), 9);
  });
});
