import assert from "node:assert/strict";
import { chmod, readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { ON_EXECUTABLE, startAsPidOne } from "../support/pid-namespace.ts";
import { processesWith, startApp, supervised } from "../support/supervised.ts";

/** A daemon of the app's: it leaves the app's group and session, and its streams. */
const DAEMON = `setsid sh -c 'while ! test -e $DIR/end; do sleep 0.05; done; : $DIR/daemon' <&- >/dev/null 2>&1 &`;

describe("remora run -- CMD with an app that misbehaves", () => {
  for (const [what, name, text, status] of [
    ["A script whose interpreter is not there", "script", "#!/no/such/interpreter\n", 127],
    // Node's own library has a shell try it.
    ...(ON_EXECUTABLE ? ([["A file that may be executed and is no program", "noise", "\0\0 no program", 126]] as const) : []),
    ["A directory", "", "", 126],
    ["A program below a file", "data.yaml/app", "", 127],
  ] as const) {
    test(`${what} ends it with ${status} and a sentence`, async (t) => {
      const app = await supervised(t);
      const path = app.directory.join(name);
      if (text !== "") await chmod(await app.write(name, text), 0o755);
      const { code, stderr } = await app.remora(["run", "--", path]);
      assert.equal(code, status, stderr);
      const told = stderr.slice(stderr.indexOf("remora: "));
      assert.ok(told.startsWith(`remora: Cannot start the app: program "${path}"`), stderr);
      assert.match(told, /\n {2}hint: \S/);
    });
  }

  test("An app that daemonises has ended, and what left its group holds nothing up", async (t) => {
    const app = await supervised(t);
    await using running = await startApp(app, `${DAEMON} while ! test -e $DIR/out/app.conf; do :; done; exit 4`);
    t.after(() => app.write("end", ""));
    assert.equal(await running.exit, 4);
  });

  test("As process 1 a daemon of the app's ends with Remora", async (t) => {
    const app = await supervised(t);
    t.after(() => app.write("end", ""));
    await using running = await startAsPidOne(app, `${DAEMON} touch $DIR/ready; exec sleep 61`);
    await eventually(async () => assert.equal(await app.read("ready"), ""));
    await eventually(() => assert.notDeepEqual(processesWith(app.directory.join("daemon")), []));
    running.signalIt("SIGTERM");
    assert.equal(await running.exit, 143);
    await eventually(() => assert.deepEqual(processesWith(app.directory.join("daemon")), []));
  });

  test("An app that ignores SIGTERM is killed for a restart as well, and started again", async (t) => {
    const app = await supervised(t, { "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\non_change = "restart"\n' });
    await using running = await startApp(app, 'trap "" TERM; cat $DIR/out/app.conf >> $DIR/saw; while :; do sleep 0.02; done', ["--kill-timeout", "200ms"]);
    await eventually(async () => assert.equal(await app.read("saw"), "name = one\n"));
    await app.write("data.yaml", "name: two\n");
    await eventually(async () => assert.equal(await app.read("saw"), "name = one\nname = two\n"));
    assert.equal(await running.stop(), 137);
  });

  test("A crash loop takes next to no time of the processor", async (t) => {
    const app = await supervised(t);
    await using running = await startApp(app, "exit 1", ["--restart", "always", "--backoff-min", "20ms", "--backoff-max", "1h", "--stable-after", "1h"]);
    await running.waitForLog("The app is in a crash loop");
    await eventually(() => assert.ok(running.lines.some((line) => Number(line["again_in_ms"]) > 400), "not yet"));
    const [before, from] = [await ticksOf(running.pid), running.lines.length];
    await running.waitForLog("The app is in a crash loop", { from });
    assert.ok((await ticksOf(running.pid)) - before <= 20, "it does not wait, it spins");
    await running.stop();
  });
});

/** What a process used of the processor, in hundredths of a second. */
async function ticksOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
