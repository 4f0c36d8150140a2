import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Deframer, frame } from "../../../src/clients/etcd/framing.ts";

test("messages come out whole and in order, however their bytes are cut", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (messages, sizes) => {
      const bytes = Buffer.concat(messages.map(frame));
      const deframer = new Deframer();
      const found: Buffer[] = [];
      for (let [at, turn] = [0, 0]; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length] as number;
        found.push(...deframer.push(bytes.subarray(at, at + size)).map((message) => Buffer.from(message)));
        at += size;
      }
      assert.deepEqual(found, messages.map((message) => Buffer.from(message)));
    }),
  );
});

test("a compressed message is refused", () => {
  assert.throws(() => new Deframer().push(Uint8Array.of(1, 0, 0, 0, 0)), /compressed/);
});
