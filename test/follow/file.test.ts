import assert from "node:assert/strict";
import { mkdir, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { tempDir } from "../support/temp.ts";
import { contentOf, following } from "./support.ts";

test("A file that is edited in place is followed", async () => {
  await using dir = await tempDir();
  const path = await dir.write("app.conf", "1");
  await using follow = await following([path], contentOf(path));
  for (const content of ["2", "3"]) {
    await writeFile(path, content);
    await follow.sees(content);
  }
});

test("A file that is replaced by a rename is followed, again and again", async () => {
  await using dir = await tempDir();
  const path = await dir.write("app.conf", "1");
  await using follow = await following([path], contentOf(path));
  for (const content of ["2", "3", "4"]) {
    await rename(await dir.write("new", content), path);
    await follow.sees(content);
  }
  await writeFile(path, "5");
  await follow.sees("5");
});

test("A file that is removed is told, and followed when it is there again", async () => {
  await using dir = await tempDir();
  const path = await dir.write("app.conf", "1");
  await using follow = await following([path], contentOf(path));
  await unlink(path);
  await follow.sees("");
  await writeFile(path, "2");
  await follow.sees("2");
  await writeFile(path, "3");
  await follow.sees("3");
});

test("A path that does not exist yet is waited for, with its parents", async () => {
  await using dir = await tempDir();
  const path = dir.join("a", "b", "c", "app.conf");
  await using follow = await following([path], contentOf(path));
  for (const content of ["1", "2"]) {
    await dir.write("a/b/c/app.conf", content);
    await follow.sees(content);
  }
});

test("A directory that is removed and made again is followed", async () => {
  await using dir = await tempDir();
  const path = await dir.write("etc/app.conf", "1");
  await using follow = await following([path], contentOf(path));
  for (const content of ["2", "3"]) {
    await rm(dir.join("etc"), { recursive: true });
    await follow.sees("");
    await dir.write("etc/app.conf", content);
    await follow.sees(content);
  }
  await writeFile(path, "4");
  await follow.sees("4");
});

test("A directory that is replaced by a rename is followed", async () => {
  await using dir = await tempDir();
  const path = await dir.write("etc/app.conf", "1");
  await using follow = await following([path], contentOf(path));
  for (const content of ["2", "3"]) {
    await dir.write("next/app.conf", content);
    await rename(dir.join("etc"), dir.join(`former-${content}`));
    await rename(dir.join("next"), dir.join("etc"));
    await follow.sees(content);
  }
  await writeFile(path, "4");
  await follow.sees("4");
});

test("A symlink is followed to what it leads to, and when it is turned elsewhere", async () => {
  await using dir = await tempDir();
  const [one, two] = [await dir.write("one/data", "1"), await dir.write("two/data", "2")];
  await mkdir(dir.join("etc"));
  const path = dir.join("etc/app.conf");
  await symlink(one, path);
  await using follow = await following([path], contentOf(path));
  await writeFile(one, "1+");
  await follow.sees("1+");
  await symlink(two, dir.join("etc/next"));
  await rename(dir.join("etc/next"), path);
  await follow.sees("2");
  await writeFile(two, "2+");
  await follow.sees("2+");
});

test("A volume of Kubernetes is followed through each swap of its ..data", async () => {
  await using dir = await tempDir();
  await dir.write("volume/..1/app.conf", "1");
  await symlink("..1", dir.join("volume/..data"));
  await symlink("..data/app.conf", dir.join("volume/app.conf"));
  const path = dir.join("volume/app.conf");
  await using follow = await following([path], contentOf(path));
  for (const content of ["2", "3", "4"]) {
    await dir.write(`volume/..${content}/app.conf`, content);
    await symlink(`..${content}`, dir.join("volume/..data_tmp"));
    await rename(dir.join("volume/..data_tmp"), dir.join("volume/..data"));
    await rm(dir.join(`volume/..${Number(content) - 1}`), { recursive: true });
    await follow.sees(content);
  }
});

test("Several paths are followed at once", async () => {
  await using dir = await tempDir();
  const paths = [await dir.write("a/one", "1"), await dir.write("b/two", "2"), dir.join("c/three")];
  await using follow = await following(paths, () => paths.slice(0, 2).map((path) => contentOf(path)()).join());
  await writeFile(paths[1] ?? "", "3");
  await follow.sees("1,3");
  await writeFile(paths[0] ?? "", "4");
  await follow.sees("4,3");
  assert.ok(follow.seen.length <= 5, `${follow.seen.length} times`);
});
