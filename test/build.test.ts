import assert from "node:assert/strict";
import { test } from "node:test";
import { openStore } from "../bench/stores.ts";
import { runProgram } from "./support/process.ts";
import { tempDir } from "./support/temp.ts";

const BUILD = new URL("../scripts/build.mjs", import.meta.url).pathname;
const PROGRAM = new URL("programs/etcd-lease.ts", import.meta.url).pathname;

test("a bundle writes to etcd from a folder without node_modules, and keeps lease numbers of 63 bits", async () => {
  await using folder = await tempDir();
  await using etcd = await openStore("etcd");
  const built = await runProgram([process.execPath, BUILD, PROGRAM, folder.join("dist")]);
  assert.equal(built.code, 0, built.stderr);

  const { stdout, stderr } = await runProgram([folder.join("dist/main.js"), etcd.url], { cwd: folder.path });

  const [value, lease, granted] = stdout.trim().split(" ");
  assert.equal(value, "yes", stderr);
  assert.equal(lease, granted);
  assert.ok(BigInt(lease ?? 0) > BigInt(Number.MAX_SAFE_INTEGER), "etcd gave a lease number that a double could hold");
});
