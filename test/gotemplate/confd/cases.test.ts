import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { existsSync } from "node:fs";
import { textToBytes } from "../../../src/core/text.ts";
import { AppError } from "../../../src/core/error.ts";
import { textOf } from "../../support/sources.ts";
import { DIRECTORY, rendered } from "./support.ts";

interface Case {
  readonly template: string;
  readonly output?: string;
  /** The output in base64 where it is not UTF-8. */
  readonly bytes?: string;
  readonly error?: string;
}

interface Corpus {
  readonly keys: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
}

const { keys: data, env, files, cases } = JSON.parse(textOf("test/gotemplate/confd/cases.json")) as Corpus;

describe("what confd gives", () => {
  for (const { template, output = "", bytes, error } of cases) {
    test(`is given for ${JSON.stringify(template.slice(0, 100))}`, async () => {
      const wanted = error === undefined ? Buffer.from(bytes ?? output, bytes === undefined ? "utf8" : "base64") : Buffer.from(error);
      assert.equal(Buffer.from(await outcome(template)).toString("latin1"), wanted.toString("latin1"));
    });
  }

  test("is known for at least 300 templates", () => {
    assert.ok(new Set(cases.map(({ template }) => template)).size >= 300, `only ${cases.length} cases`);
  });
});

/** The bytes of the output, or of what the error says of the template. */
async function outcome(template: string): Promise<Uint8Array> {
  try {
    return textToBytes(await rendered(template, { data, env, files, machine: { exists: existsSync } }));
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return textToBytes(thrown.message.replace(/^Cannot (render|compile) "main.tmpl": /, "").replaceAll(DIRECTORY, "$DIR"));
  }
}
