import assert from "node:assert/strict";
import { chmod, chown, mkdir, rm, stat, symlink, utimes } from "node:fs/promises";
import { test } from "node:test";
import { compare, repair, type Wanted } from "../../src/output/compare.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { sha256 } from "../../src/platform/hash.ts";
import { type TempDir, tempDir } from "../support/temp.ts";
import { bytes, failsWith } from "./support.ts";

const [OWNER, GROUP] = [1234, 2345];

/** A target that is as it should be. */
async function prepare(dir: TempDir): Promise<Wanted> {
  const target = await dir.write("etc/app.conf", "content");
  await chown(target, OWNER, GROUP);
  await chmod(target, 0o640);
  return { target, hash: sha256(bytes("content")), mode: 0o640, uid: OWNER, gid: GROUP };
}

function difference(wanted: Wanted): Promise<string> {
  return compare(systemFiles, wanted, sha256);
}

test("A target that is as it should be is not touched", async () => {
  await using dir = await tempDir();
  const wanted = await prepare(dir);
  await utimes(wanted.target, 1_000, 1_000);
  const before = await stat(wanted.target, { bigint: true });
  assert.equal(await difference(wanted), "same");
  const after = await stat(wanted.target, { bigint: true });
  assert.deepEqual([after.ino, after.mtimeNs, after.ctimeNs], [before.ino, before.mtimeNs, before.ctimeNs]);
});

test("Content that somebody changed is seen, though length and time are the same", async () => {
  await using dir = await tempDir();
  const wanted = await prepare(dir);
  const { atime, mtime } = await stat(wanted.target);
  await dir.write("etc/app.conf", "CONTENT");
  await utimes(wanted.target, atime, mtime);
  assert.equal(await difference(wanted), "content");
});

test("A target that is missing, or has become a directory, differs in content", async () => {
  await using dir = await tempDir();
  const wanted = await prepare(dir);
  await rm(wanted.target);
  assert.equal(await difference(wanted), "content");
  await mkdir(wanted.target);
  assert.equal(await difference(wanted), "content");
  await rm(dir.join("etc"), { recursive: true });
  assert.equal(await difference(wanted), "content");
});

for (const [what, spoil] of [
  ["mode", (target: string) => chmod(target, 0o644)],
  ["setuid bit", (target: string) => chmod(target, 0o4640)],
  ["owner", (target: string) => chown(target, 0, GROUP)],
  ["group", (target: string) => chown(target, OWNER, 0)],
] as const) {
  test(`A ${what} that somebody changed is seen and repaired without writing the content`, async () => {
    await using dir = await tempDir();
    const wanted = await prepare(dir);
    await spoil(wanted.target);
    const before = await stat(wanted.target);
    assert.equal(await difference(wanted), "metadata");
    await repair(systemFiles, wanted);
    assert.equal(await difference(wanted), "same");
    const after = await stat(wanted.target);
    assert.deepEqual([after.ino, after.mtimeMs], [before.ino, before.mtimeMs]);
  });
}

test("A repaired owner does not cost the setuid bit that was asked for", async () => {
  await using dir = await tempDir();
  const wanted = { ...(await prepare(dir)), mode: 0o4750 };
  await chown(wanted.target, 0, 0);
  await repair(systemFiles, wanted);
  assert.equal(await difference(wanted), "same");
});

test("A mode and an owner that are not configured may be anything", async () => {
  await using dir = await tempDir();
  const wanted = { ...(await prepare(dir)), mode: undefined, uid: undefined, gid: undefined };
  await chown(wanted.target, 7, 8);
  await chmod(wanted.target, 0o4701);
  assert.equal(await difference(wanted), "same");
});

test("A symlinked target is compared by the file behind it", async () => {
  await using dir = await tempDir();
  const wanted = await prepare(dir);
  await symlink("etc/app.conf", dir.join("link"));
  assert.equal(await difference({ ...wanted, target: dir.join("link") }), "same");
  await symlink("missing", dir.join("dangling"));
  assert.equal(await difference({ ...wanted, target: dir.join("dangling") }), "content");
});

test("A repair that is not permitted names the target and says why", async () => {
  await using dir = await tempDir();
  const wanted = await prepare(dir);
  await chmod(dir.path, 0o755);
  process.seteuid?.(65_534);
  try {
    await assert.rejects(repair(systemFiles, { ...wanted, uid: 0 }), failsWith("TARGET_FAILED", /app\.conf": operation not permitted$/));
  } finally {
    process.seteuid?.(0);
  }
});
