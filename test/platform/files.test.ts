import assert from "node:assert/strict";
import { mkdir, stat } from "node:fs/promises";
import { describe, test } from "node:test";
import { systemFiles } from "../../src/platform/files.ts";
import { tempDir } from "../support/temp.ts";

describe("makeDirectory()", () => {
  test("makes the missing parents too, all with the mode", async () => {
    await using directory = await tempDir();
    await systemFiles.makeDirectory(directory.join("a/b/c"), 0o700);
    for (const name of ["a", "a/b", "a/b/c"]) assert.equal((await stat(directory.join(name))).mode & 0o777, 0o700);
  });

  test("is content with a directory that is there, also where several make it at once", async () => {
    await using directory = await tempDir();
    await mkdir(directory.join("a"));
    await Promise.all(Array.from({ length: 8 }, () => systemFiles.makeDirectory(directory.join("a/b/c"))));
    assert.ok((await stat(directory.join("a/b/c"))).isDirectory());
  });

  test("says so where a file is in the way", async () => {
    await using directory = await tempDir();
    await directory.write("a", "a file");
    await assert.rejects(systemFiles.makeDirectory(directory.join("a")), { code: "EEXIST" });
    await assert.rejects(systemFiles.makeDirectory(directory.join("a/b")), { code: "ENOTDIR" });
  });

  test("ends where the system lets nobody make one", { timeout: 10_000 }, async () => {
    await assert.rejects(systemFiles.makeDirectory("/proc/remora/state"), { code: "ENOENT" });
  });
});
