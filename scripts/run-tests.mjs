import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "node:test";
import { ROOT } from "./run.mjs";
import { testReport } from "./test-report.mjs";

// Runs test files with node's own runner; started by scripts/test.mjs.

const FILE_TIMEOUT_MS = 300_000;
const WHOLE_TIMEOUT_MS = 14 * 60_000;
const AT_ONCE = 2;

const wanted = process.argv.slice(2);
const files = testFiles().filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
const report = testReport();
const whole = AbortSignal.timeout(WHOLE_TIMEOUT_MS);

const events = run({ files: files.map((file) => join(ROOT, file)), concurrency: AT_ONCE, timeout: FILE_TIMEOUT_MS, signal: whole });
for await (const { type, data } of events) report.take(type, data);
if (whole.aborted) report.fail("The tests", `took longer than ${WHOLE_TIMEOUT_MS / 60_000} minutes and were stopped`);
if (files.length === 0) report.fail("The tests", `no file below test/ has "${wanted.join('" or "')}" in its path`);

const passed = report.close(JSON.parse(process.env.REMORA_TEST_MISSING ?? "[]"));
process.exit(passed ? 0 : 1);

function testFiles() {
  return readdirSync(join(ROOT, "test"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}
