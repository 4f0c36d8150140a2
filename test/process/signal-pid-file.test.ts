import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { systemFiles } from "../../src/platform/files.ts";
import { systemSpawner } from "../../src/platform/spawner.ts";
import { signalPidFile } from "../../src/process/signal-pid-file.ts";
import { failsWith } from "../output/support.ts";
import { stopProcess } from "../support/process.ts";
import { tempDir } from "../support/temp.ts";

const [NOBODY, OTHER] = [65_534, 1_234];

function send(pidFile: string, signal = "SIGHUP", spawner = systemSpawner): Promise<void> {
  return signalPidFile({ files: systemFiles, spawner }, { pidFile, signal });
}

test("The process whose number the file holds gets the signal, whatever stands on the lines below", async () => {
  await using dir = await tempDir();
  for (const [before, after] of [["", "\n"], ["", ""], [" ", " \r\n"], ["", `\n/var/lib/postgresql\n${"x".repeat(1_000)}\n`]] as const) {
    const child = spawn("sleep", ["600"], { stdio: "ignore" });
    try {
      const exited = once(child, "exit");
      await send(await dir.write("app.pid", `${before}${child.pid}${after}`), "SIGUSR1");
      assert.deepEqual(await exited, [null, "SIGUSR1"]);
    } finally {
      await stopProcess(child, "SIGKILL");
    }
  }
});

test("A pid file that is missing asks whether the service runs", async () => {
  await using dir = await tempDir();
  const path = dir.join("app.pid");
  await assert.rejects(send(path), failsWith("RELOAD_FAILED", /^Cannot send SIGHUP to the process of ".*app\.pid": there is no such file$/, /Is the service running/));
});

test("A pid file that is a directory is refused", async () => {
  await using dir = await tempDir();
  await assert.rejects(send(dir.path), failsWith("RELOAD_FAILED", /EISDIR/, /a file that Remora may read/));
});

test("A pid file that holds no number of one process is refused, and nothing gets a signal", async () => {
  await using dir = await tempDir();
  const signalled: number[] = [];
  const spawner = { ...systemSpawner, signal: (pid: number) => void signalled.push(pid) };
  for (const content of ["", "\n", "\n123\n", "nginx", "0", "00", "-1", "-123", "12.5", "1e3", "0x10", "12 13", "4194305", "99999999999999999999", new Uint8Array(1_000)]) {
    await assert.rejects(send(await dir.write("app.pid", content), "SIGHUP", spawner), failsWith("RELOAD_FAILED", /app\.pid": it holds no process id$/, /first line should be one number/), JSON.stringify(content));
  }
  assert.deepEqual(signalled, []);
});

test("The first process may be meant: in a container that shares its processes it is the service", async () => {
  await using dir = await tempDir();
  const signalled: unknown[] = [];
  await send(await dir.write("app.pid", "1\n"), "SIGHUP", { ...systemSpawner, signal: (...given) => void signalled.push(given) });
  assert.deepEqual(signalled, [[1, "SIGHUP"]]);
});

test("A pid file of a process that has ended is told as such", async () => {
  await using dir = await tempDir();
  const child = spawn("true", { stdio: "ignore" });
  await once(child, "exit");
  await assert.rejects(send(await dir.write("app.pid", `${child.pid}`)), failsWith("RELOAD_FAILED", new RegExp(`there is no process ${child.pid}$`), /left its pid file behind/));
});

test("A process of another user is told as such", async () => {
  await using dir = await tempDir();
  const child = spawn("sleep", ["600"], { stdio: "ignore", uid: OTHER });
  const pidFile = await dir.write("app.pid", `${child.pid}`);
  const content = await systemFiles.read(pidFile);
  process.seteuid?.(NOBODY);
  try {
    await assert.rejects(signalPidFile({ files: { read: async () => content }, spawner: systemSpawner }, { pidFile, signal: "SIGHUP" }), failsWith("RELOAD_FAILED", new RegExp(`process ${child.pid} belongs to another user$`), /as root/));
  } finally {
    process.seteuid?.(0);
    await stopProcess(child, "SIGKILL");
  }
});

test("A signal that the system does not know is refused", async () => {
  await using dir = await tempDir();
  await assert.rejects(send(await dir.write("app.pid", `${process.pid}`), "SIGNONE"), failsWith("RELOAD_FAILED", /SIGNONE/, /know this signal/));
});
