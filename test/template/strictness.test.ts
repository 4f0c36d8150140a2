import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failure, rendered } from "./support.ts";

describe("naming an undefined variable", () => {
  const PLACES: Readonly<Record<string, string>> = {
    "in the output": "{{ a }}",
    "before a filter": "{{ a | upper }}",
    "before the length filter": "{{ a | length }}",
    "as an argument of a filter": '{{ "x" | replace("x", a) }}',
    "in a concatenation": '{{ "x" ~ a }}',
    "in an addition to a text": '{{ "x" + a }}',
    "in an addition to a number": "{{ a + 1 }}",
    "in a subtraction": "{{ 1 - a }}",
    "in a comparison": '{{ "yes" if a == 1 }}',
    "in a loop": "{% for x in a %}{% endfor %}",
    "as an argument of a function": "{{ toUpper(a) }}",
    "as an argument of a macro": "{% macro m(x) %}{% endmacro %}{{ m(a) }}",
    "as the condition of an if": "{% if a %}{% endif %}",
    "as the condition of an inline if": '{{ "x" if a }}',
    "in an or": '{{ a or "x" }}',
    "after a not": "{{ not a }}",
    "in a set": "{% set b = a %}",
    "in a list": "{{ [a] | length }}",
    "in an object": "{{ toJson({ b: a }) }}",
    "as an index": "{{ [1][a] }}",
    "in a test other than defined": '{{ "x" if a is odd }}',
    "on the right of in": "{{ 1 in a }}",
    "in a switch": "{% switch a %}{% case 1 %}{% endswitch %}",
    "as the name of an include": "{% include a %}",
  };
  for (const [place, source] of Object.entries(PLACES)) {
    test(`${place} is an error`, async () => {
      const error = await failure(source);
      assert.equal(error.code, "TEMPLATE_FAILED");
      assert.match(error.message, /^Cannot render "main.njk": "a" is not defined$/);
    });
  }

  test("is fine before default", async () => {
    assert.equal(await rendered('{{ a | default("x") }}{{ a | d("y") }}{{ (a) | default("z") }}'), "xyz");
  });

  test("is fine before default at any depth", async () => {
    assert.equal(await rendered('{{ a.b.c | default("x") }}{{ {}.b["c"] | default("y") }}{{ ([] | first).port | default(80) }}'), "xy80");
  });

  test("is an error inside what a default follows", async () => {
    assert.match((await failure('{{ toUpper(a) | default("x") }}')).message, /"a" is not defined/);
  });

  test("is fine before is defined and is undefined", async () => {
    assert.equal(await rendered('{{ a is defined }} {{ a is undefined }} {{ a.b is not defined }} {% if a is defined %}no{% endif %}'), "false true true ");
  });

  test("suggests the name that is meant", async () => {
    assert.equal((await failure("{% set upstream = 1 %}{{ upstraem }}")).hint, 'Did you mean "upstream"?');
  });

  test("is an error for a variable of a branch that was not taken", async () => {
    assert.match((await failure("{% if false %}{% set a = 1 %}{% endif %}{{ a }}")).message, /"a" is not defined/);
  });
});

describe("naming an undefined member", () => {
  test("is an error in the output, in a condition and before a filter", async () => {
    for (const source of ["{{ o.tls }}", "{% if o.tls %}{% endif %}", "{{ o.tls | upper }}", '{{ o["tls"] }}', "{% for x in o.tls %}{% endfor %}"]) {
      assert.match((await failure(`{% set o = { tsl: 1 } %}${source}`)).message, /an object has no member "tls"$/);
    }
  });

  test("suggests the member that is meant", async () => {
    assert.equal((await failure("{% set o = { address: 1 } %}{{ o.adress }}")).hint, 'Did you mean "address"?');
  });

  test("is an error beyond the end of a list", async () => {
    assert.match((await failure("{{ [1, 2][2] }}")).message, /a list has no member 2/);
  });

  test("is an error where a loop takes more than there is", async () => {
    assert.match((await failure("{% for a, b in [[1]] %}{% endfor %}")).message, /has no member 1/);
  });

  test("is an error in the attribute of a filter", async () => {
    for (const filter of ['join(",", "b")', 'sum("b")', 'groupby("b")', 'sort(attribute="b")']) {
      const error = await failure(`{{ [{ a: 1 }, { a: 2 }] | ${filter} }}`);
      assert.equal(error.code, "TEMPLATE_FAILED", filter);
    }
  });
});

describe("what gives nothing", () => {
  test("is an error unless a default follows", async () => {
    assert.match((await failure("{{ [] | first }}")).message, /filter "first" gives nothing/);
    assert.match((await failure('{{ "x" ~ ([] | last) }}')).message, /filter "last" gives nothing/);
    assert.equal(await rendered('{{ [] | first | default("none") }}'), "none");
  });

  test("is an error for a text that is no number", async () => {
    assert.match((await failure('{{ "x" * 2 }}')).message, /"x" is not a number/);
    assert.match((await failure("{{ 1 / 0 }}")).message, /1 \/ 0 is not a number/);
    assert.match((await failure('{{ "x" | int }}')).message, /gives nothing/);
  });

  test("is an error for an object, a function and bytes in the output", async () => {
    assert.match((await failure("{{ { host: 1 } }}")).hint ?? "", /\(host\)/);
    assert.match((await failure("{{ getv }}")).message, /a function is printed and not called/);
    assert.match((await failure('{{ gets("/*")[0].value }}', { data: { "/b": Uint8Array.of(255) } })).message, /not UTF-8/);
  });

  test("is printed for null", async () => {
    assert.equal(await rendered('[{{ null }}{{ "x" ~ none }}{{ json(\'{"a": null}\').a }}]'), "[x]");
  });

  test("is an error for a loop over what has no items", async () => {
    assert.match((await failure("{% for x in 5 %}{% endfor %}")).message, /a loop needs a list, not 5/);
    assert.match((await failure("{% for x in { a: 1 } %}{% endfor %}")).hint ?? "", /key, value/);
  });
});

