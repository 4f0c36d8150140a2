import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { AppError } from "../../src/core/error.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemSpawner } from "../../src/platform/spawner.ts";
import { startChild } from "../../src/process/child.ts";
import { eventually } from "../support/eventually.ts";
import { processesWith } from "../support/supervised.ts";
import { tempDir } from "../support/temp.ts";

const PORTS = { spawner: systemSpawner, clock: systemClock };
const env = { PATH: process.env["PATH"] ?? "" };
const shell = (script: string) => startChild(PORTS, { argv: ["/bin/sh", "-c", script], env });

describe("startChild()", () => {
  test("exited tells the status, and the signal that killed it", async () => {
    assert.deepEqual(await (await shell("exit 9")).exited, { code: 9 });
    assert.deepEqual(await (await shell("kill -KILL $$")).exited, { signal: "SIGKILL" });
  });

  test("A program that is not there, and one below a file, are APP_NOT_FOUND", async () => {
    for (const program of ["no-such-program", "/bin/sh/x"]) {
      await assert.rejects(startChild(PORTS, { argv: [program], env }), (error: AppError) => error.code === "APP_NOT_FOUND" && error.exit === 127);
    }
  });

  test("A directory is APP_NOT_EXECUTABLE", async () => {
    await assert.rejects(startChild(PORTS, { argv: ["/tmp"], env }), (error: AppError) => error.code === "APP_NOT_EXECUTABLE" && error.exit === 126);
  });

  test("stop() resolves once nothing of the group is left, and again for who asks later", async () => {
    await using directory = await tempDir();
    const child = await shell(`sh -c 'sleep 61; : ${directory.path}' & touch ${directory.join("ready")}; wait`);
    await eventually(() => assert.equal(processesWith(directory.path).length, 2));
    await child.stop({ signal: "SIGTERM", timeoutMs: 5_000 });
    assert.deepEqual(processesWith(directory.path), []);
    await child.stop({ signal: "SIGTERM", timeoutMs: 5_000 });
    assert.deepEqual(await child.exited, { signal: "SIGTERM" });
  });

  test("stop() after the end ends what it left behind", async () => {
    await using directory = await tempDir();
    const ready = directory.join("ready");
    const child = await shell(`sh -c 'trap "" TERM; touch ${ready}; while :; do sleep 0.1; done' & until test -e ${ready}; do sleep 0.02; done; exit 0`);
    assert.deepEqual(await child.exited, { code: 0 });
    await child.stop({ signal: "SIGTERM", timeoutMs: 100 });
    assert.deepEqual(processesWith(directory.path), []);
  });

  test("stop() tells what the end left behind too, which may end in order", async () => {
    await using directory = await tempDir();
    const [ready, told] = [directory.join("ready"), directory.join("told")];
    const child = await shell(`sh -c 'trap "touch ${told}; exit 0" TERM; touch ${ready}; while :; do sleep 0.02; done' & until test -e ${ready}; do sleep 0.02; done; exit 0`);
    await child.exited;
    await child.stop({ signal: "SIGTERM", timeoutMs: 10_000 });
    assert.equal(existsSync(told), true);
  });

  test("A kill timeout of 0 kills at once", async () => {
    const child = await shell('trap "" TERM; while :; do sleep 0.1; done');
    await child.stop({ signal: "SIGTERM", timeoutMs: 0 });
    assert.ok("signal" in (await child.exited));
  });

  test("A stopped process is killed when its time is over", async () => {
    const child = await shell("kill -STOP $$; exit 0");
    await eventually(() => assert.match(readFileSync(`/proc/${child.pid}/stat`, "latin1"), /\) T /));
    await child.stop({ signal: "SIGTERM", timeoutMs: 100 });
    assert.deepEqual(await child.exited, { signal: "SIGKILL" });
  });

  test("A signal to a process that has ended goes nowhere", async () => {
    const child = await shell("exit 0");
    await child.exited;
    child.signal("SIGTERM");
    await child.stop({ signal: "SIGTERM", timeoutMs: 100 });
  });
});
