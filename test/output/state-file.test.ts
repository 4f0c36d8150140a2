import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openState, type StateData } from "../../src/output/state-file.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { tempDir } from "../support/temp.ts";
import { failsWith, mountDir, outputContext } from "./support.ts";

const FULL: StateData = {
  version: 1,
  targets: { "/etc/a.conf": { unit: "a", written: "11", applied: "10" }, "/etc/é \"b\"": { unit: "a", written: "22", sensitive: true } },
  due: { a: { since: "2020-01-01T00:00:00.000Z", attempts: 3, backups: { "/etc/a.conf": "/state/backup/1" } } },
  journal: { a: { reload: true, files: [{ target: "/etc/a.conf", realTarget: "/etc/a.conf", staged: "/etc/.a.conf.remora-012345678901", hash: "33", backup: null }] } },
  rejected: { a: "44" },
  filled: { a: ["etcd:/up/..."] },
};

test("Every section survives a restart", async () => {
  await using dir = await tempDir();
  {
    await using state = await openState(outputContext(dir), dir.join("state"));
    assert.deepEqual(state.data, { version: 1, targets: {}, due: {}, journal: {}, rejected: {}, filled: {} });
    await state.update((data) => Object.assign(data, FULL));
  }
  await using state = await openState(outputContext(dir), dir.join("state"));
  assert.deepEqual(state.data, FULL);
});

test("An update is on disk when its promise resolves", async () => {
  await using dir = await tempDir();
  await using state = await openState(outputContext(dir), dir.path);
  await state.update((data) => (data.rejected["a"] = "1"));
  assert.equal(JSON.parse(await readFile(dir.join("state.json"), "utf8")).rejected.a, "1");
});

test("The directory is made with its parents, and neither it nor the file is for others to read", async () => {
  await using dir = await tempDir();
  await using state = await openState(outputContext(dir), dir.join("var/lib/remora"));
  await state.update(() => {});
  assert.equal((await stat(dir.join("var/lib/remora"))).mode & 0o777, 0o700);
  assert.equal((await stat(dir.join("var/lib/remora/state.json"))).mode & 0o777, 0o600);
});

test("100 updates at once are written with few writes, and each is on disk when it resolves", async () => {
  await using dir = await tempDir();
  let writes = 0;
  const create: typeof systemFiles.create = (path, mode) => ((writes += path.includes("state.json") ? 1 : 0), systemFiles.create(path, mode));
  await using state = await openState(outputContext(dir, { ...systemFiles, create }), dir.path);
  const update = async (name: string) => {
    await state.update((data) => (data.rejected[name] = name));
    assert.equal(JSON.parse(await readFile(dir.join("state.json"), "utf8")).rejected[name], name);
  };
  await Promise.all(Array.from({ length: 100 }, (_, index) => update(`unit-${index}`)));
  assert.ok(writes >= 1 && writes <= 3, `${writes} writes`);
});

test("A file that cannot be read is set aside with a warning, and the next start works", async () => {
  const whole = JSON.stringify(FULL);
  for (const content of ["", "{", whole.slice(0, 100), "null", "[]", "{}", "7", '{"version":1,"due":7}', '{"version":1,"targets":null}', '{"version":1,"targets":[]}', '{"version":1,"targets":{"/a":null}}', '{"version":1,"due":{"a":{"attempts":1}}}', '{"version":1,"journal":{"a":{"files":[7]}}}', new Uint8Array(4_096)]) {
    await using dir = await tempDir();
    await dir.write("state.json", content);
    const context = outputContext(dir);
    {
      await using state = await openState(context, dir.path);
      assert.deepEqual(state.data.targets, {}, JSON.stringify(content));
      await state.update((data) => (data.rejected["a"] = "1"));
    }
    assert.deepEqual(context.messages, ["State file cannot be read, starting without it"], JSON.stringify(content));
    const [aside = "none"] = (await readdir(dir.path)).filter((name) => /^state\.json\.corrupt-[0-9a-f]{8}$/.test(name));
    assert.deepEqual(await readFile(dir.join(aside)), Buffer.from(content));
    const next = outputContext(dir);
    await using state = await openState(next, dir.path);
    assert.deepEqual([state.data.rejected, next.messages], [{ a: "1" }, []]);
  }
});

