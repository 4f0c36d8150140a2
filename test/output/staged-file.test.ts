import assert from "node:assert/strict";
import { chmod, chown, lstat, mkdir, readdir, readFile, readlink, rm, stat, symlink } from "node:fs/promises";
import { createServer } from "node:net";
import { basename, dirname } from "node:path";
import { test } from "node:test";
import { stage } from "../../src/output/staged-file.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { sha256 } from "../../src/platform/hash.ts";
import { runProgram } from "../support/process.ts";
import { tempDir } from "../support/temp.ts";
import { bytes, failsWith, outputContext, requestFor, stagedNames } from "./support.ts";

test("stage() writes .NAME.remora-RANDOM beside the target and leaves the target as it is", async () => {
  await using dir = await tempDir();
  const target = await dir.write("etc/nginx.conf", "old\n");
  await using staged = await stage(requestFor(target, "new\n"), outputContext(dir));
  assert.equal(dirname(staged.path), dirname(target));
  assert.match(basename(staged.path), /^\.nginx\.conf\.remora-[0-9a-f]{12}$/);
  assert.equal(staged.hash, sha256(bytes("new\n")));
  assert.equal(await readFile(staged.path, "utf8"), "new\n");
  assert.equal(await readFile(target, "utf8"), "old\n");
});

test("commit() swaps the file in and leaves nothing staged", async () => {
  await using dir = await tempDir();
  const target = await dir.write("etc/app.conf", "old\n");
  const before = await stat(target);
  await using staged = await stage(requestFor(target, "new\n"), outputContext(dir));
  assert.deepEqual(await staged.commit(), { inPlace: false });
  assert.equal(await readFile(target, "utf8"), "new\n");
  assert.notEqual((await stat(target)).ino, before.ino);
  assert.deepEqual(await readdir(dir.join("etc")), ["app.conf"]);
});

test("A staged file is 0600 when its first byte is written and has its final mode and owner before the swap", async () => {
  await using dir = await tempDir();
  const modes: number[] = [];
  const files: typeof systemFiles = {
    ...systemFiles,
    async create(path, mode) {
      const file = await systemFiles.create(path, mode);
      return {
        ...file,
        async write(content) {
          modes.push((await stat(path)).mode & 0o7777);
          await file.write(content);
          modes.push((await stat(path)).mode & 0o7777);
        },
      };
    },
  };
  await using staged = await stage(requestFor(dir.join("secret"), "x", { mode: 0o644, uid: 1234, gid: 2345 }), outputContext(dir, files));
  assert.deepEqual(modes, [0o600, 0o600]);
  const { mode, uid, gid } = await stat(staged.path);
  assert.deepEqual([mode & 0o7777, uid, gid], [0o644, 1234, 2345]);
});

test("A mode and an owner that are not configured are those of the present target", async () => {
  await using dir = await tempDir();
  const target = await dir.write("app.conf", "old");
  await chown(target, 1234, 2345);
  await chmod(target, 0o4750);
  await using staged = await stage(requestFor(target, "new"), outputContext(dir));
  await staged.commit();
  const { mode, uid, gid } = await stat(target);
  assert.deepEqual([mode & 0o7777, uid, gid], [0o4750, 1234, 2345]);
});

test("A new target is 0644, whatever the umask", async () => {
  await using dir = await tempDir();
  const umask = process.umask(0o077);
  try {
    await using staged = await stage(requestFor(dir.join("new.conf"), "x"), outputContext(dir));
    await staged.commit();
  } finally {
    process.umask(umask);
  }
  assert.equal((await stat(dir.join("new.conf"))).mode & 0o7777, 0o644);
});

test("A user who is not root writes a target of another user into a directory of its own", async () => {
  await using dir = await tempDir();
  const target = await dir.write("own/app.conf", "old");
  await chmod(dir.path, 0o755);
  await chown(dir.join("own"), 65_534, 65_534);
  process.seteuid?.(65_534);
  try {
    await using staged = await stage(requestFor(target, "new"), outputContext(dir));
    await staged.commit();
    await assert.rejects(stage(requestFor(target, "newer", { uid: 0 }), outputContext(dir)), failsWith("TARGET_FAILED", /permission denied$/));
  } finally {
    process.seteuid?.(0);
  }
  assert.equal(await readFile(target, "utf8"), "new");
  assert.deepEqual(await readdir(dir.join("own")), ["app.conf"]);
});

