import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failure, rendered } from "../support.ts";

const CASES: readonly (readonly [what: string, source: string, output: string])[] = [
  ["split gives the parts", '{{ split("a,b,c", ",") | join("|") }} {{ "a b" | split(" ") | length }}', "a|b|c 2"],
  ["split gives one empty part for an empty text", '{{ split("", ",") | length }}', "1"],
  ["join puts a separator between items", '{{ join(["a", 1], "-") }} {{ ["a", 1] | join("-") }} [{{ join([], ",") }}]', "a-1 a-1 []"],
  ["contains tells whether a part occurs", '{{ contains("abc", "bc") }} {{ "abc" | contains("x") }}', "true false"],
  ["replace replaces so many times", '{{ replace("aaa", "a", "b", 2) }} {{ replace("aaa", "a", "b", -1) }} {{ replace("aaa", "a", "b") }} {{ replace("aaa", "a", "b", 0) }} {{ "aaa" | replace("a", "b") }}', "bba bbb bbb aaa bbb"],
  ["toUpper and toLower change the case", '{{ toUpper("aB") }}{{ toLower("aB") }}{{ "aB" | toUpper }}', "ABabAB"],
  ["trimPrefix takes a prefix away", '{{ trimPrefix("abc", "ab") }} {{ trimPrefix("abc", "x") }} {{ "abc" | trimPrefix("") }}', "c abc abc"],
  ["trimSuffix takes a suffix away", '{{ trimSuffix("abc", "bc") }} {{ trimSuffix("abc", "x") }} {{ "abc" | trimSuffix("") }}', "a abc abc"],
  ["toUpper and toLower take each letter by itself, as Go does", '{{ toUpper("groß ﬁ") }} {{ toLower("ΟΔΟΣ") }}', "GROß ﬁ οδοσ"],
  ["indent leaves an empty text empty, and knows lines by their line feeds alone", '{{ indent(2, "") }}{{ indent(2, "a\r\nb") }}', "  a\r\n  b"],
  ["indent indents all lines, the filter all but the first", '{{ indent(2, "a\\nb\\n\\nc") }}|{{ "a\\nb" | indent(2) }}', "  a\n  b\n  \n  c|a\n  b"],
  ["quote quotes", '{{ quote(\'a"b\\\\c\\nd\') }} {{ "x" | quote }}', '"a\\"b\\\\c\\nd" "x"'],
  ["regexMatch tells whether a pattern matches", '{{ regexMatch("^a+$", "aaa") }} {{ regexMatch("b", "aaa") }} {{ regexMatch("\\\\d", "a1") }}', "true false true"],
  ["regexReplaceAll replaces each match", '{{ regexReplaceAll("a(x*)b", "-ab-axxb-", "<${1}>") }} {{ regexReplaceAll("(?<n>a)", "a", "${n}$1") }}', "-<>-<xx>- aa"],
];

describe("text functions", () => {
  for (const [what, source, output] of CASES) {
    test(what, async () => {
      assert.equal(await rendered(source), output);
    });
  }

  test("a regular expression that is none is an error that names it", async () => {
    assert.match((await failure('{{ regexMatch("a(", "a") }}')).message, /"a\(" is not a regular expression/);
  });

  test("an object or a list in the place of a text is an error", async () => {
    assert.match((await failure("{{ toUpper({}) }}")).message, /toUpper\(\): it needs a text, not an object/);
    assert.match((await failure('{{ split([], ",") }}')).message, /split\(\): it needs a text, not a list/);
    assert.match((await failure('{{ join("a", ",") }}')).message, /join\(\): it needs a list, not "a"/);
  });
});