describe("what templates rely on keeps working", () => {
  const WORKING: readonly (readonly [what: string, source: string, output: string])[] = [
    ["the loop variable", "{% for x in [7, 8] %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.first }}{{ loop.last }}{{ loop.length }} {% endfor %}", "102truefalse2 211falsetrue2 "],
    ["else of a loop", "{% for x in [] %}{% else %}none{% endfor %}", "none"],
    ["a loop over an object", "{% for k, v in { b: 1, a: 2 } %}{{ k }}{{ v }}{% endfor %}", "b1a2"],
    ["a loop in a loop", "{% for x in [1, 2] %}{% for y in [3, 4] %}{{ x }}{{ y }}{{ loop.index }} {% endfor %}{{ loop.index }} {% endfor %}", "131 142 1 231 242 2 "],
    ["set in a loop", "{% set sum = 0 %}{% for i in [1, 2, 3] %}{% set sum = sum + i %}{% endfor %}{{ sum }}", "6"],
    ["a set block", "{% set x %}a{{ 1 }}{% endset %}{{ x | upper }}", "A1"],
    ["a macro with an optional argument", '{% macro m(a, b="2") %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }} {{ m(1, 3) }} {{ m(1, b=4) }}', "12 13 14"],
    ["a macro that asks for its argument", "{% macro m(a) %}{{ a is defined }}{% endmacro %}{{ m() }}{{ m(1) }}", "falsetrue"],
    ["a macro that calls itself", "{% macro m(n) %}{{ n }}{% if n > 0 %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(2) }}", "210"],
    ["the text of a macro", '{% macro m() %}ab{% endmacro %}{{ m() == "ab" }}{{ m() | length }}{{ "a" in m() }}', "true2true"],
    ["caller", "{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}in{% endcall %}", "<in>"],
    ["caller with arguments", "{% macro m() %}{{ caller(1) }}{% endmacro %}{% call(x) m() %}{{ x + 1 }}{% endcall %}", "2"],
    ["a filter block", "{% filter upper %}ab{% endfilter %}", "AB"],
    ["switch", '{% switch "a" %}{% case "a" %}A{% case "b" %}B{% default %}C{% endswitch %}', "A"],
    ["inline if", '{{ "a" if 1 else "b" }}{{ "c" if 0 }}', "a"],
    ["operators", '{{ 7 // 2 }} {{ 7 % 2 }} {{ 2 ** 3 }} {{ -(2) }} {{ "5" * 2 }} {{ 1 + 2 }} {{ "a" + 1 }} {{ [1] + [2] }}', "3 1 8 -2 10 3 a1 1,2"],
    ["comparisons", '{{ 1 < 2 and not (2 <= 1) }} {{ "a" in ["a"] }} {{ "b" not in "abc" }} {{ "k" in { k: 1 } }}', "true true false true"],
    ["tests", "{{ 4 is even }} {{ 9 is divisibleby(3) }} {{ null is null }} {{ 1 is not string }}", "true true true true"],
    ["cycler and joiner", '{% set c = cycler("a", "b") %}{% set j = joiner() %}{% for x in range(3) %}{{ j() }}{{ c.next() }}{% endfor %}{{ c.current }}', "a,b,aa"],
    ["methods of texts and lists", '{{ "a-b".split("-").join("+") }} {{ "abc".startsWith("ab") }} {{ "x".padStart(3, "0") }} {{ [1, 2].includes(2) }} {{ "abc".length }}', "a+b true 00x true 3"],
    ["push into a list of the template's own", "{% set l = [] %}{% for x in [1, 2] %}{% set n = l.push(x) %}{% endfor %}{{ l }}", "1,2"],
    ["a regular expression", '{{ r/^a+$/.test("aa") }} {{ "aab" | replace(r/a/g, "c") }}', "true ccb"],
    ["named arguments of a filter", '{{ ["b", "a"] | sort(reverse=true) | join }}', "ba"],
    ["select and selectattr", '{{ [1, 2, 3] | select("odd") | join(",") }} {{ [{ n: 1, on: true }, { n: 2 }] | selectattr("on") | length }} {{ [{ n: 1, on: true }, { n: 2 }] | rejectattr("on") | join("", "n") }}', "1,3 1 2"],
    ["groupby", '{% for k, items in [{ t: "a", n: 1 }, { t: "constructor", n: 2 }] | groupby("t") %}{{ k }}={{ items | join(",", "n") }} {% endfor %}', "a=1 constructor=2 "],
    ["sum", '{{ [1, 2] | sum }} {{ [{ n: 2 }] | sum("n") }}', "3 2"],
    ["raw", "{% raw %}{{ a }}{% endraw %}", "{{ a }}"],
  ];
  for (const [what, source, output] of WORKING) {
    test(`${what}`, async () => {
      assert.equal(await rendered(source), output);
    });
  }
});
