import assert from "node:assert/strict";
import { rm, stat } from "node:fs/promises";
import { describe, test } from "node:test";
import type { StatusDocument } from "../../src/core/status-document.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { project } from "../support/remora.ts";
import { ask, followEvents, statusWhen } from "../support/status.ts";

const SHA256 = /^[0-9a-f]{64}$/;

describe("the status of remora run", () => {
  test("Goes from waiting for a key to applied, with hashes, revision and what was read", async () => {
    await using etcd = await startEtcd();
    await using app = await project({ "templates/app.njk": 'name = {{ getv("/name") }} {{ getv("/more", "") }}\n' });
    const socket = app.directory.join("state/remora.sock");
    await using _ = await app.start(["--backend", "etcd", "--etcd-endpoints", etcd.url]);
    const waiting = await statusWhen(socket, ({ units }) => assert.equal(units[0]?.state, "waiting"));
    assert.deepEqual(waiting.units[0]?.waiting_for, ["etcd:/name"]);
    assert.deepEqual([waiting.ready, waiting.not_ready], [false, ['Unit "app" waits for etcd:/name']]);
    assert.equal((await ask(socket, "/ready")).status, 503);
    await etcd.put("/name", "one");
    const { units: [unit], backends: [backend], version } = await statusWhen(socket, ({ units, ready }) => assert.deepEqual([units[0]?.state, ready], ["applied", true]));
    assert.equal(version, 1);
    assert.match(unit?.targets[0]?.written ?? "", SHA256);
    assert.equal(unit?.targets[0]?.applied, unit?.targets[0]?.written);
    assert.deepEqual([unit?.reads, unit?.missing, unit?.failure], [["etcd:/more", "etcd:/name"], ["etcd:/more"], null]);
    assert.deepEqual([backend?.name, backend?.state, backend?.staleness_seconds, backend?.reads], ["etcd", "live", 0, 1]);
    assert.ok((unit?.revisions["etcd"] ?? 0) > 1);
    assert.equal(unit?.revisions["etcd"], backend?.revision);
    assert.deepEqual(await ask(socket, "/ready").then(({ status, body }) => [status, body]), [200, "ready\n"]);
  });

  test("Says which step failed, with the last lines of its output and when it is tried again, and that the reload is due", async () => {
    await using app = await project({
      "conf.d/checked.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/checked"\ncheck_cmd = "echo line 3 is wrong; exit 2"\n',
      "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nreload_cmd = "test -e $DIR/up"\n',
    });
    const socket = app.directory.join("state/remora.sock");
    await using _ = await app.start();
    const { units } = await statusWhen(socket, (status) => assert.deepEqual(status.units.map(({ failure }) => failure?.step).sort(), ["check", "reload"]));
    const [reloaded, checked] = units;
    assert.deepEqual([checked?.failure?.code, checked?.failure?.output?.trim()], ["CHECK_FAILED", "line 3 is wrong"]);
    assert.ok(Date.parse(checked?.next_retry ?? "") > Date.parse(checked?.since ?? ""));
    assert.deepEqual([reloaded?.reload_due, reloaded?.targets[0]?.applied, reloaded?.ready], [true, null, false]);
    assert.match(reloaded?.targets[0]?.written ?? "", SHA256);
    await app.write("up", "yes");
    const after = await statusWhen(socket, (status) => assert.equal(status.units[0]?.state, "applied"));
    assert.deepEqual([after.units[0]?.reload_due, after.units[0]?.failure], [false, null]);
    assert.match(after.not_ready.join(), /^Unit "checked" failed to check: /);
  });

  test("Is told by metrics that promtool takes, by events as it changes, and by a diff of what was written", async () => {
    await using app = await project();
    const socket = app.directory.join("state/remora.sock");
    await using _ = await app.start();
    await statusWhen(socket, ({ ready }) => assert.ok(ready));
    const { body } = await ask(socket, "/metrics");
    const { code, stdout, stderr } = await runProgram([requireProgram("promtool"), "check", "metrics"], { input: body });
    assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    assert.match(body, /^remora_commits_total\{unit="app"\} 1$/m);
    await using following = await followEvents(socket);
    await eventually(() => assert.equal(following.events[0]?.event, "status"));
    await app.write("data.yaml", "name: two\n");
    await eventually(() => assert.ok(following.events.some(({ event, data }) => event === "update" && data.changes.some(({ msg }) => msg === "Committed")), "not yet"));
    const { diffs } = JSON.parse((await ask(socket, "/diffs")).body) as { diffs: { diff: string; seq: number }[] };
    assert.match(diffs.at(-1)?.diff ?? "", /^-name = one\n\+name = two$/m);
  });

  test("POST /reload takes up the configuration anew, and a wrong one is told while the present one goes on", async () => {
    await using app = await project();
    const socket = app.directory.join("state/remora.sock");
    await using running = await app.start();
    await statusWhen(socket, ({ ready }) => assert.ok(ready));
    assert.equal((await ask(socket, "/reload", { method: "POST" })).status, 202);
    await running.waitForLog("Took up a new configuration");
    await app.write("conf.d/app.toml", '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nrelaod_cmd = "true"\n');
    const { configuration, ready } = await statusWhen(socket, (status) => assert.notEqual(status.configuration.refused, null));
    assert.match(configuration.refused?.message ?? "", /"relaod_cmd" is not known/);
    assert.match(configuration.refused?.at ?? "", /app\.toml:4:1$/);
    assert.equal(ready, true);
  });

  test("Is gone with its socket when Remora ends", async () => {
    await using app = await project();
    const socket = app.directory.join("state/remora.sock");
    await using running = await app.start();
    await statusWhen(socket, ({ ready }) => assert.ok(ready));
    await running.stop();
    await assert.rejects(stat(socket), { code: "ENOENT" });
  });
});

