import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { fileBackend } from "../../src/backends/file.ts";
import { lockDataFile } from "../../src/backends/file-lock.ts";
import { toKey } from "../../src/core/key.ts";
import { writerContract } from "../contract/writer.ts";
import { manualClock } from "../support/manual-clock.ts";
import { realPorts } from "../support/ports.ts";
import { tempDir } from "../support/temp.ts";

for (const name of ["data.yaml", "data.json"]) {
  writerContract(`file ${name}`, async () => {
    const dir = await tempDir();
    const path = dir.join(name);
    return { open: () => fileBackend.open({ path }, realPorts()), [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() };
  }, { binary: false });
}

describe("swap() of a file", () => {
  test("refuses a key that is a table or a list", async () => {
    await using dir = await tempDir();
    const path = await dir.write("data.yaml", "db:\n  host: a\nlist: [1]\n");
    await using writer = await openWriter(path);
    for (const key of ["/db", "/list"]) await assert.rejects(writer.swap([{ key: toKey(key), expected: undefined, value: "1" }]), { code: "BACKEND_CONFLICT", message: /it is a (table|list)$/ });
    assert.equal(await readFile(path, "utf8"), "db:\n  host: a\nlist: [1]\n");
  });

  test("leaves the file as it is when it answers false, and no lock behind", async () => {
    await using dir = await tempDir();
    const path = await dir.write("data.json", '{"n":1.10}');
    await using writer = await openWriter(path);
    assert.equal(await writer.swap([{ key: toKey("/n"), expected: "1.1", value: "2" }]), false);
    assert.equal(await readFile(path, "utf8"), '{"n":1.10}');
    assert.deepEqual(await readdir(dir.path), ["data.json"]);
  });

  test("compares numbers as they are read", async () => {
    await using dir = await tempDir();
    const path = await dir.write("data.yaml", "version: 1.10 # ours\n");
    await using writer = await openWriter(path);
    assert.equal(await writer.swap([{ key: toKey("/version"), expected: "1.10", value: "1.11" }]), true);
    assert.equal(await readFile(path, "utf8"), 'version: "1.11" # ours\n');
  });
});

describe("the lock of a data file", () => {
  test("is waited for", async () => {
    await using dir = await tempDir();
    const ports = { ...realPorts(), clock: manualClock() };
    const held = await lockDataFile(dir.join("data.yaml"), ports);
    let taken = false;
    const waiting = lockDataFile(dir.join("data.yaml"), ports).then((lock) => ((taken = true), lock));
    for (let tries = 0; tries < 20; tries++) await ports.clock.advance(20);
    assert.equal(taken, false);
    await held[Symbol.asyncDispose]();
    await (await afterAdvancing(ports.clock, waiting))[Symbol.asyncDispose]();
    assert.deepEqual(await readdir(dir.path), []);
  });

  test("is taken over from one who was killed", async () => {
    await using dir = await tempDir();
    const ports = { ...realPorts(), clock: manualClock() };
    await dir.write(".data.yaml.remora-lock", "gone");
    const lock = await afterAdvancing(ports.clock, lockDataFile(dir.join("data.yaml"), ports));
    assert.deepEqual(await readdir(dir.path), [".data.yaml.remora-lock"]);
    await lock[Symbol.asyncDispose]();
    assert.deepEqual(await readdir(dir.path), []);
  });

  test("is held by one at a time when many find that its holder was killed", async () => {
    await using dir = await tempDir();
    const ports = { ...realPorts(), clock: manualClock() };
    await dir.write(".data.yaml.remora-lock", "gone");
    let [holding, most] = [0, 0];
    const hold = async () => {
      await using _lock = await lockDataFile(dir.join("data.yaml"), ports);
      most = Math.max(most, ++holding);
      await readdir(dir.path);
      holding--;
    };
    await afterAdvancing(ports.clock, Promise.all(Array.from({ length: 20 }, hold)));
    assert.equal(most, 1);
    assert.deepEqual(await readdir(dir.path), []);
  });
});

async function openWriter(path: string) {
  const backend = await fileBackend.open({ path }, realPorts());
  assert.ok(backend.writer);
  return backend.writer();
}

/** Lets time pass until it resolves. */
async function afterAdvancing<T>(clock: ReturnType<typeof manualClock>, promise: Promise<T>): Promise<T> {
  let done = false;
  const settled = promise.finally(() => (done = true));
  while (!done) await clock.advance(20);
  return settled;
}
