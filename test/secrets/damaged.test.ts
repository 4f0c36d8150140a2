import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AppError, type ErrorCode } from "../../src/core/error.ts";
import type { Key } from "../../src/core/key.ts";
import { seal } from "../../src/secrets/seal.ts";
import { ALICE, BOB, CAROL, keyNumber, openWithKeys, PASSWORD, refusal, textIn, withBytes } from "./support.ts";

const VALUE = "correct horse battery staple";
const envelope = seal({ content: Buffer.from(VALUE), path: PASSWORD, recipients: [ALICE.publicKey] });
const BASE64 = envelope.slice(envelope.lastIndexOf(":") + 1);
const manyIds = Array.from({ length: 65 }, (_, number) => keyNumber(number + 20).id).join("+");

const DAMAGE: readonly (readonly [string, string, ErrorCode, string])[] = [
  ["that is empty", "", "SECRET_MALFORMED", "it is empty"],
  ["of white space", " \n", "SECRET_MALFORMED", "it is empty"],
  ["that is oversized", `${envelope}${"A".repeat(2 * 1024 * 1024)}`, "SECRET_MALFORMED", "it is longer than 2 MiB"],
  ["that is plain text", VALUE, "SECRET_MALFORMED", "it is not sealed"],
  ["of version 2", envelope.replace(":v1:", ":v2:"), "SECRET_MALFORMED", "its form is v2, and this Remora knows v1"],
  ["of a version without end", `remora:v${"1".repeat(9_999)}:`, "SECRET_MALFORMED", "it is not sealed"],
  ["cut within the key id", envelope.slice(0, 16), "SECRET_MALFORMED", "it has not the form remora:v1:ID:BASE64"],
  ["cut behind the key id", envelope.slice(0, 27), "SECRET_MALFORMED", "there is nothing behind its key id"],
  ["with a part too many", `${envelope}:more`, "SECRET_MALFORMED", "it has not the form remora:v1:ID:BASE64"],
  ["with a key id in capitals", envelope.replace(ALICE.id, ALICE.id.toUpperCase()), "SECRET_MALFORMED", "its key id is not 16 hexadecimal digits"],
  ["with an empty key id", envelope.replace(ALICE.id, `${ALICE.id}+`), "SECRET_MALFORMED", "its key id is not 16 hexadecimal digits"],
  ["with a key id twice", envelope.replace(ALICE.id, `${ALICE.id}+${ALICE.id}`), "SECRET_MALFORMED", "it names a key id twice"],
  ["for 65 keys", envelope.replace(ALICE.id, manyIds), "SECRET_MALFORMED", "it names more than 64 keys"],
  ["that is not base64", envelope.replace(BASE64, `*${BASE64.slice(1)}`), "SECRET_MALFORMED", "it is not base64"],
  ["in base64 for URLs", envelope.replace(BASE64, Buffer.alloc(99, 255).toString("base64url")), "SECRET_MALFORMED", "it is not base64"],
  ["wrapped into lines", envelope.replace(BASE64, `${BASE64.slice(0, 40)}\n${BASE64.slice(40)}`), "SECRET_MALFORMED", "it is not base64"],
  ["whose last digit of base64 has idle bits", envelope.replace(BASE64, `${"A".repeat(98)}B=`), "SECRET_MALFORMED", "it is not base64"],
  ["cut within the sealed bytes", withBytes(envelope, (bytes) => bytes.subarray(0, 60)), "SECRET_MALFORMED", "it is cut short"],
  ["with a byte too few", withBytes(envelope, (bytes) => bytes.subarray(0, -1)), "SECRET_TAMPERED", "it was changed after it was sealed"],
  ["with a byte too many", withBytes(envelope, (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])), "SECRET_TAMPERED", "it was changed after it was sealed"],
  ["whose ephemeral key shares nothing", withBytes(envelope, (bytes) => bytes.fill(0, 0, 32)), "SECRET_TAMPERED", "it was changed after it was sealed"],
];

