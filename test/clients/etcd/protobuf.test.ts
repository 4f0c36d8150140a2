import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MessageReader, MessageWriter } from "../../../src/clients/etcd/protobuf.ts";

describe("the protobuf codec", () => {
  test("integers up to 2^53 come back as they were", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 536_870_911 }), fc.maxSafeNat(), (field, value) => {
        const reader = new MessageReader(new MessageWriter().integer(field, value || 1).finish());
        assert.equal(reader.next(), field);
        assert.equal(reader.integer(), value || 1);
        assert.equal(reader.next(), undefined);
      }),
    );
  });

  test("bytes come back as they were", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 1_000 }), (value) => {
        const reader = new MessageReader(new MessageWriter().bytes(2, value).finish());
        assert.equal(reader.next(), 2);
        assert.deepEqual(Buffer.from(reader.bytes()), Buffer.from(value));
      }),
    );
  });

  test("zero and empty values are not written", () => {
    assert.equal(new MessageWriter().integer(1, 0).bool(2, false).text(3, "").finish().length, 0);
  });

  test("fields are encoded as protobuf's documentation shows", () => {
    assert.deepEqual([...new MessageWriter().integer(1, 150).text(2, "testing").finish()], [0x08, 0x96, 0x01, 0x12, 0x07, ...Buffer.from("testing")]);
  });

  test("fields of all wire types are passed over", () => {
    const reader = new MessageReader(Uint8Array.of(0x08, 0x96, 0x01, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1a, 2, 9, 9, 0x25, 1, 2, 3, 4, 0x28, 7));
    for (const field of [1, 2, 3, 4]) {
      assert.equal(reader.next(), field);
      reader.skip();
    }
    assert.equal(reader.next(), 5);
    assert.equal(reader.integer(), 7);
  });

  test("an id above 2^53 keeps all its digits", () => {
    const reader = new MessageReader(Uint8Array.of(0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01));
    reader.next();
    assert.equal(reader.id(), "18446744073709551615");
  });

  test("a message that ends too early is an error", () => {
    for (const bytes of [[0x08], [0x08, 0x96], [0x12, 5, 1]]) {
      const reader = new MessageReader(Uint8Array.from(bytes));
      assert.throws(() => {
        reader.next();
        reader.skip();
      }, RangeError);
    }
  });
});
