import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeError } from "../../src/core/error.ts";
import { failure, placeOf } from "./support.ts";

interface Case {
  readonly what: string;
  readonly source: string;
  readonly place: string;
  readonly message: string;
  readonly hint?: string;
}

const COMPILING: readonly Case[] = [
  { what: "a filter that is not known", source: "a\n  {{ 1 | uper }}", place: "2:10", message: 'there is no filter "uper"', hint: 'Did you mean "upper"?' },
  { what: "a test that is not known", source: "a\n{{ 1 is evn }}", place: "2:9", message: 'there is no test "evn"', hint: 'Did you mean "even"?' },
  { what: "a function that is not known", source: 'a\n\n {{ getvv("/x") }}', place: "3:5", message: 'there is no function "getvv"', hint: 'Did you mean "getv"?' },
  { what: "a function by the name that another program gives it", source: '{{ keyOrDefault("/x", "1") }}', place: "1:4", message: 'there is no function "keyOrDefault"', hint: 'Did you mean "getv"?' },
  { what: "a filter by the name that another program gives it", source: '{{ "x" | b64_decode }}', place: "1:10", message: 'there is no filter "b64_decode"', hint: 'Did you mean "base64Decode"?' },
  { what: "a function like none", source: "{{ fileExists() }}", place: "1:4", message: 'there is no function "fileExists"', hint: "docs/functions.md has all that there are" },
  { what: "an if that is not closed", source: "a\n {% if 1 %}\nb\n", place: "2:2", message: '"if" is never closed', hint: "Add {% endif %}" },
  { what: "the inner of two tags that are not closed", source: "{% for x in [] %}\n{% if x %}\nb", place: "2:1", message: '"if" is never closed', hint: "Add {% endif %}" },
  { what: "a raw that is not closed", source: "a\n{% raw %}\nb", place: "2:1", message: '"raw" is never closed', hint: "Add {% endraw %}" },
  { what: "an expression that is not closed", source: "a\n{{ foo(", place: "2:1", message: "the file ends in the middle of a tag", hint: 'Close it with "}}", "%}" or "#}"' },
  { what: "a comment that is not closed", source: "a\n{# foo", place: "2:1", message: "the file ends in the middle of a tag", hint: 'Close it with "}}", "%}" or "#}"' },
  { what: "a tag that is not known", source: "a\n{% fro x in y %}", place: "2:4", message: 'there is no tag "fro" here', hint: 'Did you mean "for"?' },
  { what: "an end without a beginning", source: "a\n\n{% endif %}", place: "3:4", message: 'there is no tag "endif" here', hint: "No tag that it belongs to is open here" },
  { what: "a missing comma", source: 'a\n{{ f(1 2) }}', place: "2:8", message: "expected comma after expression", hint: 'A comma, or the bracket that closes, is missing before this: ")", "]" or "}"' },
  { what: "an unexpected character", source: "a\n{{ 1 + }}", place: "2:8", message: "unexpected token: }}" },
  { what: "an include that is not there", source: 'a\n{% include "nope.njk" %}', place: "2:12", message: 'there is no file "nope.njk" in the templates directory' },
  { what: "an import that is not there", source: 'a\n{% import "nope.njk" as n %}', place: "2:11", message: 'there is no file "nope.njk" in the templates directory' },
  { what: "a parent that is not there", source: '{% extends "nope.njk" %}', place: "1:12", message: 'there is no file "nope.njk" in the templates directory' },
  { what: "an include from outside", source: 'a\n{% include "../x" %}', place: "2:12", message: '"../x" is not below the templates directory' },
  { what: "super outside of a block", source: "a\n{{ super() }}", place: "2:4", message: "super() is used outside of a block" },
  { what: "a block defined twice", source: "{% block a %}{% endblock %}\n{% block a %}{% endblock %}", place: "2:4", message: 'block "a" is defined twice' },
  { what: "an asynchronous tag", source: "a\n{% asyncEach x in [] %}{% endeach %}", place: "2:4", message: "asynchronous tags are not supported", hint: "Use {% for %}" },
  { what: "a member that is set", source: "a\n{% set a.b = 1 %}", place: "2:10", message: "only a plain name can be set here" },
  { what: "a number that loses digits", source: "a\n{{ 12345678901234567890 }}", place: "2:4", message: "the number is too large to keep its digits", hint: "Write it in quotes" },
];

