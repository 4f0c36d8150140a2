import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { processIdentity } from "../../src/output/process-identity.ts";
import { openState } from "../../src/output/state-file.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { eventually } from "../support/eventually.ts";
import { stopProcess } from "../support/process.ts";
import { tempDir } from "../support/temp.ts";
import { failsWith, outputContext } from "./support.ts";

const { build } = (await import(new URL("../../scripts/build.mjs", import.meta.url).href)) as { build: (of: { entry: string; outdir: string }) => Promise<string> };
const ROUNDS = 40;
const built = await tempDir();
const program = await build({ entry: new URL("../programs/state-holder.ts", import.meta.url).pathname, outdir: built.path });
after(() => built[Symbol.asyncDispose]());

/** Another process that opens states, and what it answers. */
interface Holder extends AsyncDisposable {
  readonly pid: number;
  ask(line: string): Promise<string>;
  kill(): Promise<void>;
}

async function startHolder(): Promise<Holder> {
  const child: ChildProcess = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
  const { stdin, stdout, pid = 0 } = child;
  assert.ok(stdin !== null && stdout !== null);
  const lines = createInterface({ input: stdout });
  await once(lines, "line");
  return {
    pid,
    async ask(line) {
      const answer = once(lines, "line");
      stdin.write(`${line}\n`);
      return (await answer)[0] as string;
    },
    kill: () => stopProcess(child, "SIGKILL"),
    [Symbol.asyncDispose]: () => stopProcess(child, "SIGKILL"),
  };
}

test("A second process is refused with the number of the first, until that lets go", async () => {
  await using dir = await tempDir();
  await using first = await startHolder();
  assert.equal(await first.ask(dir.join("state")), "held");
  await assert.rejects(openState(outputContext(dir), dir.join("state")), failsWith("STATE_DIR", new RegExp(`state": process ${first.pid} is using it$`), /Stop that Remora/));
  assert.equal(await first.ask("-"), "free");
  await using state = await openState(outputContext(dir), dir.join("state"));
  assert.deepEqual(state.data.targets, {});
});

test("The lock of a process that was killed is taken over, and nothing of it is left", async () => {
  await using dir = await tempDir();
  await using first = await startHolder();
  assert.equal(await first.ask(dir.path), "held");
  await first.kill();
  {
    await using _ = await openState(outputContext(dir), dir.path);
    assert.match(await readFile(dir.join("lock"), "utf8"), new RegExp(`^${process.pid} \\d+$`));
  }
  assert.deepEqual(await readdir(dir.path), []);
});

test("The lock of a process that was killed is taken over, though its parent never asks how it ended", async () => {
  await using dir = await tempDir();
  // The program that the shell turns into knows nothing of the child.
  const parent = spawn("/bin/sh", ["-c", "sleep 600 & echo $!; exec sleep 600"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [pid] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
    await dir.write("lock", await processIdentity(systemFiles, pid));
    await assert.rejects(openState(outputContext(dir), dir.path), failsWith("STATE_DIR", new RegExp(`process ${pid} is using it$`)));
    process.kill(Number(pid), "SIGKILL");
    await eventually(async () => assert.match(await readFile(`/proc/${pid}/stat`, "utf8"), /\) Z /));
    await using _ = await openState(outputContext(dir), dir.path);
  } finally {
    await stopProcess(parent, "SIGKILL");
  }
});

test("The lock of a process whose number another has by now is taken over", async () => {
  await using dir = await tempDir();
  for (const content of [`${process.ppid} 1`, "1 ", "", "garbage", "-1 5"]) {
    await dir.write("lock", content);
    await using _ = await openState(outputContext(dir), dir.path);
  }
});

test("A process that was killed while it took a lock over keeps nobody out", async () => {
  await using dir = await tempDir();
  for (const name of ["lock", "lock.takeover", "lock.takeover.takeover", "lock.takeover.01234567", "lock.01234567"]) await dir.write(name, "99999999 1");
  await (await openState(outputContext(dir), dir.path))[Symbol.asyncDispose]();
  assert.deepEqual(await readdir(dir.path), []);
});

test("Of four processes that find a stale lock at once, exactly one has the state", async () => {
  await using dir = await tempDir();
  const holders = await Promise.all(Array.from({ length: 4 }, startHolder));
  try {
    const pids = new Set(holders.map(({ pid }) => String(pid)));
    for (let round = 0; round < ROUNDS; round += 1) {
      const state = dir.join(`state-${round}`);
      await dir.write(`state-${round}/lock`, "99999999 1");
      const answers = await Promise.all(holders.map((holder) => holder.ask(state)));
      assert.equal(answers.filter((answer) => answer === "held").length, 1, answers.join("\n"));
      for (const answer of answers) assert.ok(answer === "held" || pids.has(/process (\d+) is using it$/.exec(answer)?.[1] ?? ""), answer);
      await Promise.all(holders.map((holder) => holder.ask("-")));
      assert.deepEqual(await readdir(state), []);
    }
  } finally {
    await Promise.all(holders.map((holder) => holder[Symbol.asyncDispose]()));
  }
});
