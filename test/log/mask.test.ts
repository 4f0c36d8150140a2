import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { json } from "../../src/log/json.ts";
import { logfmt } from "../../src/log/logfmt.ts";
import { createMask } from "../../src/log/mask.ts";

function masked(secret: string | Uint8Array): (text: string) => string {
  const mask = createMask();
  mask.add(secret);
  return mask.cover;
}

test("A secret is hidden as it is, in base64, in a URL and in JSON", () => {
  const secret = 'p@ss "word"/+é';
  const cover = masked(secret);
  for (const form of [secret, Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("base64url"), encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
    assert.equal(cover(`before ${form} after`), "before [redacted] after");
  }
});

test("A secret of several lines is hidden line by line", () => {
  const cover = masked("-----BEGIN KEY-----\nMIGHAgEAMBMG\nByqGSM49AgEG\n-----END KEY-----\n");
  assert.equal(cover("nginx: line 3: ByqGSM49AgEG"), "nginx: line 3: [redacted]");
});

test("Texts within a secret of JSON are hidden by themselves, short ones and what only looks like JSON aside", () => {
  const cover = masked('{"user": "admin", "tls": [{"password": "correct\\nhorse battery"}]}');
  assert.equal(cover("admin: correct\nhorse battery"), "admin: [redacted]");
  assert.equal(masked("{not JSON at all}")("{not JSON at all} not JSON"), "[redacted] not JSON");
});

test("Bytes that are no text are hidden in base64", () => {
  const bytes = Uint8Array.of(255, 254, 0, 1, 2, 3);
  assert.equal(masked(bytes)(`got ${Buffer.from(bytes).toString("base64")}`), "got [redacted]");
});

test("A longer secret is hidden whole when a shorter one is a part of it", () => {
  const mask = createMask();
  mask.add("secret");
  mask.add("secretary-of-state");
  assert.equal(mask.cover("the secretary-of-state has a secret"), "the [redacted] has a [redacted]");
});

test("What is shorter than four characters is left alone, for it occurs everywhere", () => {
  assert.equal(masked("abc")("abcdef"), "abcdef");
});

test("No log line in either format shows a secret that was added, whatever it is made of", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4, unit: "binary" }), fc.constantFrom(logfmt, json), (secret, format) => {
      const line = format({ time: new Date(0), level: "error", message: "Unit failed", fields: { output: `got ${secret} here` } });
      const shown = masked(secret)(line).replaceAll("[redacted]", "\n");
      assert.ok(!shown.includes(JSON.stringify(secret).slice(1, -1)), shown);
    }),
    { numRuns: 2_000 },
  );
});

test("Of more than 20,000 secrets the oldest are forgotten, and one that is added again is not", () => {
  const mask = createMask();
  mask.add("the-one-in-use");
  mask.add("the-one-that-went");
  for (let index = 0; index < 19_999; index += 1) {
    mask.add(`secret-${index}-`);
    if (index === 10_000) mask.add("the-one-in-use");
  }
  assert.equal(mask.cover("the-one-in-use the-one-that-went secret-0- secret-19998-"), "[redacted] the-one-that-went [redacted] [redacted]");
});

test("Two secrets that overlap are hidden as one, neither the end of the one nor the beginning of the other is told", () => {
  const mask = createMask();
  for (const secret of ["abcdef", "cdefghij"]) mask.add(secret);
  assert.equal(mask.cover("x abcdefghij y cdefghij abcdef"), "x [redacted] y [redacted] [redacted]");
});

test("A secret that is forgotten leaves those of the same form hidden", () => {
  const mask = createMask();
  mask.add("one\nshared-line-of-both");
  mask.add("two\nshared-line-of-both");
  for (let index = 0; index < 19_999; index += 1) mask.add(`filling-${index}-`);
  assert.equal(mask.cover("shared-line-of-both"), "[redacted]");
});

test("What is told does not take longer with 20,000 secrets than with one", () => {
  const [few, many] = [createMask(), createMask()];
  few.add("secret-0-of-many");
  for (let index = 0; index < 20_000; index += 1) many.add(`secret-${index}-of-many`);
  const text = `${"a status of a thousand units, ".repeat(10_000)}secret-0-of-many`;
  const timeOf = (cover: (text: string) => string) => {
    const began = performance.now();
    assert.ok(cover(text).endsWith("[redacted]"));
    return performance.now() - began;
  };
  timeOf(few.cover);
  assert.ok(timeOf(many.cover) < 100 * timeOf(few.cover) + 100, "it would be some 20,000 times as long");
});
