import assert from "node:assert/strict";
import { chmod, chown, readdir, readFile, stat } from "node:fs/promises";
import { test } from "node:test";
import type { Files } from "../../src/core/ports.ts";
import { stage } from "../../src/output/staged-file.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { failsWith, mountDir, outputContext, requestFor, stagedNames } from "./support.ts";

const IN_PLACE = "Target cannot be swapped, it is written in place";

test("A bind-mounted file is written in place with its mode and owner repaired, and one warning", async () => {
  await using dir = await mountDir();
  const source = await dir.write("host/app.conf", "a former content that is longer");
  const target = await dir.write("etc/app.conf", "");
  await dir.mount("--bind", source, target);
  const context = outputContext(dir);
  const inode = (await stat(target)).ino;
  for (const text of ["new", "newer and longer than before"]) {
    await using staged = await stage(requestFor(target, text, { mode: 0o640, uid: 1234, gid: 2345 }), context);
    assert.deepEqual(await staged.commit(), { inPlace: true });
    assert.equal(await readFile(source, "utf8"), text);
  }
  const { mode, uid, gid, ino } = await stat(source);
  assert.deepEqual([mode & 0o7777, uid, gid, ino], [0o640, 1234, 2345, inode]);
  assert.deepEqual(context.messages, [IN_PLACE]);
  assert.deepEqual(await readdir(dir.join("etc")), ["app.conf"]);
});

test("Who may not read a mounted file afterwards may not while it is written", async () => {
  await using dir = await mountDir();
  const source = await dir.write("host/app.conf", "readable by all");
  const target = await dir.write("etc/app.conf", "");
  await dir.mount("--bind", source, target);
  await chmod(source, 0o644);
  const seen: number[][] = [];
  const openExisting: Files["openExisting"] = async (path) => {
    const file = await systemFiles.openExisting(path);
    const write: typeof file.write = async (content) => {
      const { mode, uid, gid } = await stat(source);
      seen.push([mode & 0o7777, uid, gid]);
      await file.write(content);
    };
    return { ...file, write };
  };
  await using staged = await stage(requestFor(target, "a secret", { mode: 0o600, uid: 1234, gid: 2345 }), outputContext(dir, { ...systemFiles, openExisting }));
  await staged.commit();
  assert.deepEqual(seen, [[0o600, 1234, 2345]]);
});

test("A file mounted into a read-only directory is staged in the fallback directory and written in place", async () => {
  await using dir = await mountDir();
  const source = await dir.write("host/app.conf", "old");
  const target = await dir.write("etc/app.conf", "");
  await dir.mount("--bind", dir.join("etc"), dir.join("etc"));
  await dir.mount("-o", "remount,bind,ro", dir.join("etc"));
  await dir.mount("--bind", source, target);
  const context = outputContext(dir);
  await using staged = await stage(requestFor(target, "new", { mode: 0o600 }), context);
  assert.ok(staged.path.startsWith(dir.join("fallback/")), staged.path);
  assert.deepEqual(await staged.commit(), { inPlace: true });
  assert.equal(await readFile(source, "utf8"), "new");
  assert.equal((await stat(source)).mode & 0o7777, 0o600);
  assert.deepEqual(await readdir(dir.join("fallback")), []);
});

test("A user who may write a mounted file but not its directory writes it in place", async () => {
  await using dir = await mountDir();
  const source = await dir.write("host/app.conf", "old");
  const target = await dir.write("etc/app.conf", "");
  await dir.write("fallback/.keep", "");
  await chmod(dir.path, 0o755);
  await chmod(source, 0o666);
  await chown(dir.join("fallback"), 65_534, 65_534);
  await dir.mount("--bind", source, target);
  process.seteuid?.(65_534);
  try {
    await using staged = await stage(requestFor(target, "new"), outputContext(dir));
    assert.deepEqual(await staged.commit(), { inPlace: true });
  } finally {
    process.seteuid?.(0);
  }
  assert.equal(await readFile(source, "utf8"), "new");
  const { mode, uid } = await stat(source);
  assert.deepEqual([mode & 0o7777, uid], [0o666, 0]);
});

test("A user who may write neither a target nor its directory is refused, and told of no mount", async () => {
  await using dir = await mountDir();
  const target = await dir.write("etc/app.conf", "old");
  await dir.write("fallback/.keep", "");
  await chmod(dir.path, 0o755);
  await chown(dir.join("fallback"), 65_534, 65_534);
  const context = outputContext(dir);
  process.seteuid?.(65_534);
  try {
    await using staged = await stage(requestFor(target, "new"), context);
    await assert.rejects(staged.commit(), { code: "TARGET_FAILED", message: `Cannot write "${target}": permission denied` });
  } finally {
    process.seteuid?.(0);
  }
  assert.deepEqual(context.messages, []);
});

test("A target in a directory that may be written and not read is swapped", async () => {
  await using dir = await mountDir();
  await dir.write("drop/app.conf", "old");
  await chmod(dir.path, 0o755);
  await chmod(dir.join("drop"), 0o733);
  process.seteuid?.(65_534);
  try {
    await using staged = await stage(requestFor(dir.join("drop/app.conf"), "new"), outputContext(dir));
    assert.deepEqual(await staged.commit(), { inPlace: false });
  } finally {
    process.seteuid?.(0);
  }
  assert.equal(await readFile(dir.join("drop/app.conf"), "utf8"), "new");
});

test("A new target in a read-only directory is refused and says why", async () => {
  await using dir = await mountDir();
  await dir.write("etc/other", "");
  await dir.mount("--bind", dir.join("etc"), dir.join("etc"));
  await dir.mount("-o", "remount,bind,ro", dir.join("etc"));
  await assert.rejects(stage(requestFor(dir.join("etc/app.conf"), "x"), outputContext(dir)), failsWith("TARGET_FAILED", /app\.conf": the file system is read-only$/));
});

test("A full disk leaves the target as it was and nothing staged, and the error says so", async () => {
  await using dir = await mountDir();
  await dir.write("small/.keep", "");
  await dir.mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", dir.join("small"));
  const target = await dir.write("small/app.conf", "old");
  await assert.rejects(stage(requestFor(target, "x".repeat(100_000)), outputContext(dir)), failsWith("TARGET_FAILED", /app\.conf": no space left on the device$/));
  assert.equal(await readFile(target, "utf8"), "old");
  assert.deepEqual(await stagedNames(dir.join("small")), []);
});

test("A full disk below a mounted file brings its former content back", async () => {
  await using dir = await mountDir();
  await dir.write("small/.keep", "");
  await dir.mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", dir.join("small"));
  const source = await dir.write("small/app.conf", "old".repeat(1_000));
  const target = await dir.write("etc/app.conf", "");
  await dir.mount("--bind", source, target);
  {
    await using staged = await stage(requestFor(target, "x".repeat(100_000)), outputContext(dir));
    await assert.rejects(staged.commit(), failsWith("TARGET_FAILED", /no space left on the device$/));
  }
  assert.equal(await readFile(source, "utf8"), "old".repeat(1_000));
  assert.deepEqual(await readdir(dir.join("etc")), ["app.conf"]);
});
