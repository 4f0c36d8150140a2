import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, symlink } from "node:fs/promises";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { stage } from "../../src/output/staged-file.ts";
import { sweep } from "../../src/output/sweep.ts";
import { stopProcess } from "../support/process.ts";
import { tempDir } from "../support/temp.ts";
import { outputContext, requestFor } from "./support.ts";

const STAGER = new URL("../programs/stage-and-wait.ts", import.meta.url).pathname;
/** Of a process that started when the machine did, and is no more. */
const GONE = "000001abcdef";

test("What a process had staged stays while it lives, and is swept once it was killed", async () => {
  await using dir = await tempDir();
  const target = await dir.write("etc/app.conf", "old");
  const stager = spawn(process.execPath, ["--import", "tsx", STAGER, target], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [path] = (await once(createInterface({ input: stager.stdout }), "line")) as [string];
    const context = outputContext(dir);
    await sweep(context, [target]);
    assert.deepEqual(await readdir(dir.join("etc")), [basename(path), "app.conf"]);
    await stopProcess(stager, "SIGKILL");
    await sweep(context, [target]);
    assert.deepEqual(await readdir(dir.join("etc")), ["app.conf"]);
    assert.deepEqual(context.messages, ["Removed what a killed run had staged"]);
  } finally {
    await stopProcess(stager, "SIGKILL");
  }
});

test("What this process has staged itself stays", async () => {
  await using dir = await tempDir();
  const target = dir.join("app.conf");
  await using staged = await stage(requestFor(target, "new"), outputContext(dir));
  await sweep(outputContext(dir), [target]);
  assert.deepEqual(await readdir(dir.path), [basename(staged.path)]);
});

test("Dot files of others stay, however like ours they look", async () => {
  await using dir = await tempDir();
  const others = [".app.conf", ".app.conf.swp", ".app.conf.remora-", `.app.conf.remora-${GONE}0`, ".app.conf.remora-000001ABCDEF", `.other.conf.remora-${GONE}`, `app.conf.remora-${GONE}`, `.app.conf.remora-${GONE}.bak`, `.remora-${GONE}`];
  for (const name of others) await dir.write(name, "");
  await dir.write(`.app.conf.remora-${GONE}`, "");
  await sweep(outputContext(dir), [dir.join("app.conf")]);
  assert.deepEqual((await readdir(dir.path)).sort(), others.sort());
});

test("Files are swept beside each target: in several directories, behind a symlink, and with odd names", async () => {
  await using dir = await tempDir();
  const names = ["a/one", "a/two", "b/[x](y)+.*", "real/behind"];
  for (const name of names) await dir.write(name.replace(/\/(.*)/, `/.$1.remora-${GONE}`), "");
  await mkdir(dir.join("etc"));
  await symlink("../real/behind", dir.join("etc/link"));
  await sweep(outputContext(dir), [...names.slice(0, 3).map((name) => dir.join(name)), dir.join("etc/link")]);
  for (const directory of ["a", "b", "real"]) assert.deepEqual(await readdir(dir.join(directory)), [], directory);
});

test("A target whose directory is missing, is a file or is a ring of symlinks is passed over", async () => {
  await using dir = await tempDir();
  await dir.write("file", "");
  await symlink("ring", dir.join("ring"));
  await dir.write(`.last.remora-${GONE}`, "");
  await sweep(outputContext(dir), [dir.join("none/app"), dir.join("file/app"), dir.join("ring/app"), dir.join("ring"), dir.join("last")]);
  assert.deepEqual((await readdir(dir.path)).sort(), ["file", "ring"]);
});
