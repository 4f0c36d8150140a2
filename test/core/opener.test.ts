import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isEnvelope, recipientsOf } from "../../src/core/opener.ts";

const [ID, OTHER] = ["eedd883da0a94515", "a0289810032eb417"];

describe("isEnvelope()", () => {
  test("knows an envelope of any version, also one that is damaged behind it", () => {
    for (const value of [`remora:v1:${ID}:AAAA`, "remora:v1:", "remora:v2:what/comes", "remora:v9999:"]) assert.equal(isEnvelope(value), true, value);
  });

  test("takes a container image of Remora for none: its tag is plain text", () => {
    for (const value of ["remora:v1", "remora:v0.3.0", "remora:v1.2.3@sha256:00ff", "remora:v1-alpine", "example.org/remora:v1:", "remora:v12345:"]) assert.equal(isEnvelope(value), false, value);
  });

  test("takes bytes for none", () => {
    assert.equal(isEnvelope(Buffer.from(`remora:v1:${ID}:AAAA`)), false);
  });
});

describe("recipientsOf()", () => {
  test("names the key ids of an envelope in their order", () => {
    assert.deepEqual(recipientsOf(`remora:v1:${ID}+${OTHER}:AAAA`), [ID, OTHER]);
  });

  test("names nobody where a key id is not one: whoever writes the store would write on the terminal", () => {
    for (const ids of ["", "\u001b[2J", `${ID}+\u001b[2J`, `${ID}+`, ID.toUpperCase()]) assert.deepEqual(recipientsOf(`remora:v1:${ids}:AAAA`), []);
  });

  test("names nobody for other forms", () => {
    assert.deepEqual(recipientsOf(`hunter2:x:${ID}`), []);
  });
});
