import assert from "node:assert/strict";
import { chmod, chown, mkdir, symlink } from "node:fs/promises";
import { describe, test } from "node:test";
import { systemFiles } from "../../src/platform/files.ts";
import { type Keyring, loadKeyring } from "../../src/secrets/keyring.ts";
import { memoryLog } from "../support/ports.ts";
import { tempDir } from "../support/temp.ts";
import { ALICE, BOB, writeKey } from "./support.ts";

const UID = process.getuid?.() ?? 0;
const STRANGER = 4_711;
const IS_ROOT = UID === 0;

describe("loadKeyring()", () => {
  test("reads files, and all files of directories", async () => {
    await using dir = await tempDir();
    const alone = await writeKey(dir, "web.key", ALICE);
    await writeKey(dir, "keys/db.key", BOB);
    const { keys, problems } = await load([alone, dir.join("keys")]);
    assert.deepEqual([...keys.keys()], [ALICE.id, BOB.id]);
    assert.deepEqual(problems, []);
  });

  for (const mode of [0o604, 0o640, 0o620, 0o601, 0o4644]) {
    test(`refuses a file of mode ${mode.toString(8)}, and says how to mend it`, async () => {
      await using dir = await tempDir();
      const file = await writeKey(dir, "web.key", ALICE, mode);
      const keyring = await load([file]);
      assert.match(onlyProblem(keyring), /^Cannot use the key file "\S+web.key": its mode 0?\d{3,4} lets others use it$/);
      assert.match(keyring.problems[0]?.hint ?? "", /^chmod 600 /);
      assert.equal(keyring.keys.size, 0);
    });
  }

  test("takes a file of mode 400", async () => {
    await using dir = await tempDir();
    assert.equal((await load([await writeKey(dir, "web.key", ALICE, 0o400)])).keys.size, 1);
  });

  test("uses an unsafe file when it is told to, with a warning that names it", async () => {
    await using dir = await tempDir();
    const file = await writeKey(dir, "web.key", ALICE, 0o644);
    const log = memoryLog();
    const { keys, problems } = await load([file], { insecure: true, log });
    assert.deepEqual([keys.size, problems.length], [1, 0]);
    assert.deepEqual(log.lines, [{ level: "warn", message: "Key file is not safe, used all the same", fields: { file, reason: "its mode 0644 lets others use it" } }]);
  });

  test("follows a symlink and judges the file behind it", async () => {
    await using dir = await tempDir();
    await writeKey(dir, "..2026/web.key", ALICE);
    await writeKey(dir, "..2026/db.key", BOB, 0o644);
    await symlink("..2026", dir.join("..data"));
    for (const name of ["web.key", "db.key"]) await symlink(`..data/${name}`, dir.join(name));
    const keyring = await load([dir.path]);
    assert.deepEqual([...keyring.keys.keys()], [ALICE.id]);
    assert.match(onlyProblem(keyring), /db.key": its mode 0644 lets others use it$/);
    assert.match(keyring.problems[0]?.hint ?? "", /\.\.2026\/db\.key/);
  });

  test("reads no public keys and no hidden files of a directory", async () => {
    await using dir = await tempDir();
    await writeKey(dir, "web.key", ALICE);
    await dir.write("web.pub", "remora-public-key:v1:...");
    await dir.write(".web.key.swp", "junk");
    assert.deepEqual((await load([dir.path])).problems, []);
  });

  test("tells of what is not there, is empty, damaged or no file, and reads the rest", async () => {
    await using dir = await tempDir();
    await mkdir(dir.join("none"));
    await symlink("loop", dir.join("loop"));
    const damaged = await dir.write("damaged.key", "junk");
    await chmod(damaged, 0o600);
    const { keys, problems } = await load([dir.join("absent.key"), dir.join("none"), damaged, dir.join("loop"), "/dev/null", await writeKey(dir, "web.key", ALICE)]);
    assert.deepEqual([...keys.keys()], [ALICE.id]);
    assert.deepEqual(problems.map(({ code, message }) => `${code} ${message.replace(dir.path, "").replace(/: ELOOP.*/, ": ELOOP")}`), [
      'KEYRING_INVALID Cannot use the key file "/absent.key": there is no such file',
      'KEYRING_INVALID Cannot use the key directory "/none": there is no file in it',
      'KEYRING_INVALID Cannot use the key file "/damaged.key": this line is no private key',
      'KEYRING_INVALID Cannot use the key file "/loop": ELOOP',
      'KEYRING_INVALID Cannot use the key file "/dev/null": it is not a file',
    ]);
  });

  // Other users' files can be made, and other users be, by root alone.
  if (IS_ROOT) {
    test("refuses a file that belongs to another user than this one and root", async () => {
      await using dir = await tempDir();
      const file = await writeKey(dir, "web.key", ALICE);
      await chown(file, STRANGER, 0);
      assert.match(onlyProblem(await load([file])), new RegExp(`it belongs to user ${STRANGER}, and this is user 0$`));
      assert.equal((await load([file], { uid: STRANGER })).keys.size, 1);
    });

    test("takes a file of root for another user, as secrets are mounted", async () => {
      await using dir = await tempDir();
      assert.equal((await load([await writeKey(dir, "web.key", ALICE)], { uid: STRANGER })).keys.size, 1);
    });

    test("tells of files and directories that this user may not read", async () => {
      await using dir = await tempDir();
      await chmod(dir.path, 0o755);
      const file = await writeKey(dir, "web.key", ALICE);
      await writeKey(dir, "keys/db.key", BOB);
      await chmod(dir.join("keys"), 0o700);
      const { problems } = await asUser(STRANGER, () => load([file, dir.join("keys"), dir.join("keys/db.key")], { uid: STRANGER }));
      assert.deepEqual(problems.map(({ message }) => message.replace(dir.path, "").replace(/: EACCES.*/, ": EACCES")), [
        'Cannot use the key file "/web.key": EACCES',
        'Cannot use the key directory "/keys": EACCES',
        'Cannot use the key file "/keys/db.key": EACCES',
      ]);
    });
  }
});

function load(paths: readonly string[], options: { insecure?: boolean; log?: ReturnType<typeof memoryLog>; uid?: number } = {}): Promise<Keyring> {
  return loadKeyring({ paths, insecure: false, log: memoryLog(), uid: UID, files: systemFiles, ...options });
}

function onlyProblem({ problems }: Keyring): string {
  assert.equal(problems.length, 1);
  return problems[0]?.message ?? "";
}

/** Acts as another user; other tests of this process must not run meanwhile. */
async function asUser<T>(uid: number, act: () => Promise<T>): Promise<T> {
  process.seteuid?.(uid);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}
