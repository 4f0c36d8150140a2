import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { bytesToText, textToBytes } from "../../src/core/text.ts";

describe("text that may hold bytes", () => {
  test("any bytes come back as they were", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => assert.deepEqual([...textToBytes(bytesToText(bytes))], [...bytes])));
  });

  test("any text comes back as it was", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => assert.equal(bytesToText(textToBytes(text)), text)));
  });

  test("characters that are cut, overlong or surrogates are bytes", () => {
    for (const hex of ["c3", "e282", "f09f98", "c080", "eda080", "f4908080", "61ff62", "c3c3a9"]) {
      const bytes = Buffer.from(hex, "hex");
      const text = bytesToText(bytes);
      assert.match(text, /[\udc80-\udcff]/u, hex);
      assert.equal(Buffer.from(textToBytes(text)).toString("hex"), hex);
    }
  });

  test("a byte order mark stays", () => {
    assert.equal(bytesToText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), "\ufeffa");
  });
});
