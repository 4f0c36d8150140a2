import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failure, rendered } from "./support.ts";

/** Templates that would run for ever, or take all memory, and what is said of them. */
const ENDLESS: Readonly<Record<string, readonly [string, RegExp]>> = {
  "templates that call each other without end": ['{{define "t"}}{{template "t"}}{{end}}{{template "t"}}', /exceeded maximum template depth \(\d+\)$/],
  "templates that execute themselves without end": ['{{define "t"}}{{executeTemplate "t"}}{{end}}{{executeTemplate "t"}}', /exceeded maximum|nested too deeply/],
  "a range over ten million": ["{{range 10000000}}x{{end}}", /exceeded maximum (number of steps|time)/],
  "a loop of ten million": ["{{range loop 10000000}}x{{end}}", /a loop of 10000000 rounds is too long$/],
  "a lookahead": ['{{"x" | regexMatch "(?=x)"}}', /error parsing regexp: invalid or unsupported Perl syntax: `\(\?=`$/],
  "a lookahead of sprig's": ['{{sprig_regexSplit "(?!x)" "a" -1}}', /regexp: Compile\(`\(\?!x\)`\): error parsing regexp/],
  "a text that doubles itself": ['{{scratch.Set "l" "x"}}{{range loop 1000}}{{scratch.Set "l" (printf "%s%s" (scratch.Get "l") (scratch.Get "l"))}}{{end}}', /exceeded maximum length of a string/],
  "a map that is within itself": ['{{$m := sprig_dict "a" 1}}{{$_ := sprig_set $m "m" $m}}{{$m}}', /nested too deeply$/],
  "spaces without end": ['{{indent 1000000000 "x"}}', /1000000000 spaces are too many$/],
  "aliases of aliases in YAML": [`{{parseYAML "a: &a [x,x,x,x,x,x,x,x,x]\\n${["b", "c", "d", "e"].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcd"[at]}`).join(",")}]`).join("\\n")}"}}`, /Excessive alias count/],
};

describe("a template of consul-template's that would never end", () => {
  for (const [name, [template, message]] of Object.entries(ENDLESS)) {
    test(`is an error: ${name}`, { timeout: 60_000 }, async () => assert.match((await failure(template)).message, message));
  }

  test("is none where a regular expression goes through a text in many ways at once", { timeout: 60_000 }, async () => {
    assert.equal(await rendered('{{regexMatch "(a*)*b" (sprig_repeat 20000 "a")}} {{sprig_regexFindAll "(a+)+$" (sprig_repeat 20000 "a") -1 | len}}'), "false 1");
  });

  test("is none where a long list has each item once", { timeout: 60_000 }, async () => {
    assert.equal(await rendered('{{sprig_uniq (sprig_until 50000) | len}} {{sprig_uniq (sprig_chunk 1 (sprig_list 1 1 2)) | len}}'), "50000 2");
  });
});
