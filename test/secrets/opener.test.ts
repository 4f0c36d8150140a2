import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import type { Value } from "../../src/core/entry.ts";
import type { Key } from "../../src/core/key.ts";
import type { Sealed } from "../../src/core/opener.ts";
import type { PublicKey } from "../../src/secrets/keys.ts";
import { createOpener, type KeyringOpener } from "../../src/secrets/opener.ts";
import { seal } from "../../src/secrets/seal.ts";
import { realPorts } from "../support/ports.ts";
import { tempDir } from "../support/temp.ts";
import { ALICE, BOB, PASSWORD, writeKey } from "./support.ts";

describe("the opener", () => {
  test("opens what was prepared, and nothing before", async () => {
    await using dir = await tempDir();
    const { opener } = await openerWith([await writeKey(dir, "web.key", ALICE)]);
    const sealed = sealedFor(ALICE.publicKey);
    assert.equal(opener.opened(sealed), undefined);
    await opener.prepare([sealed]);
    assert.equal(valueOf(opener, sealed), "hunter2");
  });

  test("keeps what it opened out of what is printed", async () => {
    await using dir = await tempDir();
    const { opener, masked } = await openerWith([await writeKey(dir, "web.key", ALICE)]);
    const sealed = sealedFor(ALICE.publicKey);
    await opener.prepare([sealed]);
    assert.deepEqual(masked, ["hunter2"]);
    const printed = `${inspect(opener.opened(sealed), { depth: 9, showHidden: true })}${JSON.stringify(opener.opened(sealed))}`;
    assert.ok(!printed.includes("hunter2"), printed);
  });

  test("opens a value once, and one that changed anew, and that one only", async () => {
    await using dir = await tempDir();
    const { opener, masked } = await openerWith([await writeKey(dir, "web.key", ALICE)]);
    const [one, two] = [sealedFor(ALICE.publicKey, "first value", "/one"), sealedFor(ALICE.publicKey, "second value", "/two")];
    await opener.prepare([one, two]);
    const changed = sealedFor(ALICE.publicKey, "third value", "/two");
    await opener.prepare([one, changed]);
    assert.deepEqual(masked, ["first value", "second value", "third value"]);
    assert.equal(valueOf(opener, changed), "third value");
  });

  test("looks at no file before a value is there to be opened, and then once until it is told to look again", async () => {
    await using dir = await tempDir();
    const { opener, read } = await openerWith([await writeKey(dir, "web.key", ALICE)]);
    await opener.prepare([]);
    opener.opened(sealedFor(ALICE.publicKey));
    assert.equal(read.length, 0);
    await opener.prepare([sealedFor(ALICE.publicKey), sealedFor(BOB.publicKey)]);
    await opener.prepare([sealedFor(ALICE.publicKey)]);
    assert.deepEqual(read, [dir.join("web.key")]);
    opener.reload();
    await opener.prepare([sealedFor(ALICE.publicKey)]);
    assert.equal(read.length, 2);
  });

  test("keeps bytes that are not UTF-8 as they are", async () => {
    await using dir = await tempDir();
    const { opener } = await openerWith([await writeKey(dir, "web.key", ALICE)]);
    const bytes = Uint8Array.of(0, 255, 254, 10);
    const sealed = sealedFor(ALICE.publicKey, bytes);
    await opener.prepare([sealed]);
    assert.deepEqual(valueOf(opener, sealed), bytes);
  });

  test("answers what it cannot open with the reason, and opens the rest", async () => {
    await using dir = await tempDir();
    const { opener } = await openerWith([await writeKey(dir, "web.key", ALICE)]);
    const [bad, good] = [sealedFor(BOB.publicKey), sealedFor(ALICE.publicKey)];
    await opener.prepare([bad, good]);
    assert.equal(errorOf(opener, bad).code, "SECRET_KEY_MISSING");
    assert.match(errorOf(opener, bad).message, new RegExp(`"/db/password": it is sealed for key ${BOB.id}, which the keyring does not have$`));
    assert.equal(valueOf(opener, good), "hunter2");
  });

  test("refuses a value that was copied to another key", async () => {
    await using dir = await tempDir();
    const { opener } = await openerWith([await writeKey(dir, "web.key", ALICE)]);
    const copied = sealedAt("/db/copy", sealedFor(ALICE.publicKey).entry.value);
    await opener.prepare([copied]);
    assert.equal(errorOf(opener, copied).code, "SECRET_WRONG_PATH");
  });

  test("says which key files could not be used when a key is missing", async () => {
    await using dir = await tempDir();
    const { opener } = await openerWith([dir.join("absent.key"), await writeKey(dir, "web.key", ALICE, 0o644)]);
    const sealed = sealedFor(ALICE.publicKey);
    await opener.prepare([sealed]);
    assert.match(errorOf(opener, sealed).message, /does not have \(.*absent\.key": there is no such file; .*web\.key": its mode 0644 lets others use it\)$/);
  });

  test("says that there is no keyring when none is configured", async () => {
    const { opener } = await openerWith([]);
    const sealed = sealedFor(ALICE.publicKey);
    await opener.prepare([sealed]);
    assert.match(errorOf(opener, sealed).hint ?? "", /^No keyring is configured/);
  });

  test("picks up a key that was mounted later once it is told to look again", async () => {
    await using dir = await tempDir();
    const { opener } = await openerWith([dir.join("web.key")]);
    const sealed = sealedFor(ALICE.publicKey);
    await opener.prepare([sealed]);
    await writeKey(dir, "web.key", ALICE);
    await opener.prepare([sealed]);
    assert.equal(errorOf(opener, sealed).code, "SECRET_KEY_MISSING");
    opener.reload();
    assert.equal(opener.opened(sealed), undefined);
    await opener.prepare([sealed]);
    assert.equal(valueOf(opener, sealed), "hunter2");
  });

  test("keeps what is open when it looks again, though the key is gone", async () => {
    await using dir = await tempDir();
    const { opener, masked } = await openerWith([await writeKey(dir, "web.key", ALICE)]);
    const sealed = sealedFor(ALICE.publicKey);
    await opener.prepare([sealed]);
    await dir.write("web.key", "");
    opener.reload();
    await opener.prepare([sealed]);
    assert.deepEqual([valueOf(opener, sealed), masked.length], ["hunter2", 1]);
  });

  test("does not remember a refusal of the keyring that it had before it was told to look again", async () => {
    await using dir = await tempDir();
    const { opener } = await openerWith([dir.join("web.key")]);
    const sealed = sealedFor(ALICE.publicKey);
    const preparing = opener.prepare([sealed]);
    opener.reload();
    await preparing;
    assert.equal(opener.opened(sealed), undefined);
  });
});

