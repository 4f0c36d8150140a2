import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { test } from "node:test";
import { systemFiles } from "../../src/platform/files.ts";
import { systemRandom } from "../../src/platform/random.ts";
import { registrarId } from "../../src/registrar/identity.ts";
import { tempDir } from "../support/temp.ts";

const ports = { files: systemFiles, random: systemRandom };

test("A registrar has one id for as long as its state directory is there", async () => {
  await using directory = await tempDir();
  const id = await registrarId(directory.join("state"), ports);
  assert.match(id, /^[0-9a-f]{16}$/);
  assert.equal(await registrarId(directory.join("state"), ports), id);
  assert.equal((await stat(directory.join("state"))).mode & 0o777, 0o700);
});

test("Of many that start at once all have the same id, and nothing else is left", async () => {
  await using directory = await tempDir();
  const ids = await Promise.all(Array.from({ length: 20 }, () => registrarId(directory.path, ports)));
  assert.equal(new Set(ids).size, 1);
  assert.deepEqual(await systemFiles.list(directory.path), ["registrar-id"]);
  assert.equal((await readFile(directory.join("registrar-id"), "utf8")).trim(), ids[0]);
});

test("A file that holds something else is refused and left alone", async () => {
  await using directory = await tempDir();
  await directory.write("registrar-id", "my host");
  await assert.rejects(registrarId(directory.path, ports), { code: "STATE_DIR", message: /it is not 16 hexadecimal digits/ });
  assert.equal(await readFile(directory.join("registrar-id"), "utf8"), "my host");
});
