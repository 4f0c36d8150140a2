import assert from "node:assert/strict";
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { describe, test, type TestContext } from "node:test";
import { eventually } from "../support/eventually.ts";
import { faultCase, type FaultCase } from "../support/faults.ts";
import { runProgram } from "../support/process.ts";

const FLAGS = ["--reconcile", "500ms"];

describe("Disk", { concurrency: 2 }, () => {
  test("is full: the old file stays whole, the state names the step, the new one comes when there is room", (t) =>
    onTmpfs(t, "size=256k", async (one, volume) => {
      await writeFile(`${volume}/filler`, Buffer.alloc(1 << 20)).catch(() => {});
      await one.app.write("data.yaml", `name: ${"x".repeat(20_000)}\n`);
      await failsWith(one, /ENOSPC|no space/i);
      await rm(`${volume}/filler`);
      await one.says("x".repeat(20_000));
    }));

  test("has no inode left: the old file stays whole, the new one comes when there is one", (t) =>
    onTmpfs(t, "nr_inodes=8", async (one, volume) => {
      for (let number = 0; number < 8; number++) await writeFile(`${volume}/filler-${number}`, "").catch(() => {});
      await one.app.write("data.yaml", "name: two\n");
      await failsWith(one, /ENOSPC|no space/i);
      await rm(`${volume}/filler-0`);
      await one.says("two");
    }));

  test("becomes read-only: the old file stays, the new one comes when it can be written", (t) =>
    onTmpfs(t, "size=1m", async (one, volume) => {
      await run("mount", "-o", "remount,ro", volume);
      await one.app.write("data.yaml", "name: two\n");
      await failsWith(one, /EROFS|read-only/i);
      await run("mount", "-o", "remount,rw", volume);
      await one.says("two");
    }));

  test("has a directory in the target's place: nothing is lost, the file comes when it is gone", (t) =>
    inDirectory(t, async (one, out) => {
      await rm(`${out}/app.conf`);
      await mkdir(`${out}/app.conf`);
      await one.app.write("data.yaml", "name: two\n");
      await one.running.waitForLog("Unit failed");
      await rm(`${out}/app.conf`, { recursive: true });
      await one.says("two");
    }));

  test("loses the target's directory: it is made again", (t) =>
    inDirectory(t, async (one, out) => {
      await rm(out, { recursive: true });
      await eventually(async () => assert.equal(await one.target(), "name = one\n"));
      await one.app.write("data.yaml", "name: two\n");
      await one.says("two");
    }));

  test("has the target under a bind mount: written in place, with a warning, and whole", async (t) => {
    await using one = await faultCase(t, { flags: FLAGS, files: { "out/app.conf": "" }, first: "one" });
    const out = one.app.directory.join("out/app.conf");
    await one.app.write("mounted", "name = one\n");
    await run("mount", "--bind", one.app.directory.join("mounted"), out);
    try {
      await one.app.write("data.yaml", "name: two\n");
      await one.says("two");
      await one.running.waitForLog("Target cannot be swapped, it is written in place");
      assert.equal(await one.app.read("mounted"), "name = two\n");
      await one.cameBack();
    } finally {
      await run("umount", "-l", out);
    }
  });

  test("has the target behind a symlink that is turned elsewhere: the file behind it is written, the link stays", (t) =>
    inDirectory(t, async (one, out) => {
      await mkdir(`${out}/a`);
      await mkdir(`${out}/b`);
      for (const place of ["a", "b"]) {
        await rm(`${out}/app.conf`);
        await symlink(`${place}/app.conf`, `${out}/app.conf`);
        await one.app.write("data.yaml", `name: ${place}\n`);
        await one.says(place);
        assert.equal(await one.app.read(`out/${place}/app.conf`), `name = ${place}\n`);
      }
    }));

  test("holds a temporary file of another process: it stays, the target is written", (t) =>
    inDirectory(t, async (one, out) => {
      await writeFile(`${out}/.app.conf.tmp`, "theirs");
      await writeFile(`${out}/.app.conf.remora-1-theirs`, "theirs");
      await one.app.write("data.yaml", "name: two\n");
      await one.says("two");
      assert.deepEqual((await readdir(out)).sort(), [".app.conf.remora-1-theirs", ".app.conf.tmp", "app.conf"]);
    }));

  test("may not be written: said, and nothing is lost", async (t) => {
    await using one = await faultCase(t, { flags: FLAGS, first: "one" });
    // Not even root may write what is immutable.
    const places = [one.app.directory.join("out/app.conf"), one.app.directory.join("out")];
    await run("chattr", "+i", ...places);
    try {
      await one.app.write("data.yaml", "name: two\n");
      await failsWith(one, /EPERM|not permitted/i);
    } finally {
      await run("chattr", "-i", ...places);
    }
    await one.says("two");
    await one.cameBack();
  });

  async function inDirectory(t: TestContext, harm: (one: FaultCase, out: string) => Promise<void>): Promise<void> {
    await using one = await faultCase(t, { flags: FLAGS, first: "one" });
    await harm(one, one.app.directory.join("out"));
    await one.cameBack();
  }

  async function onTmpfs(t: TestContext, options: string, harm: (one: FaultCase, volume: string) => Promise<void>): Promise<void> {
    await using one = await faultCase(t, { flags: FLAGS, first: "one" });
    const out = one.app.directory.join("out");
    await run("mount", "-t", "tmpfs", "-o", options, "tmpfs", out);
    try {
      await one.says("one");
      await harm(one, out);
      await one.cameBack();
    } finally {
      await run("umount", "-l", out);
    }
  }

  async function failsWith(one: FaultCase, reason: RegExp): Promise<void> {
    const { error, step } = await one.running.waitForLog("Unit failed");
    assert.match(String(error), reason, `in step "${step}"`);
    await eventually(async () => assert.equal(await one.state(), `failed at ${step}`), { every: 100 });
    assert.equal(await one.target(), "name = one\n");
  }

  async function run(...argv: [string, ...string[]]): Promise<void> {
    const { code, stderr } = await runProgram(argv);
    if (code !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
  }
});
