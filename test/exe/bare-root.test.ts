import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { bareRoot } from "../support/executable.ts";
import { runProgram } from "../support/process.ts";

// Bun aborts where /proc is not mounted.
const ENTER = 'mkdir -p "$1/proc" && mount -t proc proc "$1/proc" && exec chroot "$1" /remora render';

test("The executable renders in a root that holds nothing but itself, the libraries of C, and /proc", async () => {
  await using root = await bareRoot();
  await root.write("etc/remora/data.yaml", "name: one\n");
  await root.write("etc/remora/templates/app.njk", "{{ getv('/name') }}\n");
  await root.write("etc/remora/conf.d/app.toml", '[template]\nsrc = "app.njk"\ndest = "/out/app.conf"\n');
  const { code, stderr } = await runProgram(["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "sh", "-c", ENTER, "sh", root.path], { env: { PATH: process.env["PATH"] ?? "" } });
  assert.equal(code, 0, stderr);
  assert.equal(await readFile(root.join("out/app.conf"), "utf8"), "one\n");
  assert.deepEqual((await readdir(root.path)).filter((name) => !name.startsWith("lib")).sort(), ["etc", "out", "proc", "remora", "var"]);
});
