import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { test } from "node:test";
import { recover } from "../../src/output/recover.ts";
import { type JournalEntry, openState, type StateData } from "../../src/output/state-file.ts";
import { sha256 } from "../../src/platform/hash.ts";
import { type TempDir, tempDir } from "../support/temp.ts";
import { bytes, outputContext } from "./support.ts";

const hashOf = (text: string) => sha256(bytes(text));

/** A commit that was to write "new" for an item that came, and to remove "old" of one that went; what is there is as a killed run left it. */
async function leave(dir: TempDir, files: Readonly<Record<string, string>>): Promise<JournalEntry> {
  await mkdir(dir.join("etc"));
  for (const [name, text] of Object.entries(files)) await dir.write(name, text);
  if (files["state/backup/old"] !== undefined) await chmod(dir.join("state/backup/old"), 0o640);
  return {
    reload: true,
    files: [{ target: dir.join("etc/new"), realTarget: dir.join("etc/new"), staged: dir.join("etc/.new.remora-0123456789ab"), hash: hashOf("new"), backup: null, each: true, sensitive: true, created: true }],
    removals: [{ target: dir.join("etc/old"), realTarget: dir.join("etc/old"), row: rowOf("old"), backup: dir.join("state/backup/old") }],
  };
}

function rowOf(text: string) {
  return { unit: "a", written: hashOf(text), applied: hashOf(text), each: true } as const;
}

async function restart(dir: TempDir, entry: JournalEntry): Promise<StateData> {
  await dir.write("state/state.json", JSON.stringify({ version: 1, journal: { a: entry }, targets: { [dir.join("etc/old")]: rowOf("old") } }));
  const context = outputContext(dir);
  await using state = await openState(context, dir.join("state"));
  await recover(state, { ports: context.ports, hash: sha256 });
  return JSON.parse(await readFile(dir.join("state/state.json"), "utf8")) as StateData;
}

test("A commit that was killed before its removals is finished: what went is removed, and what is known of both is right", async () => {
  await using dir = await tempDir();
  const data = await restart(dir, await leave(dir, { "etc/new": "new", "etc/old": "old", "state/backup/old": "old" }));
  assert.deepEqual(await readdir(dir.join("etc")), ["new"]);
  assert.deepEqual(data.targets, { [dir.join("etc/new")]: { unit: "a", written: hashOf("new"), each: true, sensitive: true } });
  assert.deepEqual([data.due["a"]?.created, data.due["a"]?.backups, data.due["a"]?.removed], [[dir.join("etc/new")], { [dir.join("etc/old")]: dir.join("state/backup/old") }, { [dir.join("etc/old")]: rowOf("old") }]);
});

test("A file that another hand changed after the kill is not removed", async () => {
  await using dir = await tempDir();
  await restart(dir, await leave(dir, { "etc/.new.remora-0123456789ab": "new", "etc/old": "by hand", "state/backup/old": "old" }));
  assert.deepEqual(await readdir(dir.join("etc")), ["new", "old"]);
  assert.equal(await readFile(dir.join("etc/old"), "utf8"), "by hand");
});

test("A commit that cannot be finished is undone: what came is removed, what went is back with its mode", async () => {
  await using dir = await tempDir();
  const entry = await leave(dir, { "etc/new": "new", "etc/two": "two", "state/backup/old": "old" });
  const lost = { target: dir.join("etc/two"), realTarget: dir.join("etc/two"), staged: dir.join("etc/.two.remora-0123456789ab"), hash: hashOf("lost"), backup: null };
  const data = await restart(dir, { ...entry, files: [...entry.files, lost] });
  assert.deepEqual(await readdir(dir.join("etc")), ["old", "two"]);
  assert.equal((await stat(dir.join("etc/old"))).mode & 0o777, 0o640);
  assert.deepEqual(data.targets, { [dir.join("etc/old")]: rowOf("old") });
  assert.deepEqual([data.due["a"]?.created, data.due["a"]?.removed], [undefined, undefined]);
});
