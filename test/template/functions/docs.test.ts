import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { functionsPage, FUNCTIONS } from "../../../src/template/index.ts";
import { parse } from "../../../src/template/parse.ts";

describe("the table of functions", () => {
  test("has each name once, with its signature", () => {
    assert.equal(new Set(FUNCTIONS.map(({ name }) => name)).size, FUNCTIONS.length);
    for (const { name, signature } of FUNCTIONS) assert.ok(signature.startsWith(`${name}(`), signature);
  });

  test("has examples that a template may hold and that use the function", () => {
    for (const { name, example } of FUNCTIONS) {
      parse({ name, path: name, text: example });
      assert.match(example, new RegExp(`\\b${name}\\b`));
    }
  });

  test("is printed as a page with a section for each function", () => {
    const page = functionsPage();
    for (const { name, doc } of FUNCTIONS) {
      assert.ok(page.includes(`### ${name}\n`));
      assert.ok(page.includes(doc));
    }
  });
});
