import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { readSockets } from "../../src/platform/socket-output.ts";

test("Where there is no pipe, all that a process printed is read from sockets, and a background process is not waited for", async () => {
  let printed = "";
  const child = spawn("/bin/sh", ["-c", "sleep 600 & echo $!; seq 1 20000; echo end >&2"], { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const output = readSockets(child, (chunk) => void (printed += String(chunk)));
  try {
    await once(child, "exit");
    await output.finish();
    assert.equal(printed.split("\n").length, 20_003);
    assert.match(printed, /^end$/m);
    assert.ok(child.stdout.destroyed && child.stderr.destroyed);
  } finally {
    process.kill(-(child.pid as number), "SIGKILL");
  }
});
