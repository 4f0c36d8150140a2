import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { execute, parseGoTemplate, toBytes } from "../../src/gotemplate/index.ts";
import { DATA, FUNCTIONS } from "./data.ts";
import { AppError } from "../../src/core/error.ts";
import { textOf } from "../support/sources.ts";

interface Case {
  readonly template: string;
  readonly output?: string;
  /** The output in base64 where it is not UTF-8. */
  readonly bytes?: string;
  readonly error?: string;
}

const CASES = JSON.parse(textOf("test/gotemplate/cases.json")) as readonly Case[];

describe("what Go's text/template gives", () => {
  for (const { template, output = "", bytes, error } of CASES) {
    test(`is given for ${JSON.stringify(template)}`, () => {
      const wanted = error === undefined ? Buffer.from(bytes ?? output, bytes === undefined ? "utf8" : "base64") : Buffer.from(error);
      assert.equal(Buffer.from(run(template)).toString("latin1"), wanted.toString("latin1"));
    });
  }

  test("is known for at least 300 templates", () => {
    assert.ok(new Set(CASES.map(({ template }) => template)).size >= 300, `only ${CASES.length} cases`);
  });
});

/** The bytes of the output or of the message of the error. */
function run(text: string): Uint8Array {
  try {
    return toBytes(execute(parseGoTemplate("main", text, { functions: Object.keys(FUNCTIONS) }), DATA, { functions: FUNCTIONS }));
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return toBytes(thrown.message);
  }
}