test("discard() removes a staged file and keeps the target; after commit() it does nothing", async () => {
  await using dir = await tempDir();
  const target = await dir.write("etc/app.conf", "old");
  const context = outputContext(dir);
  const first = await stage(requestFor(target, "new"), context);
  await first.discard();
  assert.deepEqual(await readdir(dir.join("etc")), ["app.conf"]);
  const second = await stage(requestFor(target, "new"), context);
  await second.commit();
  await second.discard();
  assert.equal(await readFile(target, "utf8"), "new");
});

test("A symlinked target keeps its link, and the file behind it is replaced", async () => {
  await using dir = await tempDir();
  await dir.write("real/app.conf", "old");
  await mkdir(dir.join("etc"));
  await symlink("../real/app.conf", dir.join("etc/app.conf"));
  await using staged = await stage(requestFor(dir.join("etc/app.conf"), "new"), outputContext(dir));
  assert.equal(dirname(staged.path), dir.join("real"));
  await staged.commit();
  assert.equal(await readlink(dir.join("etc/app.conf")), "../real/app.conf");
  assert.equal(await readFile(dir.join("real/app.conf"), "utf8"), "new");
});

test("A dangling symlink is followed to the file that it means", async () => {
  await using dir = await tempDir();
  await symlink(dir.join("data/made.conf"), dir.join("app.conf"));
  await using staged = await stage(requestFor(dir.join("app.conf"), "new"), outputContext(dir));
  await staged.commit();
  assert.ok((await lstat(dir.join("app.conf"))).isSymbolicLink());
  assert.equal(await readFile(dir.join("data/made.conf"), "utf8"), "new");
});

test("A ring of symlinks is refused", async () => {
  await using dir = await tempDir();
  await symlink("b", dir.join("a"));
  await symlink("a", dir.join("b"));
  await assert.rejects(stage(requestFor(dir.join("a"), "x"), outputContext(dir)), failsWith("TARGET_FAILED", /too many symlinks/));
});

test("Missing parent directories are created", async () => {
  await using dir = await tempDir();
  await using staged = await stage(requestFor(dir.join("a/b/c/app.conf"), "x"), outputContext(dir));
  await staged.commit();
  assert.equal(await readFile(dir.join("a/b/c/app.conf"), "utf8"), "x");
  assert.equal((await stat(dir.join("a/b"))).mode & 0o7777, 0o755);
});

test("A parent that is a file is refused with the target's name", async () => {
  await using dir = await tempDir();
  await dir.write("file", "x");
  await assert.rejects(stage(requestFor(dir.join("file/app.conf"), "x"), outputContext(dir)), failsWith("TARGET_FAILED", /file\/app\.conf/));
});

test("A target that is a directory is refused", async () => {
  await using dir = await tempDir();
  await mkdir(dir.join("target"));
  await assert.rejects(stage(requestFor(dir.join("target"), "x"), outputContext(dir)), failsWith("TARGET_FAILED", /target": it is a directory$/, /regular file/));
  assert.deepEqual(await stagedNames(dir.path), []);
});

test("A target that is a device, a pipe or a socket is refused", async () => {
  await using dir = await tempDir();
  await runProgram(["mkfifo", dir.join("fifo")]);
  await runProgram(["mknod", dir.join("null"), "c", "1", "3"]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(dir.join("socket"), resolve));
  try {
    for (const name of ["fifo", "null", "socket"]) {
      await assert.rejects(stage(requestFor(dir.join(name), "x"), outputContext(dir)), failsWith("TARGET_FAILED", /it is a device, socket or pipe$/));
    }
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  assert.deepEqual(await stagedNames(dir.path), []);
});

test("A target whose directory went away between stage and commit fails and names the target", async () => {
  await using dir = await tempDir();
  await using staged = await stage(requestFor(dir.join("gone/app.conf"), "x"), outputContext(dir));
  await rm(dir.join("gone"), { recursive: true });
  await assert.rejects(staged.commit(), failsWith("TARGET_FAILED", /gone\/app\.conf/));
});
