import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { test } from "node:test";
import { commandEnvironment } from "../../src/process/environment.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { isRunning, run } from "./support.ts";

const MEGABYTE = 1_000_000;

test("A command that succeeds is done, with what it printed on both streams", async () => {
  assert.deepEqual(await run("echo out; sleep 0.05; echo err >&2"), { outcome: "ok", description: "done", output: "out\nerr" });
});

test("A command that fails tells its exit status", async () => {
  assert.deepEqual(await run("echo no; exit 3"), { outcome: "failed", description: "exit status 3", exitStatus: 3, output: "no" });
});

test("A command that a signal ended tells which", async () => {
  assert.deepEqual(await run("kill -SEGV $$"), { outcome: "failed", description: "killed by SIGSEGV", output: "" });
});

test("A program that is not there, a file that is no program and a directory are told apart", async () => {
  await using dir = await tempDir();
  const plain = await dir.write("plain", "text");
  const script = await dir.write("script", "#!/no/such/interpreter\n");
  await chmod(script, 0o755);
  const described = async (program: string) => {
    const { outcome, description } = await run([program]);
    assert.equal(outcome, "not started");
    return description;
  };
  assert.equal(await described("no-such-program"), 'program "no-such-program" not found');
  assert.equal(await described(plain), `program "${plain}" is not executable`);
  assert.equal(await described(dir.path), `program "${dir.path}" is not executable`);
  assert.equal(await described(script), `program "${script}", or the interpreter that it names, not found`);
  assert.match(await described(""), /^program "" cannot be started: /);
  assert.match((await run(["/bin/true", "x".repeat(3 * MEGABYTE)])).description, /^program "\/bin\/true" cannot be started: .*E2BIG/);
});

test("The last lines of commands are kept, however many end at once and however much they print", async () => {
  const command = "seq 1 200000; seq 1 200000 >&2; echo end";
  for (let round = 0; round < 5; round += 1) {
    const results = await Promise.all(Array.from({ length: 8 }, () => run(command)));
    assert.deepEqual(results.map(({ output }) => output.split("\n").at(-1)), results.map(() => "end"));
  }
});

test("A background process that prints without end holds nothing up", async () => {
  const { description, output } = await run("yes & sleep 0.1; exit 3");
  assert.equal(description, "exit status 3");
  assert.match(output, /^[y\n]*$/);
});

test("100 MB of output take little memory, and the last lines are kept", async () => {
  global.gc?.();
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
  try {
    const { output, outcome } = await run("yes 0123456789abcdef | head -c 100000000; echo; echo last");
    assert.equal(outcome, "ok");
    assert.match(output, /^([0-9a-f]{0,16}\n)+last$/);
  } finally {
    clearInterval(timer);
  }
  assert.ok(peak - before < 60 * MEGABYTE, `${Math.round((peak - before) / MEGABYTE)} MB more`);
});

test("A background process that keeps the pipes open holds nothing up, and lives on", async () => {
  await using dir = await tempDir();
  const { output, outcome } = await run(`(while ! test -e ${dir.join("go")}; do sleep 0.05; done) & echo $!`);
  assert.equal(outcome, "ok");
  const pid = Number(output);
  assert.ok(await isRunning(pid), `process ${output}`);
  await dir.write("go", "");
  await eventually(async () => assert.equal(await isRunning(pid), false));
});

test("A command reads nothing from Remora's own input", async () => {
  assert.equal((await run("cat; echo end")).output, "end");
});

test("The environment of commands is small: no tokens, no options of our runtime", async () => {
  const env = commandEnvironment({ PATH: "/usr/bin:/bin", HOME: "/root", LC_ALL: "C.UTF-8", TZ: "UTC", CONSUL_HTTP_TOKEN: "t", REMORA_BACKENDS_ETCD_PASSWORD: "p", NODE_OPTIONS: "--x", BUN_OPTIONS: "--y", LD_PRELOAD: "z", EMPTY: undefined });
  assert.equal((await run(["env"], { env })).output.split("\n").sort().join(" "), "HOME=/root LC_ALL=C.UTF-8 PATH=/usr/bin:/bin TZ=UTC");
});

test("Commands have the usual PATH where Remora has none", async () => {
  assert.equal((await run(["/usr/bin/env"], { env: commandEnvironment({}) })).output, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
});
