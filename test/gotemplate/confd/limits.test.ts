import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failure } from "./support.ts";

describe("a Go template that would go on for ever is an error", () => {
  const cases: Readonly<Record<string, readonly [source: string, message: RegExp]>> = {
    "templates that call each other without end": ['{{define "t"}}{{template "t"}}{{end}}{{template "t"}}', /exceeded maximum template depth \(\d+\)$/],
    "a range over ten million": ["{{range 10000000}}{{end}}", /exceeded maximum number of steps/],
    "a sequence of ten million": ["{{len (seq 1 10000000)}}", /a sequence of 10000000 numbers is too long$/],
    "a text that is repeated too often": ['{{repeat 1000000000 "ab"}}', /error calling repeat: /],
    "a pad that is too long": ['{{indent 100000000 "a"}}', /exceeded maximum length of a string/],
    "a replacement that explodes": ['{{$s := repeat 10000 "a"}}{{$s = replace $s "a" $s -1}}', /exceeded maximum length of a string/],
    "a list that doubles": ['{{$l := list 1}}{{range 100000}}{{$l = append $l .}}{{end}}', /exceeded maximum number of steps/],
    "lookahead": ['{{regexMatch "(?=a)b" "a"}}', /error parsing regexp: invalid or unsupported Perl syntax: `\(\?=`$/],
    "a regular expression that is too long": ['{{regexMatch (repeat 20000 "a") "a"}}', /longer than 10000 characters$/],
    "a text that is too long for its regular expression": ['{{regexMatch "(a{900}){1}b" (repeat 8000000 "a")}}', /too long for this regular expression$/],
  };
  for (const [what, [source, message]] of Object.entries(cases)) {
    test(what, async () => {
      const error = await failure(source);
      assert.equal(error.code, "TEMPLATE_FAILED");
      assert.match(error.message, message);
    });
  }

  test("files that include others share one number of steps", async () => {
    const files = { "a.tmpl": "{{range 1000000}}{{end}}" };
    assert.match((await failure('{{range 100}}{{include "a.tmpl"}}{{end}}', { files })).message, /include a\.tmpl: .*exceeded maximum number of steps/);
  });

  test("a render that takes longer than ten seconds", async () => {
    let seconds = 0;
    const now = () => new Date((seconds += 1) * 1_000);
    assert.match((await failure("{{range 1000000}}{{end}}", { now })).message, /exceeded maximum time$/);
  });

  test("a replacement whose matches each look at the whole text", async () => {
    let seconds = 0;
    const now = () => new Date((seconds += 1) * 1_000);
    assert.match((await failure('{{regexReplaceAll "a.*b|a" (repeat 10000 "a") "c"}}', { now })).message, /exceeded maximum time$/);
  });

  test("a regular expression whose backtracking would take for ever is none here", async () => {
    const started = performance.now();
    assert.match((await failure('{{if regexMatch "(a+a+)+b" (repeat 100000 "a")}}{{end}}{{div 1 0}}')).message, /division by zero$/);
    assert.ok(performance.now() - started < 5_000);
  });
});
