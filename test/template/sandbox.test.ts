import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failure, rendered } from "./support.ts";

describe("a template reaches nothing but data", () => {
  const ESCAPES = [
    '{{ "".constructor.constructor("return process")() }}',
    '{{ ""["constructor"] }}',
    '{{ "".__proto__ }}',
    "{{ [].constructor }}",
    '{{ [].map.constructor("return process")() }}',
    "{{ (1).constructor }}",
    "{{ {}.constructor }}",
    "{{ {}.__proto__ }}",
    '{{ {}["hasOwnProperty"] }}',
    "{{ {}.toString() }}",
    '{{ { "__proto__": [] }.length }}',
    "{{ range.constructor }}",
    '{{ range.call(1) }}',
    '{{ cycler.constructor("return process")() }}',
    '{{ cycler("a").next.constructor }}',
    "{{ getv.constructor }}",
    "{{ r/a/.constructor }}",
    "{{ r/a/.exec }}",
    "{{ loop }}",
    '{{ gets("/*").constructor }}',
    '{{ gets("/*")[0].constructor }}',
    '{{ json("{}").constructor }}',
    "{% for x in [1] %}{{ loop.constructor }}{% endfor %}",
    "{% macro m() %}{% endmacro %}{{ m.constructor }}",
    '{{ [""] | join(",", "constructor") }}',
    '{{ [1] | groupby("constructor.name") }}',
  ];
  for (const source of ESCAPES) {
    test(`${source} is an error`, async () => {
      assert.equal((await failure(source, { data: { "/a": "1" } })).code, "TEMPLATE_FAILED");
    });
  }

  test("a member that is called __proto__ is a member like any other", async () => {
    assert.equal(await rendered('{{ { "__proto__": "x" }["__proto__"] }}{{ json(\'{"__proto__": 1, "constructor": 2}\').constructor }}'), "x2");
  });

  test("a name that is not a name is refused before it becomes code", async () => {
    for (const source of ['{{ a" }}', "{{ a`b }}", '{% set a"b = 1 %}', "{{ a\\ }}", "{% macro a'b() %}{% endmacro %}", "{% block a;b %}{% endblock %}"]) {
      assert.equal((await failure(source)).code, "TEMPLATE_INVALID", source);
    }
  });

  test("a value is never read as a template", async () => {
    const data = { "/evil": "{{ getv('/secret') }}{% include 'x' %}", "/secret": "s" };
    assert.equal(await rendered('{{ getv("/evil") }}{% for p in gets("/e*") %}{{ p.value }}{% endfor %}', { data }), data["/evil"].repeat(2));
  });

  test("the lists that renders share cannot be changed", async () => {
    for (const source of ['{{ gets("/*").push(1) }}', '{{ ls("/").push(1) }}']) {
      assert.match((await failure(source, { data: { "/a": "1" } })).message, /not extensible/);
    }
  });
});

describe("a template ends", () => {
  test("a macro that calls itself for ever is an error with its position", async () => {
    const error = await failure("{% macro m() %}\n{{ m() }}{% endmacro %}{{ m() }}");
    assert.match(error.message, /uses itself without end/);
    assert.equal(error.at?.line, 2);
  });

  test("a file that extends itself is an error, not the end of the process", async () => {
    assert.match((await failure('{% extends "main.njk" %}')).message, /^Cannot render "main\.njk": a macro or file uses itself without end$/);
  });

  test("a file that includes itself is an error with its position", async () => {
    const error = await failure('x\n{% include "main.njk" %}');
    assert.match(error.message, /"main.njk" includes itself without end/);
    assert.equal(error.at?.line, 2);
  });

  test("a range that is too long is an error", async () => {
    assert.match((await failure("{{ range(10000000) }}")).message, /too long/);
    assert.match((await failure("{{ seq(1, 10000000) }}")).message, /too long/);
  });
});
