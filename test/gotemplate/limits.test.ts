import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { execute, type ExecuteOptions, parseGoTemplate } from "../../src/gotemplate/index.ts";
import { AppError } from "../../src/core/error.ts";

describe("a Go template never goes on for ever", () => {
  test("templates that call each other without end are refused in Go's words", () => {
    const message = 'template: main:1:25: executing "t" at <{{template "t" .}}>: exceeded maximum template depth (100)';
    fails('{{define "t"}}{{template "t" .}}{{end}}{{template "t" .}}', { code: "TEMPLATE_FAILED", message }, { limits: { depth: 100 } });
  });

  test("templates that call each other from deep within blocks are refused before the stack is full", () => {
    const [open, close] = ["{{with .}}{{if true}}".repeat(20), "{{end}}{{end}}".repeat(20)];
    fails(`{{define "t"}}${open}{{template "t" .}}${close}{{end}}{{template "t" .}}`, { code: "TEMPLATE_FAILED", message: /exceeded maximum template depth \(\d+\)$/ }, {}, 1n);
  });

  test("templates that double at each level are refused", () => {
    const limits = { steps: 100_000 };
    fails('{{define "t"}}{{template "t" .}}{{template "t" .}}{{end}}{{template "t" .}}', { message: /exceeded maximum template depth \(\d+\)$/ });
    fails('{{define "t"}}{{if lt . 40}}{{template "t" (add . 1)}}{{template "t" (add . 1)}}{{end}}{{end}}{{template "t" 0}}', { message: /exceeded maximum number of steps \(100000\)$/ }, { limits });
  });

  test("a range over ten million is refused", () => {
    fails("{{range 10000000}}{{end}}", { code: "TEMPLATE_FAILED", message: /exceeded maximum number of steps/ });
  });

  test("a text that becomes too long is refused", () => {
    fails('{{range 1000}}{{printf "%100d" .}}{{end}}', { message: /exceeded maximum length of the output \(5000\)$/ }, { limits: { length: 5_000 } });
  });

  test("a string that doubles each round is refused", () => {
    fails('{{$s := "a"}}{{range 100}}{{$s = print $s $s}}{{end}}', { message: /exceeded maximum length of a string \(5000\)$/ }, { limits: { length: 5_000 } });
  });

  test("parentheses without end are refused in Go's words", () => {
    fails(`{{${"(".repeat(5_000)}1${")".repeat(5_000)}}}`, { code: "TEMPLATE_INVALID", message: "template: main:1: max expression depth exceeded" });
  });

  test("blocks nested deeper than the stack are refused", () => {
    fails("{{if true}}".repeat(50_000) + "{{end}}".repeat(50_000), { code: "TEMPLATE_INVALID", message: "template: main: nested too deeply" });
  });

  test("a value that holds itself is refused", () => {
    const endless: unknown[] = [];
    endless.push(endless);
    fails("{{.}}", { code: "TEMPLATE_FAILED", message: /nested too deeply/ }, {}, endless);
  });

  test("a long text without actions takes no time", () => {
    const text = "a line of text\n".repeat(200_000);
    assert.equal(execute(parseGoTemplate("main", text), null), text);
  });
});

function fails(text: string, wanted: { code?: string; message: string | RegExp }, options: ExecuteOptions = {}, data: unknown = null): void {
  const functions = { add: (one: bigint, other: bigint) => one + other };
  assert.throws(
    () => execute(parseGoTemplate("main", text, { functions: ["add"] }), data, { functions, ...options }),
    (thrown) => {
      assert.ok(thrown instanceof AppError, String(thrown));
      if (wanted.code !== undefined) assert.equal(thrown.code, wanted.code);
      if (typeof wanted.message === "string") assert.equal(thrown.message, wanted.message);
      else assert.match(thrown.message, wanted.message);
      return true;
    },
  );
}
