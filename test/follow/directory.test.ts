import assert from "node:assert/strict";
import { chmod, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { contentOf, following, watches } from "./support.ts";

/** All names below a directory. */
function namesIn(path: string): () => string {
  return () => readdirSync(path, { recursive: true }).sort().join();
}

test("Files and directories that are new in a followed directory are followed", async () => {
  await using dir = await tempDir();
  await dir.write("conf.d/a.toml", "1");
  await using follow = await following([dir.join("conf.d")], namesIn(dir.join("conf.d")));
  await dir.write("conf.d/b.toml", "1");
  await follow.sees("a.toml,b.toml");
  await dir.write("conf.d/sub/deep/c.toml", "1");
  await follow.sees("a.toml,b.toml,sub,sub/deep,sub/deep/c.toml");
  await dir.write("conf.d/sub/deep/d.toml", "1");
  await follow.sees("a.toml,b.toml,sub,sub/deep,sub/deep/c.toml,sub/deep/d.toml");
  await rm(dir.join("conf.d/sub"), { recursive: true });
  await follow.sees("a.toml,b.toml");
});

test("What is written to a file that is new in a new directory is seen", async () => {
  await using dir = await tempDir();
  await mkdir(dir.join("conf.d"));
  const path = dir.join("conf.d/sub/deep/c.toml");
  await using follow = await following([dir.join("conf.d")], contentOf(path));
  for (const content of ["1", "2", "3"]) {
    await dir.write("conf.d/sub/deep/c.toml", content);
    await follow.sees(content);
  }
});

test("A followed directory that is replaced by a rename is followed", async () => {
  await using dir = await tempDir();
  const path = await dir.write("conf.d/a.toml", "1");
  await using follow = await following([dir.join("conf.d")], contentOf(path));
  await dir.write("next/a.toml", "2");
  await rename(dir.join("conf.d"), dir.join("former"));
  await rename(dir.join("next"), dir.join("conf.d"));
  await follow.sees("2");
  await writeFile(path, "3");
  await follow.sees("3");
});

test("Each of many files in a directory is followed", async () => {
  await using dir = await tempDir();
  const paths = await Promise.all(Array.from({ length: 300 }, (_, index) => dir.write(`conf.d/${index}.toml`, "1")));
  await using follow = await following([dir.join("conf.d")], () => paths.map((path) => contentOf(path)()).join(""));
  await writeFile(paths[299] ?? "", "2");
  await follow.sees(`${"1".repeat(299)}2`);
  await rename(await dir.write("new", "3"), paths[0] ?? "");
  await follow.sees(`3${"1".repeat(298)}2`);
});

test("A directory that may not be read is waited for", async () => {
  await using dir = await tempDir();
  const path = await dir.write("conf.d/a.toml", "1");
  await chmod(dir.path, 0o755);
  await chmod(dir.join("conf.d"), 0);
  process.seteuid?.(65_534);
  try {
    await using follow = await following([dir.join("conf.d")], contentOf(path));
    assert.deepEqual(follow.seen, [""]);
    process.seteuid?.(0);
    await chmod(dir.join("conf.d"), 0o755);
    process.seteuid?.(65_534);
    await follow.sees("1");
  } finally {
    process.seteuid?.(0);
  }
});

test("A link that leads back into its own directory is no end of directories", async () => {
  await using dir = await tempDir();
  const path = await dir.write("conf.d/a.toml", "1");
  await symlink("..", dir.join("conf.d/up"));
  await using follow = await following([dir.join("conf.d")], contentOf(path));
  await writeFile(path, "2");
  await follow.sees("2");
});

test("One file costs a handful of watches, whatever stands beside it, and none is left", async () => {
  await using dir = await tempDir();
  const before = watches();
  const path = await dir.write("etc/app.conf", "1");
  for (let index = 0; index < 100; index++) await dir.write(`etc/other-${index}/file`, "x");
  {
    await using follow = await following([path], contentOf(path));
    assert.ok(watches() - before <= 4, `${watches() - before} watches`);
    for (const content of ["2", "3", "4", "5"]) {
      await rename(await dir.write("etc/new", content), path);
      await follow.sees(content);
    }
    await eventually(() => assert.ok(watches() - before <= 4, `${watches() - before} watches`));
  }
  await eventually(() => assert.equal(watches(), before));
  assert.equal((await readdir(dir.join("etc"))).length, 101);
});
