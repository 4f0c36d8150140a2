import assert from "node:assert/strict";
import { test } from "node:test";
import { freePort, runProgram } from "../support/process.ts";
import { requireProgram } from "../support/requires.ts";
import { tempDir } from "../support/temp.ts";

const RUN = new URL("../../examples/requires/run.sh", import.meta.url).pathname;

test("The example of an app that requires a service runs as its README says", async () => {
  requireProgram("etcd");
  await using temporary = await tempDir();
  const { code, stdout, stderr } = await runProgram([RUN, temporary.join("example"), `${await freePort()}`]);
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  assert.match(stdout, /msg="Waiting for services" unit=\[supervise\] missing=etcd:\/mysql\/\.\.\./);
  assert.match(stdout, /^app: starts with DB_URL=mysql:\/\/10\.0\.0\.5\/shop, LOG_LEVEL=info and a password of 28 letters$/m);
  assert.match(stdout, /^app: told that mysql came, moved or is gone$/m);
  assert.match(stdout, /^app: starts with DB_URL=mysql:\/\/10\.0\.0\.6\/shop, /m);
  assert.match(stdout, /^ {4}mysql: 10\.0\.0\.6$/m);
  assert.doesNotMatch(stdout + stderr, /horse/);
});
