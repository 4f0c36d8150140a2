import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failure, rendered } from "../support.ts";

const CASES: readonly (readonly [what: string, source: string, output: string])[] = [
  ["base gives the last name", '{{ base("/a/b") }} {{ base("/a/b/") }} {{ base("/") }} {{ base("") }} {{ "/a/c" | base }}', "b b / . c"],
  ["dir gives all but the last name", '{{ dir("/a/b") }} {{ dir("/a") }} {{ dir("a") }} {{ dir("/a/b/") }} {{ dir("/a//b") }} {{ "/a/c" | dir }}', "/a / . /a/b /a /a"],
  ["map makes an object", '{% set m = map("a", 1, "b", [2]) %}{{ m.a }}{{ m.b }}{{ map() | length }}', "120"],
  ["reverse turns a list round and leaves the given one", '{% set l = [1, 2] %}{{ reverse(l) }} {{ l }} {% for p in reverse(gets("/*")) %}{{ p.key }}{% endfor %} {{ "ab" | reverse }}', "2,1 1,2 /b/a ba"],
  ["sortByLength sorts by length and keeps the order else", '{{ sortByLength(["ccc", "b", "aa", "a"]) }} {{ ["bb", "a"] | sortByLength }}', "b,a,aa,ccc a,bb"],
  ["sortKVByLength sorts pairs by the length of their keys", '{% for p in sortKVByLength(gets("/x/*")) %}{{ p.key }} {% endfor %}', "/x/b /x/aa /x/ccc "],
  ["seq counts up and down", '{{ seq(1, 3) }} {{ seq(3, 1) }} {{ seq(2, 2) }}', "1,2,3 3,2,1 2"],
  ["add, sub, mul, div and mod compute with whole numbers", "{{ add(1, 2) }} {{ sub(1, 2) }} {{ mul(3, 4) }} {{ div(7, 2) }} {{ div(-7, 2) }} {{ mod(7, 3) }} {{ mod(-7, 3) }}", "3 -1 12 3 -3 1 -1"],
  ["atoi reads a whole number", '{{ add(atoi("41"), 1) }} {{ atoi("-3") }} {{ "7" | atoi }}', "42 -3 7"],
  ["parseBool reads the words of Go", '{{ parseBool("1") }}{{ parseBool("T") }}{{ parseBool("true") }} {{ parseBool("0") }}{{ "False" | parseBool }}', "truetruetrue falsefalse"],
  ["base64Encode and base64Decode are each other's reverse", '{{ base64Encode("ä") }} {{ base64Decode("w6Q=") }} {{ "w6Q=" | base64Decode | base64Encode }} {{ base64Decode("AP8=") | base64Encode }}', "w6Q= ä w6Q= AP8="],
  ["sha256 gives the hash in hexadecimal", '{{ sha256("abc") }}', "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ["getenv gives the variable or the default", '{{ getenv("A") }} {{ getenv("E", "d") }} {{ getenv("N", "d") }} [{{ getenv("N") }}]', "a d d []"],
  ["datetime gives the present time", "{{ datetime() }}", "2024-01-31T12:00:00Z"],
];

describe("functions of paths, lists, numbers, encodings and the process", () => {
  const data = { "/a": "1", "/b": "2", "/x/ccc": "3", "/x/b": "4", "/x/aa": "5" };
  for (const [what, source, output] of CASES) {
    test(what, async () => {
      assert.equal(await rendered(source, { data, env: { A: "a", E: "" } }), output);
    });
  }

  const FAILING: readonly (readonly [source: string, message: RegExp])[] = [
    ['{{ map("a") }}', /map\(\): it needs a value for each key/],
    ["{{ map({}, 1) }}", /map\(\): it needs a text, not an object/],
    ['{{ reverse("a") }}', /reverse\(\): it needs a list, not "a"/],
    ["{{ sortKVByLength([1]) }}", /it needs a list of pairs, not of 1/],
    ['{{ add(1, "2") }}', /add\(\): it needs a whole number, not "2"/],
    ["{{ add(1.5, 2) }}", /not 1.5/],
    ["{{ div(1, 0) }}", /div\(\): division by zero/],
    ["{{ mod(1, 0) }}", /mod\(\): division by zero/],
    ['{{ atoi("1.5") }}', /"1.5" is not a whole number/],
    ['{{ atoi("") }}', /"" is not a whole number/],
    ['{{ atoi("99999999999999999999") }}', /is not a whole number/],
    ['{{ parseBool("yes") }}', /"yes" is neither true nor false/],
    ['{{ base64Decode("a") }}', /the text is not base64/],
    ['{{ base64Decode("YQ") }}', /the text is not base64/],
    ["{{ datetime(1) }}", /datetime\(\) takes no arguments, not 1/],
  ];
  for (const [source, message] of FAILING) {
    test(`${source} is an error`, async () => {
      assert.match((await failure(source)).message, message);
    });
  }
});
