import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isEnvelope, recipientsOf } from "../../src/core/opener.ts";
import type { Key } from "../../src/core/key.ts";
import { type PublicKey, publicKeyOf } from "../../src/secrets/keys.ts";
import { seal } from "../../src/secrets/seal.ts";
import { ALICE, BOB, CAROL, keyNumber, openWithKeys, PASSWORD, refusal, textIn } from "./support.ts";

const content = Buffer.from("hunter2");
const sealFor = (...keys: [PublicKey, ...PublicKey[]]) => seal({ content, path: PASSWORD, recipients: keys });

describe("seal()", () => {
  test("makes an envelope that names whom it is for", () => {
    const envelope = sealFor(ALICE.publicKey, BOB.publicKey);
    assert.match(envelope, /^remora:v1:[0-9a-f]{16}\+[0-9a-f]{16}:[A-Za-z0-9+/]+=*$/);
    assert.ok(isEnvelope(envelope));
    assert.deepEqual(recipientsOf(envelope), [ALICE.id, BOB.id]);
  });

  test("makes what each recipient opens by himself, and nobody else", () => {
    const envelope = sealFor(ALICE.publicKey, BOB.publicKey);
    assert.deepEqual([ALICE, BOB].map((key) => textIn(envelope, [key])), ["hunter2", "hunter2"]);
    assert.throws(() => textIn(envelope, [CAROL]), refusal("SECRET_KEY_MISSING", /./));
  });

  test("makes another envelope each time", () => {
    assert.notEqual(sealFor(ALICE.publicKey), sealFor(ALICE.publicKey));
  });

  test("counts a recipient that is named twice once", () => {
    assert.deepEqual(recipientsOf(sealFor(ALICE.publicKey, BOB.publicKey, ALICE.publicKey)), [ALICE.id, BOB.id]);
  });

  test("makes what opens at every key when it is given none", () => {
    const envelope = seal({ content, path: undefined, recipients: [ALICE.publicKey] });
    assert.deepEqual(openWithKeys(envelope, [ALICE], "/anywhere" as Key), { content: openWithKeys(envelope, [ALICE]).content, bound: false });
    assert.equal(textIn(envelope, [ALICE], "/anywhere" as Key), "hunter2");
  });

  test("refuses a public key that everybody shares the same with", () => {
    const lowOrder = publicKeyOf(new Uint8Array(32));
    assert.throws(() => sealFor(ALICE.publicKey, lowOrder), refusal("USAGE", /the public key is one that everybody can open$/));
  });

  test("refuses what would be too long to be opened", () => {
    assert.throws(() => seal({ content: new Uint8Array(1.6 * 1024 * 1024), path: PASSWORD, recipients: [ALICE.publicKey] }), refusal("USAGE", /longer than 2 MiB$/));
  });

  test("seals a megabyte, and for 64 keys, but not for 65", () => {
    const long = new Uint8Array(1024 * 1024).fill(65);
    assert.equal(openWithKeys(seal({ content: long, path: PASSWORD, recipients: [ALICE.publicKey] }), [ALICE]).content.length, long.length);
    const keys = Array.from({ length: 65 }, (_, number) => keyNumber(number + 1).publicKey) as [PublicKey, ...PublicKey[]];
    assert.equal(textIn(sealFor(...(keys.slice(0, 64) as typeof keys)), [keyNumber(64)]), "hunter2");
    assert.throws(() => sealFor(...keys), refusal("USAGE", /more than 64 keys$/));
  });

  test("refuses a key of more bytes than the form has room for", () => {
    assert.throws(() => seal({ content, path: `/${"a".repeat(65_535)}` as Key, recipients: [ALICE.publicKey] }), refusal("USAGE", /its key is too long$/));
  });

  test("a thousand values of a kilobyte open in under a second", () => {
    const kilobyte = new Uint8Array(1024).fill(120);
    const envelopes = Array.from({ length: 1_000 }, () => seal({ content: kilobyte, path: PASSWORD, recipients: [ALICE.publicKey] }));
    const start = process.cpuUsage();
    for (const envelope of envelopes) openWithKeys(envelope, [ALICE]);
    const { user, system } = process.cpuUsage(start);
    assert.ok(user + system < 1_000_000, `${(user + system) / 1_000} ms`);
  });
});
