import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { test } from "node:test";
import { isRunning } from "../../process/support.ts";
import { eventually } from "../../support/eventually.ts";
import { freePort, stopProcess } from "../../support/process.ts";
import { tempDir } from "../../support/temp.ts";
import { checkOf } from "../checks/support.ts";
import { followed, often, serviceOf } from "./self-support.ts";

/** An app that listens; it ends with the test. */
function startApp(port: number) {
  return spawn(process.execPath, ["-e", `require("http").createServer((q, r) => r.end("ok")).listen(${port}, "127.0.0.1")`], { stdio: "ignore" });
}

test("An app is registered when it takes connections, and withdrawn when it was killed", async () => {
  const port = await freePort();
  await using self = followed([serviceOf({ ports: [port], checks: [checkOf({ kind: "http", url: `http://127.0.0.1:${port}/` }, { interval: 50 })] })]);
  await self.until((instances) => assert.deepEqual(instances, []));
  const app = startApp(port);
  try {
    await self.until((instances) => assert.deepEqual(instances, [{ id: `web-host1-${port}`, name: "web", address: "10.0.0.5", port, tags: [], attributes: {}, health: "passing", draining: false }]));
  } finally {
    await stopProcess(app, "SIGKILL");
  }
  await self.until((instances) => assert.deepEqual(instances, []));
  assert.equal(self.yielded.length, 3, "it tells changes alone");
});

test("A service without checks is registered at once", async () => {
  await using self = followed([serviceOf({ tags: ["a"], attributes: { zone: "z1" } })]);
  await self.until(([web]) => assert.ok(web?.tags[0] === "a" && web.attributes["zone"] === "z1" && web.health === "passing"));
  assert.equal(self.yielded.length, 1);
});

test("A service that failed stays as critical where that is wanted, but not before it was passing", async () => {
  await using dir = await tempDir();
  await using self = followed([serviceOf({ checks: [often(`test -f ${dir.join("up")} || exit 2`)], onFail: "critical" })]);
  await self.until((instances) => assert.deepEqual(instances, []));
  const file = await dir.write("up", "");
  await self.until(([web]) => assert.equal(web?.health, "passing"));
  await rm(file);
  await self.until(([web]) => assert.equal(web?.health, "critical"));
  await dir.write("up", "");
  await self.until(([web]) => assert.equal(web?.health, "passing"));
});

test("A warning is shown, registers nothing, and withdraws nothing", async () => {
  await using dir = await tempDir();
  const status = await dir.write("status", "1");
  await using self = followed([serviceOf({ checks: [often(`exit $(cat ${status})`)] })]);
  await self.until((instances) => assert.deepEqual(instances, []));
  await dir.write("status", "0");
  await self.until(([web]) => assert.equal(web?.health, "passing"));
  await dir.write("status", "1");
  await self.until(([web]) => assert.equal(web?.health, "warning"));
});

test("All checks of a service have to pass, and the worst one counts", async () => {
  await using dir = await tempDir();
  await using self = followed([serviceOf({ checks: [often("true", { name: "one" }), often(`test -f ${dir.join("up")} || exit 2`, { name: "two" })] })]);
  await self.until((instances) => assert.deepEqual(instances, []));
  await dir.write("up", "");
  await self.until(([web]) => assert.equal(web?.health, "passing"));
});

test("Nothing is told before the first result of every check, so that a restart withdraws nothing", async () => {
  await using dir = await tempDir();
  await using self = followed([serviceOf({ name: "quick" }), serviceOf({ name: "slow", checks: [often(`until test -f ${dir.join("go")}; do sleep 0.02; done; touch ${dir.join("went")}`)] })]);
  await eventually(() => assert.ok(self.log.lines.filter(({ message }) => message === "Address chosen").length === 2, "not yet"));
  assert.deepEqual(self.yielded, []);
  await dir.write("go", "");
  await self.until((instances) => assert.deepEqual(instances.map(({ name }) => name), ["quick", "slow"]));
  assert.equal(self.yielded.length, 1);
});

test("It ends with the signal's reason, and the check that runs with it", async () => {
  await using dir = await tempDir();
  const self = followed([serviceOf({ checks: [often(`echo $$ > ${dir.join("new")}; mv ${dir.join("new")} ${dir.join("pid")}; exec sleep 600`)] })]);
  const pid = await eventually(async () => Number(await readFile(dir.join("pid"), "utf8")));
  assert.match(String(await self.stop()), /enough/);
  assert.equal(await isRunning(pid), false);
  assert.deepEqual(self.log.lines.filter(({ level }) => level === "error"), []);
});
