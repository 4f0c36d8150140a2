import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { executable } from "../support/executable.ts";
import { runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { project } from "../support/remora.ts";
import { ask, followEvents, statusWhen } from "../support/status.ts";

test("The executable tells its status over a socket and follows it, and ends with followers as fast as without", async () => {
  await using app = await project();
  await using running = await app.start([], { program: await executable() });
  const socket = app.directory.join("state/remora.sock");
  await statusWhen(socket, ({ ready }) => assert.ok(ready));
  const { code, stdout, stderr } = await runProgram([requireProgram("promtool"), "check", "metrics"], { input: (await ask(socket, "/metrics")).body });
  assert.deepEqual([code, stdout, stderr], [0, "", ""]);
  await using following = await followEvents(socket);
  await eventually(() => assert.equal(following.events[0]?.event, "status"));
  await app.write("data.yaml", "name: two\n");
  await eventually(() => assert.ok(following.events.some(({ event, data }) => event === "update" && data.changes.some(({ msg }) => msg === "Reloaded")), "not yet"));
  const status = await runProgram([await executable(), "status", "--ready", ...app.flags]);
  assert.deepEqual([status.code, status.stdout], [0, "ready\n"]);
  const began = Date.now();
  assert.equal(await running.stop(), 0);
  assert.ok(Date.now() - began < 3_000);
});
