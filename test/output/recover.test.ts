import assert from "node:assert/strict";
import { chmod, chown, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { test } from "node:test";
import { recover } from "../../src/output/recover.ts";
import { openState, type JournalFile, type StateData } from "../../src/output/state-file.ts";
import { sha256 } from "../../src/platform/hash.ts";
import type { TempDir } from "../support/temp.ts";
import { bytes, type MountDir, mountDir, outputContext } from "./support.ts";

const FINISHED = "Finished a commit that a killed run had begun";
const UNDONE = "Undid a commit that a killed run had begun";

/** A file as a killed run left it; what is undefined is not there. */
interface Left {
  readonly name: string;
  readonly target?: string;
  readonly staged?: string;
  readonly backup?: string;
  /** Where it is staged, if not beside its target. */
  readonly stagedIn?: string;
}

/** Lays out the files, each of which was to become "new NAME", and answers their part of the journal. */
async function leave(dir: TempDir, files: readonly Left[]): Promise<JournalFile[]> {
  return Promise.all(
    files.map(async ({ name, target, staged, backup, stagedIn = "etc" }) => {
      const paths = { target: dir.join("etc", name), staged: dir.join(stagedIn, `.${name}.remora-0123456789ab`), backup: dir.join("state/backup", name) };
      for (const [path, content] of [[paths.target, target], [paths.staged, staged], [paths.backup, backup]] as const) {
        if (content !== undefined) await dir.write(path.slice(dir.path.length), content);
      }
      return { target: paths.target, realTarget: paths.target, staged: paths.staged, hash: sha256(bytes(`new ${name}`)), backup: backup === undefined ? null : paths.backup };
    }),
  );
}

/** Starts over with a journal of unit "a"; answers what is remembered then, and what was logged. */
async function restart(dir: TempDir, files: readonly JournalFile[], { reload = false, more = {} }: { reload?: boolean; more?: Partial<StateData> } = {}): Promise<{ data: Readonly<StateData>; messages: readonly string[] }> {
  await dir.write("state/state.json", JSON.stringify({ version: 1, journal: { a: { reload, files } }, ...more }));
  const context = outputContext(dir);
  await using state = await openState(context, dir.join("state"));
  await recover(state, { ports: context.ports, hash: sha256 });
  const data = JSON.parse(await readFile(dir.join("state/state.json"), "utf8")) as StateData;
  assert.deepEqual(data.journal, {});
  return { data, messages: context.messages };
}

async function contents(dir: TempDir): Promise<Record<string, string>> {
  const names = (await readdir(dir.join("etc"))).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(dir.join("etc", name), "utf8")])));
}

async function prepare(): Promise<MountDir> {
  const dir = await mountDir();
  await mkdir(dir.join("etc"));
  return dir;
}

test("Files that are still staged are swapped in, with the mode and owner that they were staged with", async () => {
  await using dir = await prepare();
  const journal = await leave(dir, [{ name: "one", target: "old one", staged: "new one" }, { name: "two", staged: "new two" }]);
  await chown(journal[0]?.staged ?? "", 1234, 2345);
  await chmod(journal[0]?.staged ?? "", 0o640);
  const { data, messages } = await restart(dir, journal);
  assert.deepEqual(await contents(dir), { one: "new one", two: "new two" });
  const { mode, uid, gid } = await stat(dir.join("etc/one"));
  assert.deepEqual([mode & 0o7777, uid, gid], [0o640, 1234, 2345]);
  const hash = journal[0]?.hash;
  assert.deepEqual(data.targets[dir.join("etc/one")], { unit: "a", written: hash, applied: hash });
  assert.deepEqual([data.due, messages], [{}, [FINISHED]]);
});

test("A commit that was killed between two renames is finished, and its reload is due with the copies for a rollback", async () => {
  await using dir = await prepare();
  const journal = await leave(dir, [{ name: "one", target: "new one", backup: "old one" }, { name: "two", target: "old two", staged: "new two", backup: "old two" }]);
  const { data, messages } = await restart(dir, journal, { reload: true });
  assert.deepEqual(await contents(dir), { one: "new one", two: "new two" });
  assert.deepEqual(data.targets[dir.join("etc/two")], { unit: "a", written: journal[1]?.hash });
  const { since, ...due } = data.due["a"] ?? { since: "" };
  assert.ok(Math.abs(Date.parse(since) - Date.now()) < 60_000, since);
  assert.deepEqual(due, { attempts: 0, backups: { [dir.join("etc/one")]: dir.join("state/backup/one"), [dir.join("etc/two")]: dir.join("state/backup/two") } });
  assert.deepEqual(messages, [FINISHED]);
});

