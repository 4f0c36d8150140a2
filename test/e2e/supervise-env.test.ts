import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import type { Project } from "../support/remora.ts";
import { startApp, supervised } from "../support/supervised.ts";

/** Writes its environment at each start: starts/1, starts/2, ... */
const SHOWS = "mkdir -p $DIR/starts; /usr/bin/env > $DIR/new; mv $DIR/new $DIR/starts/$(($(/bin/ls $DIR/starts | /usr/bin/wc -l) + 1)); while :; do /bin/sleep 0.02; done";

const NO_UNIT = { "conf.d/app.toml": "" };

async function environment(app: Project, start: number): Promise<Readonly<Record<string, string>>> {
  const text = await eventually(async () => {
    const found = await app.read(`starts/${start}`);
    assert.ok(found !== undefined, `the app was not started ${start} times`);
    return found;
  });
  return Object.fromEntries(text.trimEnd().split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

describe("remora run -- CMD and [env]", () => {
  test("Keys below --env-prefix are variables of the app, beside those of Remora", async (t) => {
    const app = await supervised(t, { ...NO_UNIT, "data.yaml": "app: { env: { db: { host: 10.0.0.1 }, log-level: info, empty: '' } }\n" });
    await using running = await startApp(app, SHOWS, ["--env-prefix", "/app/env"], { env: { INHERITED: "yes", LOG_LEVEL: "debug" } });
    const { DB_HOST, LOG_LEVEL, EMPTY, INHERITED } = await environment(app, 1);
    assert.deepEqual({ DB_HOST, LOG_LEVEL, EMPTY, INHERITED }, { DB_HOST: "10.0.0.1", LOG_LEVEL: "info", EMPTY: "", INHERITED: "yes" });
    assert.equal(await running.stop(), 143);
  });

  test("REMORA_ENV_PREFIX and a variable that is a template do the same as the file and the flag", async (t) => {
    const remora = "[env.variables]\nDB_URL = \"mysql://{{ getv('/db/host') }}:{{ getv('/db/port', '3306') }}\"\nMODE = \"production\"\nhttp_proxy = \"/proxy\"\n";
    const app = await supervised(t, { ...NO_UNIT, "remora.toml": remora, "data.yaml": "db: { host: h1 }\nproxy: p1\napp: { a: '1' }\n" });
    await using running = await startApp(app, SHOWS, [], { env: { REMORA_ENV_PREFIX: "/app" } });
    const { DB_URL, MODE, http_proxy, A } = await environment(app, 1);
    assert.deepEqual({ DB_URL, MODE, http_proxy, A }, { DB_URL: "mysql://h1:3306", MODE: "production", http_proxy: "p1", A: "1" });
    assert.equal(await running.stop(), 143);
  });

  test("A change restarts the app with what there is now, and a key that is deleted is a variable no more", async (t) => {
    const app = await supervised(t, { ...NO_UNIT, "data.yaml": "e: { a: '1', b: '1' }\n" });
    await using running = await startApp(app, SHOWS, ["--env-prefix", "/e"]);
    assert.equal((await environment(app, 1))["A"], "1");
    await app.write("data.yaml", "e: { a: '2' }\n");
    const { A, B } = await environment(app, 2);
    assert.deepEqual([A, B], ["2", undefined]);
    const changed = running.lines.filter(({ msg }) => msg === "Environment changed").map((line) => line["changed"]);
    assert.deepEqual(changed, [["A", "B"], ["A", "B"]]);
    assert.equal(await running.stop(), 143);
  });

  test("Pristine, the app has these variables and no others, and its program is still found", async (t) => {
    const app = await supervised(t, { ...NO_UNIT, "data.yaml": "e: { a: '1' }\n", "remora.toml": "[env.variables]\nHANDED = \"{{ getenv('HANDED') }} down\"\n" });
    await chmod(await app.write("bin/shows", '#!/bin/sh\n/usr/bin/env | /bin/grep -v "^PWD=" | /usr/bin/sort\n'), 0o755);
    const { code, stdout } = await app.remora(["run", "--env-prefix", "/e", "--env-pristine", "--", "shows"], { env: { INHERITED: "yes", HANDED: "yes", PATH: `${app.directory.join("bin")}:/usr/bin` } });
    assert.deepEqual([code, stdout], [0, "A=1\nHANDED=yes down\n"]);
  });

  test("It waits for a key that a variable is named for, and says so", async (t) => {
    const app = await supervised(t, { ...NO_UNIT, "remora.toml": '[env.variables]\nDB_HOST = "/db/host"\n' });
    await using running = await startApp(app, SHOWS);
    const { unit, missing } = await running.waitForLog("Waiting for keys");
    assert.deepEqual([unit, missing], ["[env]", ["file:/db/host"]]);
    assert.equal(await app.read("starts/1"), undefined);
    await app.write("data.yaml", "db: { host: h1 }\n");
    assert.equal((await environment(app, 1))["DB_HOST"], "h1");
    assert.equal(await running.stop(), 143);
  });

  test("A value that no variable can hold does not stop the app that runs, and is told without the value", async (t) => {
    const app = await supervised(t, { ...NO_UNIT, "data.yaml": "e: { a: '1' }\n" });
    await using running = await startApp(app, SHOWS, ["--env-prefix", "/e"]);
    await environment(app, 1);
    await app.write("data.yaml", 'e: { a: "hunter2\\0" }\n');
    const { unit, error } = await running.waitForLog("Unit failed");
    assert.deepEqual([unit, error], ["[env]", 'Cannot make the environment of the app: the value of A, "/e/a", holds a NUL, at which a variable would end']);
    const from = running.lines.length;
    await app.write("data.yaml", "e: { a/b: '1', a_b: '2' }\n");
    const twins = await running.waitForLog("Unit failed", { from });
    assert.match(String(twins["error"]), /"\/e\/a\/b" and "\/e\/a_b" are both A_B$/);
    assert.equal(JSON.stringify(running.lines).includes("hunter2"), false);
    await app.write("data.yaml", "e: { a: '2' }\n");
    assert.equal((await environment(app, 2))["A"], "2");
    assert.equal(await running.stop(), 143);
  });

  test("remora explain tells the names of the variables, and what they are read from, without their values", async (t) => {
    const app = await supervised(t, { ...NO_UNIT, "data.yaml": "e: { db: { host: hunter2 } }\nmysql: { host: 10.0.0.5 }\n", "remora.toml": '[env]\nprefix = ["/e"]\n[supervise]\nrequires = ["mysql", "redis"]\n' });
    const { code, stdout } = await app.remora(["explain"]);
    assert.equal(code, 0);
    assert.match(stdout, /^unit \[env\]\n {2}gives the app\n {4}DB_HOST\n {2}reads\n {4}file:\/e\/\.\.\.\n$/m);
    assert.match(stdout, /^unit \[supervise\]\n {2}gives the app\n {4}mysql: 10\.0\.0\.5\n {4}redis: no live instance\n {2}reads\n {4}file:\/mysql\/\.\.\.\n/m);
    assert.equal(stdout.includes("hunter2"), false);
  });

  test("remora check finds a template of a variable that is wrong, and with --online a value that no variable can hold", async (t) => {
    const app = await supervised(t, { ...NO_UNIT, "data.yaml": 'e: { a: "x\\0" }\n', "remora.toml": '[env.variables]\nDB_URL = "{{ getv( }}"\n' });
    const { code, stderr } = await app.remora(["check"]);
    assert.deepEqual([code, /remora\.toml: Cannot compile "\[env\.variables\] DB_URL": /.test(stderr)], [2, true], stderr);
    await app.write("remora.toml", '[env]\nprefix = ["/e"]\n');
    assert.equal((await app.remora(["check"])).code, 0);
    assert.match((await app.remora(["check", "--online"])).stderr, /the value of A, "\/e\/a", holds a NUL/);
  });

  test("A prefix that is suddenly empty leaves the app as it is, unless on_empty says otherwise", async (t) => {
    const app = await supervised(t, { ...NO_UNIT, "data.yaml": "e: { a: '1' }\n" });
    await using running = await startApp(app, SHOWS, ["--env-prefix", "/e"]);
    await environment(app, 1);
    await app.write("data.yaml", "other: x\n");
    assert.match(String((await running.waitForLog("Unit failed"))["error"]), /^Cannot apply unit "\[env\]": "file:\/e\/\.\.\." had keys and has none now$/);
    await app.write("remora.toml", '[env]\non_empty = "render"\n');
    assert.equal((await environment(app, 2))["A"], undefined);
    assert.equal(await running.stop(), 143);
  });
});
