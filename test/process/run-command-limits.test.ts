import assert from "node:assert/strict";
import { chmod, readFile } from "node:fs/promises";
import { test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { manualClock } from "../support/manual-clock.ts";
import { tempDir } from "../support/temp.ts";
import { isRunning, run } from "./support.ts";

/** A shell's text: a process that ignores SIGTERM, and writes its number to a file when it is ready. */
const stubborn = (file: string) => `(trap '' TERM; sh -c 'echo $PPID > ${file}.new; mv ${file}.new ${file}'; while :; do sleep 0.05; done)`;

async function pidIn(file: string): Promise<number> {
  return eventually(async () => {
    const pid = Number(await readFile(file, "utf8"));
    assert.ok(pid > 1);
    return pid;
  });
}

async function ended(...pids: number[]): Promise<void> {
  await eventually(async () => assert.deepEqual(await Promise.all(pids.map(isRunning)), pids.map(() => false)));
}

test("A command that takes too long is ended, with grandchildren that ignore SIGTERM, and what it printed is told", async () => {
  await using dir = await tempDir();
  const clock = manualClock();
  const result = run(`echo begun; ${stubborn(dir.join("pid"))} & sleep 600`, { timeoutMs: 30_000 }, clock);
  const pid = await pidIn(dir.join("pid"));
  await clock.advance(29_999);
  assert.ok(await isRunning(pid));
  await clock.advance(1);
  assert.deepEqual(await result, { outcome: "timeout", description: "timed out after 30s", output: "begun" });
  await ended(pid);
});

test("A command that ignores SIGTERM has five seconds, then SIGKILL ends it and all that it started", async () => {
  await using dir = await tempDir();
  const clock = manualClock();
  const result = run(`trap 'echo > ${dir.join("asked")}' TERM; ${stubborn(dir.join("pid"))} & while :; do wait; sleep 0.05; done`, { timeoutMs: 1_000 }, clock);
  const pid = await pidIn(dir.join("pid"));
  await clock.advance(1_000);
  await eventually(() => readFile(dir.join("asked")));
  await clock.advance(4_999);
  assert.ok(await isRunning(pid), "it is not killed before its time");
  await clock.advance(1);
  assert.equal((await result).outcome, "timeout");
  await ended(pid);
});

test("A command that ends in good order on SIGTERM is given the time for it", async () => {
  await using dir = await tempDir();
  const clock = manualClock();
  const result = run(`trap 'sleep 0.1; echo tidied; exit 0' TERM; echo > ${dir.join("ready")}; while :; do sleep 0.05; done`, { timeoutMs: 1_000 }, clock);
  await eventually(() => readFile(dir.join("ready")));
  await clock.advance(1_000);
  assert.match((await result).output, /tidied$/);
});

test("An abort ends a command with all that it started", async () => {
  await using dir = await tempDir();
  const stop = new AbortController();
  const result = run(`${stubborn(dir.join("pid"))} & sleep 600`, { signal: stop.signal });
  const pid = await pidIn(dir.join("pid"));
  stop.abort();
  assert.deepEqual(await result, { outcome: "aborted", description: "stopped, as Remora is stopping", output: "" });
  await ended(pid);
});

test("A command is not begun when Remora is stopping already", async () => {
  await using dir = await tempDir();
  const { outcome } = await run(`echo > ${dir.join("begun")}; sleep 600`, { signal: AbortSignal.abort() });
  assert.equal(outcome, "aborted");
  await assert.rejects(readFile(dir.join("begun")), /ENOENT/);
});

test("A command that nobody may kill is given up a second after its SIGKILL", async () => {
  await using dir = await tempDir();
  await chmod(dir.path, 0o777);
  const clock = manualClock();
  const program = `process.setuid(1234); fs.writeFileSync("${dir.join("new")}", String(process.pid)); fs.renameSync("${dir.join("new")}", "${dir.join("pid")}"); setInterval(() => {}, 60_000)`;
  const result = run([process.execPath, "-e", program], { timeoutMs: 1_000 }, clock);
  const pid = await pidIn(dir.join("pid"));
  process.seteuid?.(65_534);
  try {
    await clock.advance(6_999);
    assert.ok(await isRunning(pid));
    await clock.advance(1);
    assert.equal((await result).outcome, "timeout");
  } finally {
    process.seteuid?.(0);
    process.kill(pid, "SIGKILL");
  }
});

test("Nothing is left on the clock when a command has ended, in whatever way", async () => {
  const clock = manualClock();
  const pending = new Set<() => void>();
  const after = (ms: number, callback: () => void) => {
    const cancel = clock.after(ms, callback);
    pending.add(cancel);
    return () => (pending.delete(cancel), cancel());
  };
  const stop = new AbortController();
  await run("true", { timeoutMs: 1_000 }, { ...clock, after });
  await run(["no-such-program"], { timeoutMs: 1_000 }, { ...clock, after });
  const aborted = run("sleep 600", { timeoutMs: 1_000, signal: stop.signal }, { ...clock, after });
  stop.abort();
  assert.equal((await aborted).outcome, "aborted");
  assert.equal(pending.size, 0);
});

test("A command without a limit is not ended by the clock", async () => {
  await using dir = await tempDir();
  const clock = manualClock();
  const result = run(`while ! test -e ${dir.join("go")}; do sleep 0.02; done; echo went`, { timeoutMs: 0 }, clock);
  await clock.advance(365 * 86_400_000);
  await dir.write("go", "");
  assert.deepEqual(await result, { outcome: "ok", description: "done", output: "went" });
});
