import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import * as openpgp from "openpgp";
import { AppError } from "../../src/core/error.ts";
import { type TempDir, tempDir } from "../support/temp.ts";
import { makeKey, openerOf, PATH, sealFor, writeKeyring } from "./crypt-support.ts";
import { refusal } from "./support.ts";

const VALUE = "correct horse battery staple";
const DAY_MS = 24 * 60 * 60 * 1_000;

describe("The OpenPGP keyring", () => {
  let directory: TempDir;
  let one: Awaited<ReturnType<typeof makeKey>>;
  let two: typeof one;
  before(async () => ([directory, one, two] = await Promise.all([tempDir(), makeKey(), makeKey()])) && undefined);
  after(() => directory?.[Symbol.asyncDispose]());

  const sealed = (...keys: (typeof one)[]) => sealFor(keys.map(({ publicKey }) => publicKey), gzipSync(VALUE));
  const opens = async (files: readonly string[], value: string) => assert.equal(Buffer.from(await (await openerOf(files))(value, PATH)).toString(), VALUE);
  const errorOf = async (files: readonly string[], value: string): Promise<AppError> => {
    try {
      await (await openerOf(files))(value, PATH);
    } catch (thrown) {
      if (thrown instanceof AppError) return thrown;
    }
    throw new Error("It was opened, or failed in another way");
  };

  test("may be armored or binary, of one file or several, of one key or several", async () => {
    const armored = await writeKeyring(directory, "one.asc", one.privateKey.armor());
    const binary = await writeKeyring(directory, "two.gpg", two.privateKey.write());
    const ring = await writeKeyring(directory, "ring.gpg", Buffer.concat([one.privateKey.write(), two.privateKey.write()]));
    for (const files of [[armored, binary], [ring]]) {
      await opens(files, await sealed(one));
      await opens(files, await sealed(two));
    }
  });

  test("of armored keys that were appended to each other has them all, and public ones beside them do no harm", async () => {
    const file = await writeKeyring(directory, "appended.asc", `Keys of the team\n${one.publicKey.armor()}${one.privateKey.armor()}\n${two.privateKey.armor()}`);
    await opens([file], await sealed(one));
    await opens([file], await sealed(two));
  });

  test("opens with a key that has expired", async () => {
    const past = new Date(Date.now() - 2 * DAY_MS);
    const old = await makeKey({ date: past, keyExpirationTime: DAY_MS / 1_000 });
    const value = await sealFor([old.publicKey], gzipSync(VALUE), { date: new Date(past.getTime() + 60_000) });
    await opens([await writeKeyring(directory, "old.gpg", old.privateKey.write())], value);
  });

  test("tells of a key with a passphrase, or of one whose secret is elsewhere, and uses the others", async () => {
    const locked = await openpgp.encryptKey({ privateKey: two.privateKey, passphrase: "x" });
    const stub = await makeKey();
    for (const packet of [stub.privateKey.keyPacket, ...stub.privateKey.subkeys.map(({ keyPacket }) => keyPacket)]) (packet as openpgp.SecretKeyPacket).makeDummy();
    for (const [key, name, why] of [[two, locked, "has a passphrase"], [stub, stub.privateKey, "is a stub without the secret itself, as of a smart card"]] as const) {
      const file = await writeKeyring(directory, "mixed.gpg", Buffer.concat([name.write(), one.privateKey.write()]));
      await opens([file], await sealed(one));
      const error = await errorOf([file], await sealed(key));
      assert.equal(error.code, "SECRET_KEY_MISSING");
      assert.ok(error.message.endsWith(`sealed for OpenPGP key ${key.id}, which the keyring does not have (Cannot use the OpenPGP keyring "${file}": its key ${name.getKeyID().toHex()} ${why})`), error.message);
    }
  });

  test("says which file cannot be used and why, and opens what the others open", async () => {
    const good = await writeKeyring(directory, "good.gpg", one.privateKey.write());
    const bad: readonly (readonly [string, string])[] = [
      [directory.join("absent.gpg"), "there is no such file"],
      [directory.path, "it is not a file"],
      [await writeKeyring(directory, "empty.gpg", ""), "it is not one, or damaged"],
      [await writeKeyring(directory, "text.gpg", "hello\n"), "it is not one, or damaged"],
      [await writeKeyring(directory, "cut.gpg", two.privateKey.write().subarray(0, 100)), "it is not one, or damaged"],
      [await writeKeyring(directory, "cut.asc", two.privateKey.armor().slice(0, 300)), "it is not one, or damaged"],
      [await writeKeyring(directory, "public.asc", two.publicKey.armor()), "there is no secret key in it"],
      [await writeKeyring(directory, "public.gpg", two.publicKey.write()), "there is no secret key in it"],
      [await writeKeyring(directory, "open.gpg", two.privateKey.write(), 0o640), "its mode 0640 lets others use it"],
    ];
    for (const [file, why] of bad) {
      await opens([file, good], await sealed(one, two));
      const { code, message, hint } = await errorOf([file, good], await sealed(two));
      assert.equal(code, "SECRET_KEY_MISSING");
      assert.match(message, new RegExp(`key ${two.id}, which the keyring does not have \\(Cannot use the \\w+ \\w+ "${file}": ${why}\\)$`));
      assert.notEqual(hint, undefined);
    }
  });

  test("that others can read is used when that is accepted", async () => {
    const file = await writeKeyring(directory, "accepted.gpg", one.privateKey.write(), 0o644);
    assert.equal(Buffer.from(await (await openerOf([file], { insecure: true }))(await sealed(one), PATH)).toString(), VALUE);
  });

  test("that is not configured is named in the hint", async () => {
    const error = await errorOf([], await sealed(one));
    assert.ok(refusal("SECRET_KEY_MISSING", /which the keyring does not have$/)(error));
    assert.match(error.hint ?? "", /^No OpenPGP keyring is configured/);
  });
});