describe("remora status", () => {
  test("Shows a table, JSON, or by its exit status whether everything is applied", async () => {
    await using app = await project({ "conf.d/other.toml": '[template]\nsrc = "other.njk"\ndest = "$DIR/out/other"\n', "templates/other.njk": '{{ getv("/absent") }}\n' });
    await using _ = await app.start();
    const socket = app.directory.join("state/remora.sock");
    await statusWhen(socket, ({ units }) => assert.deepEqual(units.map(({ state }) => state), ["applied", "waiting"]));
    const table = await app.remora(["status"]);
    assert.match(table.stdout, /^remora \S+ run, process \d+, up \S+: not ready\n {2}Unit "other" waits for file:\/absent\n/);
    assert.match(table.stdout, /^app +applied +\S+ +[0-9a-f]{8} +file:\d+ *$/m);
    assert.match(table.stdout, /^other +waiting .* waits for file:\/absent$/m);
    assert.match(table.stdout, /^file +live /m);
    const json = await app.remora(["status", "--json"]);
    assert.equal((JSON.parse(json.stdout) as StatusDocument).units.length, 2);
    assert.deepEqual([table.code, json.code], [0, 0]);
    const not = await app.remora(["status", "--ready"]);
    assert.deepEqual([not.code, not.stdout], [1, 'not ready\n  Unit "other" waits for file:/absent\n']);
    await app.write("data.yaml", "name: one\nabsent: here\n");
    await statusWhen(socket, ({ ready }) => assert.ok(ready));
    assert.deepEqual(await app.remora(["status", "--ready"]).then(({ code, stdout }) => [code, stdout]), [0, "ready\n"]);
  });

  test("Says that no Remora runs, and exits 3", async () => {
    await using app = await project();
    const { code, stderr } = await app.remora(["status", "--ready"]);
    assert.equal(code, 3);
    assert.match(stderr, /Cannot ask for the status at "unix:.*\/state\/remora\.sock": .*\n.*hint: Does Remora run/);
  });

  test("Asks the one that goes on with an older configuration, although the present one is wrong", async () => {
    await using app = await project();
    await using running = await app.start();
    await running.waitForLog("Reloaded");
    await app.write("remora.toml", "nonsense = 1\n");
    const { code, stdout, stderr } = await app.remora(["status", "--ready"]);
    assert.deepEqual([code, stdout], [0, "ready\n"]);
    assert.match(stderr, /going by flags and variables alone: .*"nonsense" is not known/);
    await rm(app.directory.join("remora.toml"));
  });
});
