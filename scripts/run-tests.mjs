import { setMaxListeners } from "node:events";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "node:test";
import { buildExe } from "./build-exe.mjs";
import { compileTests } from "./compile-tests.mjs";
import { ROOT } from "./run.mjs";
import { testReport } from "./test-report.mjs";

// Runs test files with node's own runner, those from end to end on the executable as well; started by scripts/test.mjs.

const FILE_TIMEOUT_MS = 600_000;
const WHOLE_TIMEOUT_MS = 60 * 60_000;
// More than there are processors: they mostly wait, for leases, for timers and for servers.
const AT_ONCE = 3;

/** Those that take longest begin first, so that none of them runs on alone at the end; what waits stands beside what computes. */
const FIRST = [
  "e2e/cluster-elk",
  "e2e/reload-lock",
  "faults/store-away",
  "e2e/killed-at-every-step",
  "e2e/example-followers",
  "exe/image",
  "e2e/example-proxies",
  "e2e/register",
  "e2e/example-compose",
  "registrar/registries/consul-kv-outage",
  "docs/cookbook",
  "faults/store-odd",
  "e2e/register-docker",
  "exe/other-targets",
  "e2e/example-swarm",
  "backends/etcd-watch",
  "faults/storms",
  "e2e/certificates",
  "registrar/sources/docker-outages",
  "observe/page-hostile",
].map((name) => `test/${name}.test.ts`);

/** End-to-end tests that run once, each with the reason: they do not run the build that the suite is given. */
const ONCE = {
  "test/e2e/cluster-elk.test.ts": "its containers hold the executable",
  "test/e2e/example-compose.test.ts": "its containers hold the executable",
  "test/e2e/example-swarm.test.ts": "its containers hold the executable",
  "test/e2e/example-followers.test.ts": "it runs examples' scripts, which name their program themselves",
  "test/e2e/example-proxies.test.ts": "it runs examples' scripts, which name their program themselves",
  "test/e2e/example-requires.test.ts": "it runs an example's script, which names its program itself",
  "test/e2e/example-secrets.test.ts": "it runs an example's script, which names its program itself",
  "test/e2e/killed-at-every-step.test.ts": "it builds a program of its own, which ends at a given step",
};

const wanted = process.argv.slice(2);
const files = testFiles().filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
const report = testReport();
const whole = AbortSignal.timeout(WHOLE_TIMEOUT_MS);
// Each file listens to it, and Node would take that for a leak.
setMaxListeners(0, whole);

const tests = await compileTests(files);
process.once("exit", tests.remove);

report.begin("On the Node bundle");
if (files.length === 0) report.fail("The tests", `no file below test/ has "${wanted.join('" or "')}" in its path`);
await runFiles(files);
// Who names a build has the tests on that one alone.
if (process.env.REMORA_TEST_PROGRAM === undefined) await runOnExecutable(files.filter((file) => file.startsWith("test/e2e/") && ONCE[file] === undefined));
if (whole.aborted) report.fail("The tests", `took longer than ${WHOLE_TIMEOUT_MS / 60_000} minutes and were stopped`);

const passed = report.close(JSON.parse(process.env.REMORA_TEST_MISSING ?? "[]"), JSON.parse(process.env.REMORA_TEST_UNTESTED ?? "[]"));
process.exit(passed ? 0 : 1);

async function runOnExecutable(endToEnd) {
  if (endToEnd.length === 0 || whole.aborted) return;
  report.begin("On the executable", "executable");
  try {
    process.env.REMORA_TEST_PROGRAM = await buildExe(process.arch === "arm64" ? "linux-arm64" : "linux-x64");
  } catch (error) {
    report.fail("The end-to-end tests", `were not run on the executable: ${error.message}`);
    return;
  }
  await runFiles(endToEnd);
}

async function runFiles(some) {
  if (some.length === 0) return;
  const events = run({ files: some.map(tests.compiled), concurrency: AT_ONCE, timeout: FILE_TIMEOUT_MS, signal: whole });
  for await (const { type, data } of events) report.take(type, tests.ofSource(data));
}

function testFiles() {
  return readdirSync(join(ROOT, "test"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath ?? entry.path, entry.name)))
    .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

function place(file) {
  const known = FIRST.indexOf(file);
  return known < 0 ? FIRST.length : known;
}