test("A reload that was due before stays due since then, with the copies of what last ran", async () => {
  await using dir = await prepare();
  const journal = await leave(dir, [{ name: "one", target: "new one", backup: "old one" }]);
  const due = { since: "2020-01-01T00:00:00.000Z", attempts: 4, backups: { [dir.join("etc/one")]: "/older" } };
  const applied = { unit: "a", written: "1", applied: "0", sensitive: true } as const;
  const { data } = await restart(dir, journal, { reload: true, more: { due: { a: due }, targets: { [dir.join("etc/one")]: applied } } });
  assert.deepEqual(data.due["a"], due);
  assert.deepEqual(data.targets[dir.join("etc/one")], { ...applied, written: journal[0]?.hash });
});

for (const [what, staged] of [["damaged", "half a n"], ["gone", undefined]] as const) {
  test(`A commit is undone when one of its staged files is ${what}`, async () => {
    await using dir = await prepare();
    const journal = await leave(dir, [{ name: "one", target: "new one", backup: "old one" }, { name: "two", target: "old two", backup: "old two", ...(staged === undefined ? {} : { staged }) }]);
    await chmod(dir.join("etc/one"), 0o640);
    const { data, messages } = await restart(dir, journal);
    assert.deepEqual(await contents(dir), { one: "old one", two: "old two" });
    assert.equal((await stat(dir.join("etc/one"))).mode & 0o7777, 0o640);
    const hash = sha256(bytes("old one"));
    assert.deepEqual(data.targets, { [dir.join("etc/one")]: { unit: "a", written: hash, applied: hash } });
    assert.deepEqual(messages, [UNDONE]);
  });
}

test("A target that was written in place when the kill came is written again", async () => {
  await using dir = await prepare();
  const journal = await leave(dir, [{ name: "one", target: "", staged: "new one", stagedIn: "state/staged" }]);
  const source = await dir.write("host/one", "new of old");
  await dir.mount("--bind", source, dir.join("etc/one"));
  const { messages } = await restart(dir, journal);
  assert.equal(await readFile(source, "utf8"), "new one");
  assert.deepEqual([await readdir(dir.join("state/staged")), messages], [[], [FINISHED]]);
});

test("A target that was half-written in place has its former content back when what was staged is gone", async () => {
  await using dir = await prepare();
  const journal = await leave(dir, [{ name: "one", target: "", backup: "old one" }]);
  const source = await dir.write("host/one", "new of old");
  await dir.mount("--bind", source, dir.join("etc/one"));
  const { messages } = await restart(dir, journal);
  assert.equal(await readFile(source, "utf8"), "old one");
  assert.deepEqual(messages, ["Target cannot be swapped, it is written in place", UNDONE]);
});

test("A target whose directory is gone keeps nobody from starting", async () => {
  await using dir = await prepare();
  const journal = await leave(dir, [{ name: "one", target: "old one", staged: "new one" }]);
  await rm(dir.join("etc"), { recursive: true });
  const { data, messages } = await restart(dir, journal, { reload: true });
  assert.deepEqual([Object.keys(data.due), data.targets, messages], [["a"], {}, [UNDONE]]);
});

test("A commit whose second file cannot be swapped in any more is undone as a whole", async () => {
  await using dir = await prepare();
  const journal = await leave(dir, [{ name: "one", target: "old one", staged: "new one", backup: "old one" }, { name: "two", staged: "new two" }]);
  await mkdir(dir.join("etc/two/below"), { recursive: true });
  const { messages } = await restart(dir, journal);
  assert.equal(await readFile(dir.join("etc/one"), "utf8"), "old one");
  assert.deepEqual(await readdir(dir.join("etc")), ["one", "two"]);
  assert.deepEqual(messages, ["Cannot finish a commit that a killed run had begun", UNDONE]);
});

test("A commit that can be neither finished nor undone is reported, and the other units are recovered", async () => {
  await using dir = await prepare();
  const [one, two] = [await leave(dir, [{ name: "one", staged: "new one", backup: "old one" }]), await leave(dir, [{ name: "two", staged: "new two" }])];
  await mkdir(dir.join("etc/one/below"), { recursive: true });
  const { messages } = await restart(dir, one, { more: { journal: { a: { reload: false, files: one }, b: { reload: false, files: two } } } });
  assert.equal(await readFile(dir.join("etc/two"), "utf8"), "new two");
  assert.deepEqual(messages, ["Cannot finish a commit that a killed run had begun", "Cannot undo a commit that a killed run had begun", FINISHED]);
});

test("A start without a journal writes nothing", async () => {
  await using dir = await prepare();
  const context = outputContext(dir);
  await using state = await openState(context, dir.join("state"));
  await recover(state, { ports: context.ports, hash: sha256 });
  assert.deepEqual([await readdir(dir.join("state")), context.messages], [["lock"], []]);
});