describe("open()", () => {
  for (const [what, damaged, code, why] of DAMAGE) {
    test(`refuses an envelope ${what}`, () => {
      const error = errorOf(() => openWithKeys(damaged, [ALICE]));
      assert.equal(error.code, code);
      assert.match(error.message, /^Cannot open the sealed value of "\/db\/password"/);
      assert.ok(error.message.endsWith(`: ${why}`), error.message);
      assert.ok(!`${error.message}${error.hint}`.includes(VALUE), error.message);
    });
  }

  test("refuses an envelope of which any one bit is another", () => {
    for (let bit = 0; bit < Buffer.from(BASE64, "base64").length * 8; bit += 1) {
      const flipped = withBytes(envelope, (bytes) => (bytes.writeUInt8((bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3), bytes));
      assert.throws(() => openWithKeys(flipped, [ALICE]), refusal("SECRET_TAMPERED", /changed after it was sealed/), `bit ${bit}`);
    }
  });

  test("refuses a value that stands at another key, and says for which it was sealed", () => {
    assert.throws(() => openWithKeys(envelope, [ALICE], "/db/other" as Key), refusal("SECRET_WRONG_PATH", /value of "\/db\/other" with key \w{16}: it was sealed for "\/db\/password" and stands at another key$/));
  });

  test("refuses what is sealed for keys that are not here, and names them", () => {
    const forTwo = seal({ content: Buffer.from(VALUE), path: PASSWORD, recipients: [ALICE.publicKey, BOB.publicKey] });
    assert.throws(() => openWithKeys(forTwo, [CAROL]), refusal("SECRET_KEY_MISSING", new RegExp(`it is sealed for key ${ALICE.id} or ${BOB.id}, which the keyring does not have$`)));
  });

  test("refuses what was sealed for another key under the id of one that is here", () => {
    assert.throws(() => openWithKeys(envelope.replace(ALICE.id, BOB.id), [BOB]), refusal("SECRET_TAMPERED", new RegExp(`with key ${BOB.id}: it was changed`)));
  });

  test("refuses an envelope to which somebody added himself, so that rotation does not seal for him", () => {
    const added = withBytes(envelope.replace(ALICE.id, `${ALICE.id}+${BOB.id}`), (bytes) => Buffer.concat([bytes, bytes.subarray(56)]));
    assert.throws(() => openWithKeys(added, [ALICE]), refusal("SECRET_TAMPERED", /it names other keys than it was sealed for$/));
  });

  test("refuses an envelope from which a recipient was taken", () => {
    const forTwo = seal({ content: Buffer.from(VALUE), path: PASSWORD, recipients: [ALICE.publicKey, BOB.publicKey] });
    const taken = withBytes(forTwo.replace(`+${BOB.id}`, ""), (bytes) => bytes.subarray(0, 56 + (bytes.length - 56) / 2));
    assert.throws(() => openWithKeys(taken, [ALICE]), refusal("SECRET_TAMPERED", /it names other keys/));
  });

  test("shows a path that somebody chose for harm on one line of bounded length", () => {
    const crafted = seal({ content: Buffer.from(VALUE), path: `/a\n\u001b[2J${"b".repeat(9_999)}` as Key, recipients: [ALICE.publicKey] });
    const { message } = errorOf(() => openWithKeys(crafted, [ALICE]));
    assert.match(message, /sealed for "\/a\\n\\u001b\[2Jb+\.\.\." and/);
    assert.ok(message.length < 500);
  });

  test("shows no character of such a path that moves a terminal's cursor or turns its text around", () => {
    const crafted = seal({ content: Buffer.from(VALUE), path: "/a\u007f\u009b2J\u202e\u2066" as Key, recipients: [ALICE.publicKey] });
    assert.match(errorOf(() => openWithKeys(crafted, [ALICE])).message, /sealed for "\/a\\u007f\\u009b2J\\u202e\\u2066" and/);
  });

  test("takes a line break behind an envelope for no part of it", () => {
    assert.equal(textIn(`${envelope}\r\n`, [ALICE]), VALUE);
  });
});

function errorOf(act: () => unknown): AppError {
  try {
    act();
  } catch (thrown) {
    assert.ok(thrown instanceof AppError, String(thrown));
    return thrown;
  }
  return assert.fail("nothing was thrown");
}
