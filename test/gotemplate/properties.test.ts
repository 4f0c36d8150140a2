import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { execute, parseGoTemplate, sprintf, toBytes } from "../../src/gotemplate/index.ts";
import { AppError } from "../../src/core/error.ts";
import fc from "fast-check";

const RUNS = { numRuns: 300 };

describe("whatever is written", () => {
  test("text without actions is copied", () => {
    const text = fc.string({ unit: "binary" }).filter((candidate) => !candidate.includes("{{"));
    fc.assert(fc.property(text, (copied) => assert.equal(render(copied, null), copied)), RUNS);
  });

  test("a template gives text or an error of its own, never another", () => {
    const pieces = ["{{", "}}", "{{-", "-}}", " ", "\n", ".", "$x", ":=", "=", "|", "(", ")", "1", "0x", "'", '"', "`", ",", "if", "else", "end", "range", "with", "define", "template", "block", "break", "nil", "printf", "len", "a", "é", "/*", "*/", "%d"];
    const template = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join(""));
    fc.assert(fc.property(template, (text) => assert.ok(typeof attempt(text) === "string")), { numRuns: 3_000 });
  });

  test("a string goes through a pipeline byte for byte", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(fc.property(text, (value) => assert.equal(render('{{. | printf "%s"}}', value), value)), RUNS);
  });

  test("a string that is cut anywhere and put together is the same", () => {
    const cut = fc.tuple(fc.string({ unit: "binary" }), fc.nat());
    fc.assert(fc.property(cut, ([value, at]) => {
      const place = BigInt(at % (toBytes(value).length + 1));
      assert.equal(render("{{$at := .place}}{{slice .value 0 $at}}{{slice .value $at}}", { value, place }), value);
    }), RUNS);
  });
});

describe("printf", () => {
  test("%d and %v of a whole number read as the number", () => {
    fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => assert.equal(BigInt(sprintf("%d", [value])), value)), RUNS);
  });

  test("%x, %o and %b of a whole number read as the number", () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (value) => {
      assert.deepEqual(["%#x", "%O", "%#b"].map((verb) => BigInt(sprintf(verb, [value]))), [value, value, value]);
    }), RUNS);
  });

  test("%v, %e and %f of a float read as the float", () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.deepEqual([sprintf("%v", [value]), sprintf("%.17e", [value])].map(Number), [value, value]);
    }), RUNS);
  });

  test("a width is reached, and what was asked for is in it", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme-ascii" }), fc.nat(40), (value, width) => {
      const padded = sprintf(`%${width === 0 ? "" : width}s`, [value]);
      assert.ok(padded.endsWith(value) && padded.length === Math.max(width, value.length));
    }), RUNS);
  });

  test("%q of any string is a literal of Go for the same string", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(fc.property(text, (value) => assert.equal(render(`{{${sprintf("%q", [value])}}}`, null), value)), RUNS);
  });

  test("a format gives text, whatever it is", () => {
    const format = fc.array(fc.constantFrom("%", "d", "s", "v", "q", "x", "#", "+", "-", "0", "5", ".", "*", "[", "1", "]", "e", "g", "T", "é"), { maxLength: 15 }).map((parts) => parts.join(""));
    fc.assert(fc.property(format, (text) => assert.equal(typeof sprintf(text, [1n, "a", 2.5, null, true]), "string")), RUNS);
  });
});

function render(text: string, data: unknown): string {
  return execute(parseGoTemplate("main", text), data);
}

function attempt(text: string): string {
  try {
    return execute(parseGoTemplate("main", text), { a: ["b", 1n] }, { limits: { steps: 10_000, length: 100_000 } });
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.message.startsWith("template: main:")) return thrown.message;
    throw thrown;
  }
}
