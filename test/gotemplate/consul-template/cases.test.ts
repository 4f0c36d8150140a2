import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AppError } from "../../../src/core/error.ts";
import { textToBytes } from "../../../src/core/text.ts";
import { textOf } from "../../support/sources.ts";
import { rendered } from "./support.ts";

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
  readonly services: readonly { readonly Name: string }[];
  readonly cases: readonly Case[];
}

const { keys, env, services, cases } = JSON.parse(textOf("test/gotemplate/consul-template/oracle/cases.json")) as Corpus;
const DATA = { ...keys, "consul:health:web": JSON.stringify(services) };

describe("what consul-template gives", () => {
  for (const { template, output = "", bytes, error } of cases) {
    test(`is given for ${JSON.stringify(template.slice(0, 100))}`, async () => {
      const wanted = error === undefined ? Buffer.from(bytes ?? output, bytes === undefined ? "utf8" : "base64") : Buffer.from(error.replace(/^(execute|parse): /, ""));
      assert.equal(Buffer.from(await outcome(template)).toString("latin1"), wanted.toString("latin1"));
    });
  }

  test("is known for at least 250 templates", () => assert.ok(cases.length >= 250, `only ${cases.length} cases`));
});

/** The bytes of the output, or of what the error says; consul-template's templates have no name. */
async function outcome(template: string): Promise<Uint8Array> {
  try {
    return textToBytes(await rendered(template, { data: DATA, env }));
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return textToBytes(thrown.message.replace(/^Cannot (render|compile) "main.ctmpl": /, "").replaceAll("template: main.ctmpl:", "template: :").replaceAll('"main.ctmpl"', '""'));
  }
}
