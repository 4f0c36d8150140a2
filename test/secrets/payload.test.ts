import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sealBoxes } from "../../src/secrets/box.ts";
import { formatEnvelope } from "../../src/secrets/envelope.ts";
import { formatPayload, parsePayload } from "../../src/secrets/payload.ts";
import { ALICE, BOB, keyNumber, openWithKeys, refusal } from "./support.ts";

const RECIPIENTS = [ALICE.id, BOB.id];
const PATH = Buffer.from("/db/password");
const HEAD_LENGTH = 2 + 2 * 8;

describe("parsePayload()", () => {
  test("reads what was written", () => {
    for (const path of [PATH, undefined]) {
      const payload = { recipients: RECIPIENTS, path, content: Buffer.from("hunter2") };
      assert.deepEqual(parsePayload(formatPayload(payload) ?? Buffer.alloc(0)), payload);
    }
  });

  test("refuses what ends within its ids or its key", () => {
    const whole = formatPayload({ recipients: RECIPIENTS, path: PATH, content: new Uint8Array() }) ?? Buffer.alloc(0);
    for (let length = 0; length < whole.length; length += 1) assert.equal(parsePayload(whole.subarray(0, length)), undefined, `${length} bytes`);
    assert.equal(whole.length, HEAD_LENGTH + 2 + PATH.length);
  });

  test("refuses flags of a later version", () => {
    for (const flags of [2, 3, 0x80, 0xff]) assert.equal(parsePayload(Uint8Array.of(flags, 0, 0, 0)), undefined);
  });
});

test("open() refuses a box with something else in it than a payload, though its seal is sound", () => {
  for (const plain of [Uint8Array.of(0), Uint8Array.of(1, 1, 5), Uint8Array.of(9, 0)]) {
    const bytes = sealBoxes(plain, [ALICE.publicKey], { key: keyNumber(9), nonce: new Uint8Array(24) }) ?? Buffer.alloc(0);
    const envelope = formatEnvelope({ recipients: [ALICE.id], bytes });
    assert.throws(() => openWithKeys(envelope, [ALICE]), refusal("SECRET_MALFORMED", /what is inside has an unknown form$/));
  }
});
