import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { bareRoot } from "../support/executable.ts";
import { type RunResult, runProgram, stopProcess } from "../support/process.ts";
import type { TempDir } from "../support/temp.ts";

// Bun aborts where /proc is not mounted.
const ENTER = 'mkdir -p "$1/proc" && mount -t proc proc "$1/proc" && root=$1 && shift && exec chroot "$root" /remora "$@"';
const UNSHARE = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "sh"] as const;
const env = { PATH: process.env["PATH"] ?? "" };

function remoraIn(root: TempDir, ...args: string[]): Promise<RunResult> {
  return runProgram([...UNSHARE, root.path, ...args], { env });
}

/** A root with the executable, and a configuration that writes /out/app.conf. */
async function configuredRoot(): Promise<TempDir> {
  const root = await bareRoot();
  await root.write("etc/remora/data.yaml", "name: one\n");
  await root.write("etc/remora/templates/app.njk", "{{ getv('/name') }}\n");
  await root.write("etc/remora/conf.d/app.toml", '[template]\nsrc = "app.njk"\ndest = "/out/app.conf"\n');
  return root;
}

test("The executable renders in a root that holds nothing but itself, the libraries of C, and /proc", async () => {
  await using root = await configuredRoot();
  const { code, stderr } = await remoraIn(root, "render");
  assert.equal(code, 0, stderr);
  assert.equal(await readFile(root.join("out/app.conf"), "utf8"), "one\n");
  assert.deepEqual((await readdir(root.path)).filter((name) => !name.startsWith("lib")).sort(), ["etc", "out", "proc", "remora", "var"]);
});

test("The executable supervises an app there, on finished files, and passes its output and its exit status through", async () => {
  await using root = await configuredRoot();
  const good = await remoraIn(root, "run", "--", "/remora", "version");
  assert.equal(good.code, 0, good.stderr);
  assert.match(good.stdout, /^remora \d+\.\d+\.\d+/);
  assert.equal(await readFile(root.join("out/app.conf"), "utf8"), "one\n");
  const bad = await remoraIn(root, "run", "--", "/remora", "no-such-command");
  assert.equal(bad.code, 2, bad.stderr);
  assert.match(bad.stderr, /no-such-command/);
});

test("The executable registers there, in a real etcd", async () => {
  await using etcd = await startEtcd();
  await using root = await bareRoot();
  const args = ["register", "--name", "web", "--port", "80", "--address", "static:192.0.2.10", "--backend", "etcd", "--etcd-endpoints", etcd.url];
  const registrar = spawn(UNSHARE[0], [...UNSHARE.slice(1), root.path, ...args], { env, stdio: "ignore" });
  try {
    await eventually(async () => assert.equal((await etcd.ctl("get", "/web/host", "--print-value-only")).trim(), "192.0.2.10"));
  } finally {
    await stopProcess(registrar, "SIGKILL");
  }
});