const RENDERING: readonly Case[] = [
  { what: "an undefined variable", source: "a\nb {{ x }}", place: "2:6", message: '"x" is not defined' },
  { what: "an undefined variable after CRLF", source: "a\r\n{% if true %}\r\n {{ x }}\r\n{% endif %}", place: "3:5", message: '"x" is not defined' },
  { what: "an undefined member", source: "{% set o = {} %}\n{{ o.x }}", place: "2:6", message: 'an object has no member "x"' },
  { what: "an undefined method", source: '{{ 1 }}\n{{ "".strip() }}', place: "2:7", message: 'a text has no method "strip"' },
  { what: "a method that is written otherwise", source: '{{ "".startswith("a") }}', place: "1:7", message: 'a text has no method "startswith"', hint: 'Did you mean "startsWith"?' },
  { what: "a call of what is no function", source: "{% set x = 1 %}\n{{ x() }}", place: "2:4", message: '"x" is not a function' },
  { what: "a key that does not exist", source: 'a\nb\n  {{ getv("/x") }}', place: "3:6", message: 'key "/x" does not exist' },
  { what: "a function that fails", source: 'a\n{{ atoi("x") }}', place: "2:4", message: 'atoi(): "x" is not a whole number' },
  { what: "a function with too few arguments", source: "a\n{{ getv() }}", place: "2:4", message: "getv() takes 1 to 2 arguments, not 0", hint: "Write getv(key, default?)" },
  { what: "a function with a named argument", source: 'a\n{{ getv("/x", default="y") }}', place: "2:4", message: "getv() takes no named arguments", hint: "Write getv(key, default?)" },
  { what: "a filter that fails", source: "a\n\n{{ 5 | upper }}", place: "3:8", message: 'filter "upper": str.toUpperCase is not a function' },
  { what: "a call inside a call", source: 'a\n{{ toUpper(\n  atoi("x")) }}', place: "3:3", message: 'atoi(): "x" is not a whole number' },
  { what: "the outer call after an inner one", source: 'a\n{{ toUpper(\n  [atoi("1")]) }}', place: "2:4", message: "toUpper(): it needs a text, not a list" },
  { what: "what follows a macro", source: "{% macro m() %}\n\n{% endmacro %}\n{{ m() }}{{ x }}", place: "4:13", message: '"x" is not defined' },
  { what: "the inside of a macro", source: "{% macro m() %}\n{{ x }}\n{% endmacro %}\n{{ m() }}", place: "2:4", message: '"x" is not defined' },
  { what: "the inside of a block", source: "{% block b %}\n{{ x }}\n{% endblock %}", place: "2:4", message: '"x" is not defined' },
  { what: "an object that is printed", source: "a\n{{ {} }}", place: "2:4", message: "this is an object and has no text of its own" },
  { what: "a loop over a number", source: "a\n{% for x in 5 %}{% endfor %}", place: "2:13", message: "a loop needs a list, not 5" },
  { what: "a name that an import does not have", source: 'a\n{% from "other.njk" import helo %}', place: "2:28", message: 'the imported file has no "helo"', hint: 'Did you mean "hello"?' },
  { what: "an include by a name that is not there", source: 'a\n{% set n = "nope" %}\n{% include n %}', place: "3:12", message: 'there is no file "nope" in the templates directory' },
  { what: "a parent without such a block", source: "{% block b %}\n{{ super() }}{% endblock %}", place: "2:4", message: 'no parent file has a block "b"' },
];

const OTHER = { "other.njk": "{% macro hello() %}\n {{ undefinedname }}{% endmacro %}" };

describe("an error in compiling tells file, line and column", () => {
  for (const { what, source, place, message, hint } of COMPILING) {
    test(`of ${what}`, async () => {
      const error = await failure(source);
      assert.equal(error.code, "TEMPLATE_INVALID");
      assert.equal(error.message, `Cannot compile "main.njk": ${message}`);
      assert.equal(placeOf(error), `main.njk:${place}`);
      assert.equal(error.at?.source, source.split(/\r?\n/)[(error.at?.line ?? 0) - 1]);
      if (hint !== undefined) assert.equal(error.hint, hint);
    });
  }
});

describe("an error in rendering tells file, line and column", () => {
  for (const { what, source, place, message, hint } of RENDERING) {
    test(`of ${what}`, async () => {
      const error = await failure(source, { files: OTHER });
      assert.equal(error.code, message.startsWith("key") ? "TEMPLATE_MISSING_KEY" : "TEMPLATE_FAILED");
      assert.equal(error.message, `Cannot render "main.njk": ${message}`);
      assert.equal(placeOf(error), `main.njk:${place}`);
      assert.equal(error.at?.source, source.split(/\r?\n/)[(error.at?.line ?? 0) - 1]);
      if (hint !== undefined) assert.equal(error.hint, hint);
    });
  }
});

describe("an error in another file tells that file", () => {
  test("when an included file does not compile", async () => {
    const error = await failure('a\n{% include "sub/part.njk" %}', { files: { "sub/part.njk": "x\n\n{{ 1 | nope }}" } });
    assert.equal(error.code, "TEMPLATE_INVALID");
    assert.equal(placeOf(error), "part.njk:3:8");
    assert.match(error.message, /^Cannot compile "main.njk"/);
  });

  test("when an included file fails", async () => {
    const error = await failure('a\n{% include "part.njk" %}', { files: { "part.njk": 'x\n {{ getv("/db/host") }}' } });
    assert.equal(placeOf(error), "part.njk:2:5");
    assert.equal(error.at?.source, ' {{ getv("/db/host") }}');
  });

  test("when an imported macro fails", async () => {
    const error = await failure('{% import "other.njk" as o %}\n\n\n\n{{ o.hello() }}', { files: OTHER });
    assert.equal(placeOf(error), "other.njk:2:5");
  });

  test("when a parent fails", async () => {
    const error = await failure('{% extends "parent.njk" %}', { files: { "parent.njk": "\n\n{{ x }}" } });
    assert.equal(placeOf(error), "parent.njk:3:4");
  });

  test("and the first file again after an include", async () => {
    const error = await failure('{% include "part.njk" %}\n{{ x }}', { files: { "part.njk": "1\n2\n3\n4" } });
    assert.equal(placeOf(error), "main.njk:2:4");
  });
});

test("a missing key is described in full", async () => {
  const error = await failure('server {\n  host {{ getv("/db/host") }};\n}');
  assert.equal(error.code, "TEMPLATE_MISSING_KEY");
  assert.equal(
    describeError(error).replace(/^.*\/main/, "main"),
    [
      'main.njk:2:11: Cannot render "main.njk": key "/db/host" does not exist',
      '  2 |   host {{ getv("/db/host") }};',
      "                ^",
      '  hint: Put it, or give a default: getv("/db/host", "...")',
    ].join("\n"),
  );
});
