import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { describe, test } from "node:test";
import { fileBackend } from "../../src/backends/file.ts";
import { toKey } from "../../src/core/key.ts";
import { realPorts } from "../support/ports.ts";
import { tempDir } from "../support/temp.ts";

/** What is read of "data" where only names that match are. */
async function keysOf(files: Readonly<Record<string, string>>, filter: string, links: Readonly<Record<string, string>> = {}): Promise<Record<string, unknown>> {
  await using dir = await tempDir();
  for (const [name, text] of Object.entries(files)) await dir.write(name, text);
  for (const [name, target] of Object.entries(links)) await symlink(dir.join(target), dir.join(name));
  await using backend = await fileBackend.open({ path: dir.join("data"), filter }, realPorts());
  const { entries } = await backend.read([toKey("/")], { signal: AbortSignal.timeout(5_000) });
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}

describe("a directory of data files with a filter", () => {
  test("is read with all below it, in the order of their paths, and the last that has a key is taken", async () => {
    const files = { "data/b.yaml": "name: b\nb: 1\n", "data/a.json": '{"name": "a", "a": 1}', "data/c/deep/z.yml": "name: z\n", "data/plain": "plain: yes\n", "data/README.md": "# no data\n", "data/.hidden.yaml": "hidden: 1\n" };
    assert.deepEqual(await keysOf(files, "*"), { "/a": "1", "/b": "1", "/name": "z", "/plain": "yes" });
  });

  const FILTERS: readonly (readonly [string, readonly string[]])[] = [
    ["*.json", ["/one"]],
    ["app-?.yaml", ["/three", "/two"]],
    ["app-[0-5].*", ["/two"]],
    ["app-[^0-5].yaml", ["/three"]],
    ["*.txt", []],
  ];
  for (const [filter, expected] of FILTERS) {
    test(`${filter} names which files`, async () => {
      const files = { "data/app.json": '{"one": 1}', "data/app-1.yaml": "two: 2\n", "data/x/app-9.yaml": "three: 3\n", "data/app-10.yaml": "four: 4\n" };
      assert.deepEqual(Object.keys(await keysOf(files, filter)), expected);
    });
  }

  test("takes links to files, as Kubernetes mounts them, and does not go round in links to directories", async () => {
    assert.deepEqual(await keysOf({ "data/..1/a.yaml": "a: 1\n" }, "*.yaml", { "data/a.yaml": "data/..1/a.yaml", "data/loop": "data" }), { "/a": "1" });
  });

  test("may be a single file, without an ending too", async () => {
    assert.deepEqual(await keysOf({ data: "a: 1\n" }, "*.json"), { "/a": "1" });
  });

  test("a pattern that is none is refused", async () => {
    await assert.rejects(keysOf({ "data/a.yaml": "a: 1\n" }, "[z-a]"), { code: "CONFIG_INVALID" });
  });
});
