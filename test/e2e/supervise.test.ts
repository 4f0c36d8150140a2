import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { processesWith, startApp, supervised, unit } from "../support/supervised.ts";

describe("remora run -- CMD", () => {
  test("The app starts after every unit is applied, and its exit status is Remora's", async (t) => {
    const app = await supervised(t);
    const { code, stdout } = await app.remora(["run", "--", "/bin/sh", "-c", `cat ${app.directory.join("out/app.conf")}; exit 7`]);
    assert.deepEqual({ code, stdout }, { code: 7, stdout: "name = one\n" });
    assert.equal(await app.read("reloads"), undefined, "there was nothing yet that could be reloaded");
  });

  test("An app that dies of a signal makes the exit status 128 and its number", async (t) => {
    const app = await supervised(t);
    assert.equal((await app.remora(["run", "--", "/bin/sh", "-c", "kill -USR1 $$"])).code, 138);
  });

  test("What stands after -- is the app's, flags and all", async (t) => {
    const app = await supervised(t);
    const { code, stdout } = await app.remora(["run", "--", "/bin/echo", "--help", "--", "--log-level"]);
    assert.deepEqual({ code, stdout }, { code: 0, stdout: "--help -- --log-level\n" });
  });

  test("Standard streams are the app's own: input, output and errors arrive as they are, and the log is on standard error", async (t) => {
    const app = await supervised(t);
    const script = "cat; printf '\\0no newline'; printf 'oops' >&2; head -c 3000000 /dev/zero | tr '\\0' x";
    const { code, stdout, stderr } = await app.remora(["run", "--log-level", "error", "--", "/bin/sh", "-c", script], { input: "hello\n" });
    assert.equal(code, 0);
    assert.ok(stdout === `hello\n\0no newline${"x".repeat(3_000_000)}`, "standard output is not what the app wrote");
    assert.equal(stderr, "oops");
  });

  test("It waits for keys that are missing, says for which, and starts the app when they are there", async (t) => {
    const app = await supervised(t, { "data.yaml": "other: x\n" });
    await using running = await startApp(app, "cat $DIR/out/app.conf > $DIR/saw; exec sleep 60");
    assert.deepEqual((await running.waitForLog("Waiting for keys"))["missing"], ["file:/name"]);
    assert.equal(running.lines.some(({ msg }) => msg === "Started the app"), false);
    await app.write("data.yaml", "name: late\n");
    await eventually(async () => assert.equal(await app.read("saw"), "name = late\n"));
    assert.equal(await running.stop(), 143);
  });

  test("SIGTERM while it waits for keys ends it with 143, and the app is never started", async (t) => {
    const app = await supervised(t, { "data.yaml": "other: x\n" });
    await using running = await startApp(app, "touch $DIR/ran");
    await running.waitForLog("Waiting for keys");
    assert.equal(await running.stop(), 143);
    assert.equal(await app.read("ran"), undefined);
  });

  test("A bad new configuration, and a bad template, leave the app alone", async (t) => {
    const app = await supervised(t, unit('on_change = "restart"'));
    await using running = await startApp(app, "echo run >> $DIR/runs; exec sleep 60");
    await eventually(async () => assert.equal(await app.read("runs"), "run\n"));
    const refused = "Configuration refused, going on with the present one";
    await app.write("templates/app.njk", "{{ getv( }}\n");
    running.signal("SIGHUP");
    await running.waitForLog(refused);
    await app.write("templates/app.njk", 'name = {{ getv("/name") }}\n');
    await running.waitForLog("Took up a new configuration");
    const from = running.lines.length;
    await app.write("remora.toml", "nonsense = 1\n");
    await running.waitForLog(refused, { from });
    assert.equal(await app.read("runs"), "run\n");
    assert.equal(running.lines.some(({ msg }) => msg === "Restarting the app"), false);
    assert.equal(await running.stop(), 143);
  });

  test("An app that is not there ends it with 127 and a sentence, one that cannot be executed with 126", async (t) => {
    const app = await supervised(t);
    const missing = await app.remora(["run", "--", "no-such-app"]);
    assert.equal(missing.code, 127);
    assert.match(missing.stderr, /remora: Cannot start the app: program "no-such-app" not found\n {2}hint: /);
    const notExecutable = await app.remora(["run", "--", app.directory.join("data.yaml")]);
    assert.equal(notExecutable.code, 126);
    assert.match(notExecutable.stderr, /Cannot start the app: program ".*data\.yaml" is not executable/);
  });

  test("An app without -- before it is refused, and so is on_change for an app where there is none", async (t) => {
    const app = await supervised(t, unit('on_change = "restart"'));
    const stray = await app.remora(["run", "nginx"]);
    assert.deepEqual([stray.code, /remora run \[FLAGS\] -- CMD/.test(stray.stderr)], [2, true]);
    const none = await app.remora(["run"]);
    assert.deepEqual([none.code, /on_change is for an app/.test(none.stderr)], [2, true]);
    assert.equal((await app.remora(["run", "--"])).code, 2);
  });

  test("Passwords among Remora's variables are not in the app's environment, and others are", async (t) => {
    const app = await supervised(t);
    const { stdout } = await app.remora(["run", "--", "/usr/bin/env"], { env: { REMORA_CONSUL_TOKEN: "hush", REMORA_PREFIX: "/", APP_COLOUR: "red" } });
    assert.match(stdout, /^APP_COLOUR=red$/m);
    assert.doesNotMatch(stdout, /hush/);
  });

  test("An app that closes its streams goes on until it ends", async (t) => {
    const app = await supervised(t);
    const { code } = await app.remora(["run", "--", "/bin/sh", "-c", "exec <&- >&- 2>&-; sleep 0.2; exit 3"]);
    assert.equal(code, 3);
  });

  test("Of an app that goes into the background its exit is what counts, and what stays in its group is ended", async (t) => {
    const app = await supervised(t);
    const { code } = await app.remora(["run", "--", "/bin/sh", "-c", `sh -c 'sleep 61; : ${app.directory.path}' & exit 0`]);
    assert.equal(code, 0);
    assert.deepEqual(processesWith(app.directory.path), []);
  });
});
