import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import type { SpawnedProcess } from "../../src/core/ports.ts";
import { systemSpawner } from "../../src/platform/spawner.ts";
import { eventually } from "../support/eventually.ts";

const SPAWNS = 50;

function start(text: string): Promise<SpawnedProcess> {
  return systemSpawner.spawn({ argv: ["/bin/sh", "-c", text], env: {}, onOutput: () => {} });
}

async function openDescriptors(): Promise<number> {
  return (await readdir("/proc/self/fd")).length;
}

async function children(): Promise<string[]> {
  return (await readFile(`/proc/self/task/${process.pid}/children`, "utf8")).split(" ").filter((pid) => pid !== "");
}

test("50 processes leave no descriptor and no zombie behind, however they end", async () => {
  await (await start("true")).exited;
  const [descriptors, before] = [await openDescriptors(), await children()];
  const ends = ["true", "exit 3", "kill -KILL $$", "echo x; echo y >&2", "sleep 0.3 &"];
  const exits = await Promise.all(Array.from({ length: SPAWNS }, async (_, index) => (await start(ends[index % ends.length] ?? "true")).exited));
  assert.deepEqual(exits.slice(0, 3), [{ code: 0 }, { code: 3 }, { signal: "SIGKILL" }]);
  await eventually(async () => assert.deepEqual([(await openDescriptors()) <= descriptors, (await children()).filter((pid) => !before.includes(pid))], [true, []]));
});

test("A background process that keeps the pipes open keeps no descriptor of ours", async () => {
  await (await start("true")).exited;
  const descriptors = await openDescriptors();
  const children = await Promise.all(Array.from({ length: 5 }, () => start("sleep 600 & exit 0")));
  try {
    await Promise.all(children.map(({ exited }) => exited));
    await eventually(async () => assert.ok((await openDescriptors()) <= descriptors));
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
});

test("50 programs that cannot be started leave no descriptor behind", async () => {
  await assert.rejects(systemSpawner.spawn({ argv: ["no-such-program"], env: {}, onOutput: () => {} }), { code: "ENOENT" });
  const descriptors = await openDescriptors();
  for (let time = 0; time < SPAWNS; time += 1) await assert.rejects(systemSpawner.spawn({ argv: ["/"], env: {}, onOutput: () => {} }), { code: "EACCES" });
  await eventually(async () => assert.ok((await openDescriptors()) <= descriptors));
});

test("A process can open its standard streams by their names, and truncate them", async () => {
  let printed = "";
  const { exited } = await systemSpawner.spawn({ argv: ["/bin/sh", "-c", "echo one; echo two > /dev/stderr; : > /dev/stdout; echo three >> /proc/self/fd/1; ls -lL /dev/stdout >/dev/stderr"], env: {}, onOutput: (chunk) => void (printed += String(Buffer.from(chunk))) });
  assert.deepEqual(await exited, { code: 0 });
  assert.match(printed, /^one\ntwo\nthree\np.*\n$/);
});

test("Nothing of one command's output, and of what it leaves behind, comes to the next", async () => {
  const outputs = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      let printed = "";
      const { pid, exited, kill } = await systemSpawner.spawn({ argv: ["/bin/sh", "-c", `echo ${index}; (sleep 0.0${index % 10}; echo late) & exit 0`], env: {}, onOutput: (chunk) => void (printed += String(Buffer.from(chunk))) });
      await exited;
      kill("SIGKILL");
      assert.ok(pid > 0);
      return printed.split("\n")[0];
    }),
  );
  assert.deepEqual(outputs, outputs.map((_, index) => String(index)));
});

test("A process has a group of its own, and a group that is gone may be signalled", async () => {
  const child = await start("exec sleep 600");
  const fields = (await readFile(`/proc/${child.pid}/stat`, "utf8")).split(") ")[1]?.split(" ");
  assert.equal(Number(fields?.[2]), child.pid);
  child.kill("SIGTERM");
  assert.deepEqual(await child.exited, { signal: "SIGTERM" });
  child.kill("SIGTERM");
});
