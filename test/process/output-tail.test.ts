import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { outputTail } from "../../src/process/output-tail.ts";
import { bytes } from "../output/support.ts";

function tailOf(...chunks: Uint8Array[]): string {
  const tail = outputTail();
  for (const chunk of chunks) tail.add(chunk);
  return tail.text();
}

test("The last twenty lines are kept, without the line ends after them", () => {
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index + 1}`);
  assert.equal(tailOf(bytes(`${lines.join("\n")}\n\n`)), lines.slice(30).join("\n"));
});

test("Of output that is longer than 4 KiB the last whole lines are kept", () => {
  assert.equal(tailOf(bytes(`${"a".repeat(10_000)}\nlast but one\nlast\n`)), "[...]\nlast but one\nlast");
  assert.equal(tailOf(bytes("a".repeat(10_000)), bytes("b".repeat(1_000))), "[...]");
});

test("A line that was cut shows no part of what may be a secret", () => {
  const secret = "s3cret-that-is-long-enough-to-be-known-by-its-whole";
  for (let shift = 0; shift < secret.length; shift += 1) {
    const text = tailOf(bytes(`${"x".repeat(4_096)}${secret}${"y".repeat(4_096 - shift)}\nend\n`));
    assert.equal(text, "[...]\nend");
  }
});

test("What is not UTF-8 is shown as well as can be", () => {
  assert.equal(tailOf(Uint8Array.of(0x80, 0x6f, 0x6b, 0xff)), "\ufffdok\ufffd");
  assert.equal(tailOf(new Uint8Array(4_000).fill(0x80)), "\ufffd".repeat(4_000));
});

test("How the output is cut into chunks makes no difference", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 400 }), { maxLength: 40 }), fc.array(fc.integer({ min: 1, max: 5_000 })), (lines, lengths) => {
      const whole = bytes(lines.join("\n"));
      const chunks: Uint8Array[] = [];
      let rest = whole;
      for (const length of lengths) [chunks[chunks.length], rest] = [rest.subarray(0, length), rest.subarray(length)];
      assert.equal(tailOf(...chunks, rest), tailOf(whole));
    }),
  );
});
