import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { execute, parseGoTemplate, toBytes } from "../../src/gotemplate/index.ts";
import { AppError } from "../../src/core/error.ts";

describe("functions of a Go template", () => {
  test("an error of a function keeps its code and its hint", () => {
    const getv = () => {
      throw new AppError("TEMPLATE_MISSING_KEY", "key does not exist: /a", { hint: "Write it" });
    };
    const template = parseGoTemplate("nginx.tmpl", 'x\n{{getv "/a"}}', { functions: ["getv"] });
    assert.throws(() => execute(template, null, { functions: { getv } }), {
      code: "TEMPLATE_MISSING_KEY",
      hint: "Write it",
      message: 'template: nginx.tmpl:2:2: executing "nginx.tmpl" at <getv "/a">: error calling getv: key does not exist: /a',
    });
  });

  test("a function takes the place of Go's own", () => {
    const template = parseGoTemplate("main", '{{and "a" "b"}} {{len "é"}}', { functions: ["and", "len"] });
    assert.equal(execute(template, null, { functions: { and: () => "mine", len: () => 1n } }), "mine 1");
  });

  test("a function named break hides the word", () => {
    assert.equal(execute(parseGoTemplate("main", "{{break}}", { functions: ["break"] }), null, { functions: { break: () => "own" } }), "own");
  });

  test("a function that is known to the parser alone is an error", () => {
    const template = parseGoTemplate("main", "{{later}}", { functions: ["later"] });
    assert.throws(() => execute(template, null), { code: "TEMPLATE_FAILED", message: /"later" is not a defined function$/ });
  });

  test("other delimiters can be chosen", () => {
    assert.equal(execute(parseGoTemplate("main", "<% .a -%>  {{x}}", { left: "<%", right: "%>" }), { a: "b" }), "b{{x}}");
  });

  test("names that every object of JavaScript has are no fields", () => {
    assert.equal(execute(parseGoTemplate("main", "{{.constructor}} {{.toString}} {{.__proto__}}"), {}), "<no value> <no value> <no value>");
  });

  test("a template is parsed once and executed often", () => {
    const template = parseGoTemplate("main", "{{$x := .}}{{$x}}");
    assert.deepEqual([1n, 2n, 3n].map((data) => execute(template, data)), ["1", "2", "3"]);
  });

  test("bytes that are not UTF-8 come out as they were written", () => {
    assert.deepEqual([...toBytes(execute(parseGoTemplate("main", '{{"\\xff\\xc3"}}'), null))], [0xff, 0xc3]);
  });
});