test("A file that an earlier version wrote lacks sections, and those begin empty", async () => {
  await using dir = await tempDir();
  await dir.write("state.json", JSON.stringify({ version: 1, targets: FULL.targets }));
  await using state = await openState(outputContext(dir), dir.path);
  assert.deepEqual(state.data, { version: 1, targets: FULL.targets, due: {}, journal: {}, rejected: {}, filled: {} });
});

test("A file of a newer Remora is refused with a hint, and left as it is", async () => {
  await using dir = await tempDir();
  const content = JSON.stringify({ version: 2, targets: "otherwise" });
  await dir.write("state.json", content);
  await assert.rejects(openState(outputContext(dir), dir.path), failsWith("STATE_DIR", /^Cannot read ".*state\.json": it was written by a newer Remora$/, /Run that version/));
  assert.deepEqual(await readdir(dir.path), ["state.json"]);
  assert.equal(await readFile(dir.join("state.json"), "utf8"), content);
});

test("A state directory that cannot be used is refused with a hint", async () => {
  await using dir = await mountDir();
  await dir.write("file", "");
  await dir.write("fixed/.keep", "");
  await dir.mount("--bind", dir.join("fixed"), dir.join("fixed"));
  await dir.mount("-o", "remount,bind,ro", dir.join("fixed"));
  for (const path of ["file", "file/state", "fixed", "fixed/state"]) {
    await assert.rejects(openState(outputContext(dir), dir.join(path)), failsWith("STATE_DIR", new RegExp(`^Cannot use the state directory ".*${path}": E[A-Z]+`), /--state-dir/), path);
  }
});

test("An update on a full disk fails, leaves the former file, and the next one writes both", async () => {
  await using dir = await mountDir();
  await mkdir(dir.join("small"));
  await dir.mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", dir.join("small"));
  await using state = await openState(outputContext(dir), dir.join("small"));
  await state.update((data) => (data.rejected["a"] = "1"));
  const long = "x".repeat(100_000);
  await assert.rejects(state.update((data) => (data.rejected["b"] = long)), failsWith("STATE_DIR", /^Cannot write ".*state\.json": ENOSPC/, /Make room/));
  assert.deepEqual((await readdir(dir.join("small"))).sort(), ["lock", "state.json"]);
  assert.deepEqual(JSON.parse(await readFile(dir.join("small/state.json"), "utf8")).rejected, { a: "1" });
  await state.update((data) => (data.rejected["b"] = "2"));
  assert.deepEqual(JSON.parse(await readFile(dir.join("small/state.json"), "utf8")).rejected, { a: "1", b: "2" });
});

test("A directory that is cleared away while it is used is made anew, with all that was in it and its lock", async () => {
  await using dir = await tempDir();
  const directory = dir.join("state");
  await using state = await openState(outputContext(dir), directory);
  await state.update((data) => (data.rejected["a"] = "1"));
  await rm(directory, { recursive: true });
  await state.update((data) => (data.rejected["b"] = "2"));
  assert.deepEqual(JSON.parse(await readFile(join(directory, "state.json"), "utf8")).rejected, { a: "1", b: "2" });
  assert.deepEqual([(await readdir(directory)).sort(), (await stat(directory)).mode & 0o777], [["lock", "state.json"], 0o700]);
  await rm(join(directory, "lock"));
  await state.update((data) => (data.rejected["c"] = "3"));
  assert.deepEqual((await readdir(directory)).sort(), ["lock", "state.json"]);
});

test("What a killed run left in the directory is removed, but not what the journal still needs nor what is not ours", async () => {
  await using dir = await tempDir();
  const needed = dir.join("staged/.a.conf.remora-012345678901");
  const journal = { a: { reload: false, files: [{ target: "/a", realTarget: "/a", staged: needed, hash: "1", backup: null }] } };
  await dir.write("state.json", JSON.stringify({ ...FULL, journal }));
  for (const name of ["state.json.01234567", "stage-0123456789ab/a", "staged/.b.conf.remora-012345678901", "staged/.a.conf.remora-012345678901", "state.json.corrupt-01234567", "notes.txt"]) await dir.write(name, "x");
  await using _ = await openState(outputContext(dir), dir.path);
  assert.deepEqual((await readdir(dir.path)).sort(), ["lock", "notes.txt", "staged", "state.json", "state.json.corrupt-01234567"]);
  assert.deepEqual(await readdir(dir.join("staged")), [".a.conf.remora-012345678901"]);
});
