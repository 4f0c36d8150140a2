import assert from "node:assert/strict";
import { rename } from "node:fs/promises";
import { test } from "node:test";
import { fileBackend } from "../../src/backends/file.ts";
import type { Backend } from "../../src/core/backend.ts";
import type { AppError } from "../../src/core/error.ts";
import { toKey } from "../../src/core/key.ts";
import { backendContract } from "../contract/backend.ts";
import { eventually } from "../support/eventually.ts";
import { realPorts } from "../support/ports.ts";
import { tempDir } from "../support/temp.ts";
import { watching } from "../support/watching.ts";

async function subject() {
  const dir = await tempDir();
  const path = await dir.write("data.yaml", "{}\n");
  const open = () => fileBackend.open({ path }, realPorts());
  const write = async (act: (writer: Awaited<ReturnType<NonNullable<Backend["writer"]>>>) => Promise<unknown>) => {
    await using backend = await open();
    assert.ok(backend.writer);
    await using writer = await backend.writer();
    await act(writer);
  };
  return {
    open,
    put: (key: string, value: string | Uint8Array) => write((writer) => writer.put(toKey(key), value)),
    delete: (key: string) => write((writer) => writer.delete(toKey(key))),
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  };
}

backendContract("file", subject, { binary: false, branches: false });

async function keysOf(files: Record<string, string>, path: string): Promise<Record<string, unknown>> {
  await using dir = await tempDir();
  for (const [name, text] of Object.entries(files)) await dir.write(name, text);
  await using backend = await fileBackend.open({ path: dir.join(path) }, realPorts());
  const { entries } = await backend.read([toKey("/")], { signal: new AbortController().signal });
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}

test("nested tables and lists are keys in each format", async () => {
  const expected = { "/db/host": "h", "/list/0": "a", "/list/1": "b", "/on": "true" };
  assert.deepEqual(await keysOf({ "d.yaml": "db: {host: h}\nlist: [a, b]\n'on': true\nnothing: null\n" }, "d.yaml"), expected);
  assert.deepEqual(await keysOf({ "d.json": '{"db":{"host":"h"},"list":["a","b"],"on":true,"nothing":null}' }, "d.json"), expected);
  assert.deepEqual(await keysOf({ "d.toml": 'on = true\nlist = ["a", "b"]\n[db]\nhost = "h"\n' }, "d.toml"), expected);
});

test("a large number keeps its digits in each format", async () => {
  assert.deepEqual(await keysOf({ "d.yaml": "n: 12345678901234567890\nv: 1.10\n" }, "d.yaml"), { "/n": "12345678901234567890", "/v": "1.10" });
  assert.deepEqual(await keysOf({ "d.json": '{"n":12345678901234567890,"v":1.10}' }, "d.json"), { "/n": "12345678901234567890", "/v": "1.10" });
  assert.deepEqual(await keysOf({ "d.toml": "n = 9007199254740993\n" }, "d.toml"), { "/n": "9007199254740993" });
});

test("a directory of files is one set of keys, and a key in two of them is refused", async () => {
  assert.deepEqual(await keysOf({ "d/a.yaml": "a: 1\n", "d/b.json": '{"b":2}', "d/notes.txt": "x" }, "d"), { "/a": "1", "/b": "2" });
  await assert.rejects(keysOf({ "d/a.yaml": "a: 1\n", "d/b.json": '{"a":2}' }, "d"), { code: "BACKEND_DATA", message: /key "\/a" is also in ".*a\.yaml"/ });
});

const broken: readonly [string, string, { line: number; column: number; source: string }][] = [
  ["d.yaml", "ok: 1\nbad: [1, 2\n", { line: 3, column: 1, source: "" }],
  ["d.json", '{"ok": 1,\n "bad" 2}\n', { line: 2, column: 2, source: ' "bad" 2}' }],
  ["d.toml", 'ok = 1\nbad = "x\n', { line: 2, column: 9, source: 'bad = "x' }],
];

for (const [name, text, { line }] of broken) {
  test(`a syntax error in ${name} is told with its line`, async () => {
    await assert.rejects(keysOf({ [name]: text }, name), (error: { code: string; at?: { line?: number; file: string } }) => {
      assert.equal(error.code, "BACKEND_DATA");
      assert.ok(error.at?.file.endsWith(name));
      assert.ok(Math.abs((error.at?.line ?? 0) - line) <= 1, `line ${error.at?.line}`);
      return true;
    });
  });
}

test("a file that is replaced by a rename is followed", async () => {
  await using dir = await tempDir();
  const path = await dir.write("data.yaml", "a: 1\n");
  await using backend = await fileBackend.open({ path }, realPorts());
  const { position } = await backend.read([toKey("/a")], { signal: new AbortController().signal });
  const watch = watching(backend, ["/a"], position);
  await rename(await dir.write("new.yaml", "a: 2\n"), path);
  await eventually(() => assert.deepEqual(watch.keys, ["/a"]));
  assert.equal(watch.position.revision, 2);
  await watch.stop();
});

test("what was written together comes as one batch for all prefixes, and holds what changed alone", async () => {
  await using dir = await tempDir();
  const path = await dir.write("data.yaml", "a: { gone: 1, same: 1 }\nb: { other: 1 }\nc: { x: 1 }\n");
  await using backend = await fileBackend.open({ path }, realPorts());
  const prefixes = [toKey("/a"), toKey("/b")];
  const { position } = await backend.read(prefixes, { signal: new AbortController().signal });
  const watch = watching(backend, prefixes, position);
  await rename(await dir.write("new.yaml", "a: { same: 1, new: 1 }\nb: { other: 2 }\nc: { x: 2 }\n"), path);
  await eventually(() => assert.deepEqual([...watch.keys].sort(), ["/a/gone", "/a/new", "/b/other"]));
  assert.equal(watch.batches.length, 1);
  await watch.stop();
});

test("A followed file that becomes invalid is told with its line, and followed on when it is mended", async () => {
  await using dir = await tempDir();
  const path = await dir.write("data.yaml", "a: 1\n");
  await using backend = await fileBackend.open({ path }, realPorts());
  const { position } = await backend.read([toKey("/")], { signal: new AbortController().signal });
  const broken = watching(backend, ["/"], position);
  await dir.write("data.yaml", "a: 1\nb: [2\n");
  const error = (await broken.failure) as AppError;
  assert.deepEqual([error.code, error.at?.file, error.at?.line], ["BACKEND_DATA", path, 3]);
  const mended = watching(backend, ["/"], position);
  await dir.write("data.yaml", "a: 1\nb: 2\n");
  await eventually(() => assert.deepEqual(mended.keys, ["/b"]));
  await mended.stop();
});
