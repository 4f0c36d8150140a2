import assert from "node:assert/strict";
import { test } from "node:test";
import { format, inspect } from "node:util";
import { Secret } from "../../src/core/secret.ts";

const secret = new Secret("hunter2");

test("A secret shows [redacted] in strings, JSON, formats and inspection, however deep", () => {
  const nested = { a: [{ secret }], map: new Map([["key", secret]]) };
  for (const shown of [`${secret}`, String(secret), "" + secret, [secret].join(), JSON.stringify(nested), inspect(nested, { depth: 9, showHidden: true, getters: true }), format("%s %o %O %j", secret, secret, secret, secret)]) {
    assert.doesNotMatch(shown, /hunter2/);
    assert.match(shown, /\[redacted\]/);
  }
});

test("Copies and lists of its members hold nothing of it", () => {
  assert.deepEqual(Object.entries(secret), []);
  assert.deepEqual({ ...secret }, {});
  assert.deepEqual(Reflect.ownKeys(secret), []);
  assert.equal(JSON.stringify(structuredClone(secret)), "{}");
});

test("An error that has one as its cause shows nothing of it", () => {
  assert.doesNotMatch(inspect(new Error("failed", { cause: secret }), { showHidden: true }), /hunter2/);
});

test("It gives what it holds to the one who asks", () => {
  assert.equal(secret.reveal(), "hunter2");
  assert.deepEqual(new Secret(Uint8Array.of(1, 2)).reveal(), Uint8Array.of(1, 2));
});