async function openerWith(keyring: readonly string[]): Promise<{ readonly opener: KeyringOpener; readonly masked: Value[]; readonly read: string[] }> {
  const masked: Value[] = [];
  const read: string[] = [];
  const { files, ...others } = realPorts();
  const counting = { ...files, read: (path: string) => (read.push(path), files.read(path)) };
  const ports = { ...others, files: counting, mask: { add: (value: Value) => void masked.push(value) } };
  return { opener: createOpener({ keyring, openpgpKeyring: [], insecure: false, ports, uid: process.getuid?.() ?? 0 }), masked, read };
}

function sealedFor(recipient: PublicKey, content: Value = "hunter2", path: string = PASSWORD): Sealed {
  return sealedAt(path, seal({ content: Buffer.from(content as string), path: path as Key, recipients: [recipient] }));
}

function sealedAt(path: string, value: string): Sealed {
  return { form: "remora", entry: { key: path as Key, value, revision: 1 } };
}

function valueOf(opener: KeyringOpener, sealed: Sealed): Value {
  const opened = opener.opened(sealed);
  assert.ok(opened?.kind === "opened", inspect(opened));
  return opened.secret.reveal();
}

function errorOf(opener: KeyringOpener, sealed: Sealed) {
  const opened = opener.opened(sealed);
  assert.ok(opened?.kind === "refused", inspect(opened));
  return opened.error;
}
