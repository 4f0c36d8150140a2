import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { runProgram } from "../support/process.ts";
import { tempDir } from "../support/temp.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

test("the demo shows a change, its swap and its reload, and leaves nothing behind", async () => {
  await using temporary = await tempDir();
  const { code, stdout, stderr } = await runProgram([process.execPath, `${ROOT}scripts/demo.mjs`, "--built"], { cwd: ROOT, env: { ...process.env, TMPDIR: temporary.path } });

  assert.equal(code, 0, `${stdout}\n${stderr}`);
  assert.match(stdout, /^ +-.*server 127\.0\.0\.1:\d+;\n +\+.*server 127\.0\.0\.1:\d+;$/m);
  assert.match(stdout, /swapped: a new file took its place/);
  assert.match(stdout, /reload: nginx reads its new configuration/);
  assert.match(stdout, /reload: logstash-forwarder would be restarted/);
  assert.doesNotMatch(stdout + stderr, /\x1b\[/);
  assert.deepEqual(readdirSync(temporary.path).filter((name) => name.startsWith("remora-demo-")), []);
});

test("the quick start runs as its README says", async () => {
  await using temporary = await tempDir();
  const folder = temporary.join("quick start");
  const { code, stdout, stderr } = await runProgram([`${ROOT}examples/quickstart/run.sh`, folder]);

  assert.equal(code, 0, `${stdout}\n${stderr}`);
  assert.match(stdout, /^GREETING='Hello'$/m);
  assert.match(stdout, /^GREETING='It'\\''s a change'$/m);
  assert.match(stdout, /^PORT=8080$/m);
  assert.equal(stdout.match(/^the application would read its environment again now$/gm)?.length, 2);
});
