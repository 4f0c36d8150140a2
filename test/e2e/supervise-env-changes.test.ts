import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { type Project, remora, type RunningRemora } from "../support/remora.ts";
import { startApp, supervised, unit } from "../support/supervised.ts";

/** Writes a variable at each start, and a line at each HUP. */
const SAYS = 'trap "echo hup >> $DIR/said" HUP; echo "A=$A" >> $DIR/said; while :; do sleep 0.02; done';

const NO_UNIT = { "conf.d/app.toml": "" };
const PASSWORD = "correct horse battery staple";

const said = (app: Project, text: string) => eventually(async () => assert.equal(await app.read("said"), text));
const starts = ({ lines }: RunningRemora) => lines.filter(({ msg }) => msg === "Started the app").length;

describe("remora run -- CMD and changes of [env]", () => {
  test('on_change = "signal:HUP" tells the app, which has the new variables when it is started again', async (t) => {
    const app = await supervised(t, { ...NO_UNIT, "data.yaml": "e: { a: '1' }\n", "remora.toml": '[env]\nprefix = ["/e"]\non_change = "signal:HUP"\n' });
    await using running = await startApp(app, SAYS, ["--restart", "always", "--backoff-min", "10ms"]);
    await said(app, "A=1\n");
    await app.write("data.yaml", "e: { a: '2' }\n");
    await said(app, "A=1\nhup\n");
    process.kill(Number((await running.waitForLog("Started the app"))["pid"]), "SIGKILL");
    await said(app, "A=1\nhup\nA=2\n");
    assert.equal(await running.stop(), 143);
  });

  test('on_change = "none" leaves the app alone until its next start', async (t) => {
    const app = await supervised(t, { ...NO_UNIT, "data.yaml": "e: { a: '1' }\n", "remora.toml": '[env]\nprefix = ["/e"]\non_change = "none"\n' });
    await using running = await startApp(app, SAYS, ["--restart", "always", "--backoff-min", "10ms"]);
    await said(app, "A=1\n");
    await app.write("data.yaml", "e: { a: '2' }\n");
    await eventually(() => assert.equal(running.lines.filter(({ msg }) => msg === "Environment changed").length, 2));
    process.kill(Number((await running.waitForLog("Started the app"))["pid"]), "SIGKILL");
    await said(app, "A=1\nA=2\n");
    assert.equal(await running.stop(), 143);
  });

  test("A live-update command gets the names of what changed, again after it failed, and the app is not restarted", async (t) => {
    const command = 'echo "changed=$REMORA_CHANGED gone=$REMORA_GONE" >> $DIR/updates; test -e $DIR/well';
    const app = await supervised(t, { ...NO_UNIT, "data.yaml": "e: { a: '1', b: '1', c: '1' }\n", "remora.toml": `[env]\nprefix = ["/e"]\nreload_cmd = '${command}'\n` });
    await using running = await startApp(app, SAYS);
    await said(app, "A=1\n");
    await app.write("data.yaml", "e: { a: '2', c: '1' }\n");
    await eventually(async () => assert.equal(await app.read("updates"), "changed=A B gone=B\n"));
    await running.waitForLog("Unit failed");
    await app.write("well", "");
    await running.waitForLog("Reloaded", { within: 20_000 });
    await app.write("data.yaml", "e: { a: '2', c: '2' }\n");
    await eventually(async () => assert.match((await app.read("updates")) ?? "", /^(changed=A B gone=B\n){2,}changed=C gone=\n$/));
    assert.equal(await running.stop(), 143);
    assert.equal(starts(running), 1);
  });

  test("A sealed value is opened into the app's environment alone: no command, log, status or Remora itself has it", async (t) => {
    await using etcd = await startEtcd();
    const app = await supervised(t, {
      ...unit('reload_cmd = "env >> $DIR/seen-by-reload"\ncheck_cmd = "env >> $DIR/seen-by-check"'),
      "remora.toml": `backend = "etcd"\n[backends.etcd]\nendpoints = ["${etcd.url}"]\n[secrets]\nkeyring = ["own.key"]\n[env]\nprefix = ["/e"]\nreload_cmd = "env >> $DIR/seen-by-update"\n`,
    });
    const recipient = (await remora(["secret", "keygen", "--out", app.directory.join("own.key")])).stdout.trim();
    const put = async (value: string) => assert.equal((await app.remora(["secret", "put", "/e/db/password", "--to", recipient], { input: value })).code, 0);
    await put(PASSWORD);
    await etcd.put("/name", "one");
    await using running = await startApp(app, 'trap "exit 0" TERM; echo "$DB_PASSWORD" >> $DIR/said; while :; do sleep 0.02; done', ["--log-level", "debug"]);
    await said(app, `${PASSWORD}\n`);
    await put(`${PASSWORD} II`);
    await eventually(async () => assert.match((await app.read("seen-by-update")) ?? "", /^REMORA_CHANGED=DB_PASSWORD$/m));
    await etcd.put("/name", "two");
    await eventually(async () => assert.ok(await app.read("seen-by-reload"), "not yet"));
    const status = await app.remora(["status", "--json"]);
    assert.match(status.stdout, /\[env\]/);
    const own = (await readFile(`/proc/${running.pid}/environ`, "utf8")) + (await readFile(`/proc/${running.pid}/cmdline`, "utf8"));
    assert.equal(await running.stop(), 0);
    const seen = [status.stdout, own, JSON.stringify(running.lines), ...(await Promise.all(["seen-by-check", "seen-by-reload", "seen-by-update"].map((name) => app.read(name))))];
    assert.deepEqual(seen.map((text) => text?.includes("horse")), seen.map(() => false));
  });

  test("A unit and the environment that change together are one restart, with both", async (t) => {
    const app = await supervised(t, { ...unit('on_change = "restart"'), "data.yaml": "name: one\ne: { a: '1' }\n" });
    await using running = await startApp(app, "echo A=$A $(cat $DIR/out/app.conf) >> $DIR/said; exec sleep 60", ["--env-prefix", "/e"]);
    await said(app, "A=1 name = one\n");
    await app.write("data.yaml", "name: two\ne: { a: '2' }\n");
    await said(app, "A=1 name = one\nA=2 name = two\n");
    await app.write("data.yaml", "name: three\ne: { a: '3' }\n");
    await said(app, "A=1 name = one\nA=2 name = two\nA=3 name = three\n");
    assert.equal(await running.stop(), 143);
    assert.equal(starts(running), 3);
  });

  test("A restart for the environment waits for its splay", async (t) => {
    const app = await supervised(t, { ...NO_UNIT, "data.yaml": "e: { a: '1' }\n" });
    await using running = await startApp(app, SAYS, ["--env-prefix", "/e", "--splay", "24h"]);
    await said(app, "A=1\n");
    await app.write("data.yaml", "e: { a: '2' }\n");
    await eventually(() => assert.equal(running.lines.filter(({ msg }) => msg === "Environment changed").length, 2));
    await app.write("data.yaml", "e: { a: '3' }\n");
    await eventually(() => assert.equal(running.lines.filter(({ msg }) => msg === "Environment changed").length, 3));
    assert.equal(await running.stop(), 143);
    assert.equal(await app.read("said"), "A=1\n");
  });

  test("An app that crashes for want of a variable is started again as soon as it is there, whatever its backoff", async (t) => {
    const app = await supervised(t, { ...NO_UNIT, "data.yaml": "e: { a: bad }\n" });
    await using running = await startApp(app, 'test "$A" = good || exit 1; echo well >> $DIR/said; exec sleep 60', ["--env-prefix", "/e", "--restart", "on-failure", "--backoff-min", "400ms", "--backoff-max", "24h", "--stable-after", "1h"]);
    // It ends at once, and each time it is awaited for twice as long.
    await eventually(() => assert.ok(running.lines.some((line) => Number(line["again_in_ms"]) > 3_000), "not yet"), { within: 20_000 });
    await app.write("data.yaml", "e: { a: good }\n");
    await said(app, "well\n");
    const last = running.lines.filter(({ msg }) => msg === "Started the app").at(-1)?.time ?? "";
    const changed = running.lines.filter(({ msg }) => msg === "Environment changed").at(-1)?.time ?? "";
    assert.ok(Date.parse(last) - Date.parse(changed) < 2_000, `${changed} ${last}`);
    assert.equal(await running.stop(), 143);
  });

  test("A new configuration that makes another environment restarts the app, and one that makes the same does not", async (t) => {
    const app = await supervised(t, { ...NO_UNIT, "remora.toml": '[env]\nprefix = ["/e"]\n', "data.yaml": "e: { a: '1' }\nf: { a: '1' }\ng: { a: '2' }\n" });
    await using running = await startApp(app, SAYS);
    await said(app, "A=1\n");
    await app.write("remora.toml", '[env]\nprefix = ["/f"]\n');
    await running.waitForLog("Took up a new configuration");
    await app.write("remora.toml", '[env]\nprefix = ["/g"]\n');
    await said(app, "A=1\nA=2\n");
    assert.equal(await running.stop(), 143);
    assert.equal(starts(running), 2);
  });
});
