import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { ON_EXECUTABLE, startAsPidOne } from "../support/pid-namespace.ts";
import { processesWith, startApp, supervised } from "../support/supervised.ts";

/** Leaves orphans that end: children of a child that ended before, some forked twice and in sessions of their own. Then counts zombies until it is told to end. */
const LEAVES_ORPHANS = `for i in 1 2 3 4 5 6 7 8 9 10; do (sleep 0.05 &); (setsid sh -c '(sleep 0.1 &) & exit 0' &); done
sleep 0.4; touch $DIR/left
trap "exit 7" TERM
while :; do grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null | wc -l > $DIR/counting; mv $DIR/counting $DIR/zombies; sleep 0.05; done`;

describe("Orphans of the app", () => {
  test("As process 1 it starts the app, passes signals on to it, and ends with its status", async (t) => {
    const app = await supervised(t);
    await using running = await startAsPidOne(app, 'trap "echo usr1 >> $DIR/got" USR1; trap "exit 5" TERM; echo $PPID > $DIR/parent; touch $DIR/ready; while :; do sleep 0.02; done');
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    assert.equal(await app.read("parent"), "1\n");
    running.signalIt("SIGUSR1");
    await eventually(async () => assert.equal(await app.read("got"), "usr1\n"));
    running.signalIt("SIGTERM");
    assert.equal(await running.exit, 5);
  });

  if (ON_EXECUTABLE) {
    test("As process 1 no orphan stays a zombie, those that were forked twice included", async (t) => {
      const app = await supervised(t);
      await using running = await startAsPidOne(app, LEAVES_ORPHANS);
      await eventually(async () => assert.equal(await app.read("left"), ""));
      await eventually(async () => assert.equal((await app.read("zombies"))?.trim(), "0"));
      assert.equal(running.lines.some(({ msg }) => msg === "Orphans of the app stay as zombies"), false);
      running.signalIt("SIGTERM");
      assert.equal(await running.exit, 7, "the app's own end was not taken away");
    });

    test("Not as process 1 orphans come to Remora as well, and no zombie stays", async (t) => {
      const app = await supervised(t);
      await using running = await startApp(app, `(sh -c 'echo $$ > $DIR/orphan; while ! test -e $DIR/go; do sleep 0.02; done; exit 3' &); trap "exit 7" TERM; while :; do sleep 0.02; done`);
      const orphan = await eventually(async () => {
        const pid = (await app.read("orphan"))?.trim() ?? "";
        assert.equal(parentOf(pid), running.pid);
        return pid;
      });
      await app.write("go", "");
      await eventually(() => assert.equal(statusOf(orphan), ""));
      assert.equal(await running.stop(), 7);
    });
  } else {
    test("As process 1 on Node it says that orphans stay as zombies, and what to do", async (t) => {
      const app = await supervised(t);
      await using running = await startAsPidOne(app, LEAVES_ORPHANS);
      const told = await running.waitForLog("Orphans of the app stay as zombies");
      assert.match(String(told["hint"]), /--init/);
      await eventually(async () => assert.ok(Number(await app.read("zombies")) > 0, "this Node reaps them: the warning and docs/supervise.md are out of date"));
      running.signalIt("SIGTERM");
      assert.equal(await running.exit, 7);
    });
  }

  test("kill -9 of Remora ends the app and what is in its group, what ignores SIGTERM too", async (t) => {
    const app = await supervised(t);
    await using running = await startApp(app, `trap "" TERM HUP; sh -c 'trap "" TERM HUP; while :; do sleep 0.1; done; : $DIR/child' & touch $DIR/ready; while :; do sleep 0.1; done`);
    await running.waitForLog("Started the app");
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    running.signal("SIGKILL");
    await eventually(() => assert.deepEqual(processesWith(app.directory.path), []));
  });

  test("What watches over the app's group ends with Remora", async (t) => {
    const app = await supervised(t);
    await using running = await startApp(app, "touch $DIR/ready; exec sleep 60");
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    const guardians = () => processesWith(`remora-guardian\0${running.pid}\0`);
    assert.equal(guardians().length, 1);
    assert.equal(await running.stop(), 143);
    await eventually(() => assert.deepEqual(guardians(), []));
  });
});

function statusOf(pid: string): string {
  return existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, "latin1") : "";
}

function parentOf(pid: string): number {
  return Number(/^PPid:\t(\d+)$/m.exec(statusOf(pid))?.[1]);
}
