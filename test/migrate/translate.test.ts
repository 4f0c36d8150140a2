import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bothWays, translated, translation } from "./support.ts";

const DATA = {
  "/app/name": "shop",
  "/app/workers": "4",
  "/app/debug": "true",
  "/app/empty": "",
  "/app/hosts": "a,b,c",
  "/app/json": '{"host": "h1", "port": 8080, "on": true, "off": false, "none": [], "tags": ["x", "y"], "limits": {"b": "2", "a": "1"}}',
  "/app/list": '[{"n": "one"}, {"n": "two"}]',
  "/app/motd": 'Grüße "an" \\ {{ alle }} {% %} #} und\n\t<mich> & \'dich\'',
  "/up/b": "10.0.0.2:80",
  "/up/a": "10.0.0.1:80",
  "/sites/shop/name": "shop.example.com",
  "/sites/blog/name": "blog.example.com",
  "/sites/blog/tls": "true",
};

/** What is translated, and what it gives. */
const CASES: Readonly<Record<string, readonly [string, string?]>> = {
  "text that nunjucks would take for tags": ["a {% b %} {# c #} {{\"{{\"}} d }} { #} {{getv \"/app/name\"}} {", "a {% b %} {# c #} {{ d }} { #} shop {"],
  "a brace before an action": ['{ {{- getv "/app/name" -}} }{ {{- if true}}{ {{- end}}', "{shop}{{"],
  "trimming": ["a  \n  {{- getv \"/app/name\" -}}  \n  b", "ashopb"],
  "space and line breaks around blocks": ["  {{if true}}\n\n  a  \n  {{end}}  \n\t{{if false}}b{{end}}\r\n{{if true}}\r\nc{{end}}\n"],
  "a default, also one that is empty": ['{{getv "/nope" "d"}}|{{getv "/nope" ""}}|{{getv "/app/empty" "d"}}', "d|||".slice(0, 3)],
  "a loop over pairs": ['{{range gets "/up/*"}}{{base .Key}}={{.Value}};{{end}}', "a=10.0.0.1:80;b=10.0.0.2:80;"],
  "a loop with nothing in it": ['{{range gets "/none/*"}}x{{else}}none{{end}}', "none"],
  "a loop over names with a variable": ['{{range $site := lsdir "/sites"}}{{$site}}:{{getv (printf "/sites/%s/name" $site)}}:{{getv (printf "/sites/%s/tls" $site) "no"}}\n{{end}}', "blog:blog.example.com:true\nshop:shop.example.com:no\n"],
  "loops in loops, with their numbers": ['{{range $i, $a := ls "/sites"}}{{range $j, $b := ls "/up"}}{{$i}}{{$j}}{{$a}}{{$b}} {{end}}{{$i}}{{end}}'],
  "values in order": ['{{range getvs "/up/*"}}{{.}} {{end}}{{join (getvs "/up/*") ", "}}'],
  "if, else if and else": ['{{range split (getv "/app/hosts") ","}}{{if eq . "a"}}A{{else if eq . "b" "x"}}B{{else}}{{.}}{{end}}{{end}}', "ABc"],
  "conditions on texts, numbers and lists": ['{{if getv "/app/empty"}}1{{end}}{{if gets "/none/*"}}2{{else}}3{{end}}{{if not (exists "/none")}}4{{end}}{{if and (exists "/app/name") (gt (atoi (getv "/app/workers")) 3) (gets "/up/*")}}5{{end}}{{if or (getv "/app/empty") (parseBool (getv "/app/debug"))}}6{{end}}', "3456"],
  "variables that are set again": ['{{$x := "a"}}{{range seq 1 3}}{{if eq . 2}}{{$x = "b"}}{{end}}{{$x}}{{end}}{{$x}}', "abbb"],
  "a variable of the same name within a block": ['{{$x := "a"}}{{if true}}{{$x := "b"}}{{$x}}{{end}}{{$x}}', "ba"],
  "a variable that has the name of a function": ['{{$base := "a"}}{{$base}}{{base "/x/y"}}', "ay"],
  "with and else": ['{{with getv "/app/name"}}{{.}}{{end}}{{with getv "/app/empty"}}{{.}}{{else}}empty{{end}}{{with $n := getv "/app/name"}}{{$n}}{{.}}{{end}}{{with get "/app/name"}}{{.Key}} {{.Value}}{{end}}'],
  "arithmetic": ['{{$n := atoi (getv "/app/workers")}}{{add $n 1}} {{sub $n 5}} {{mul $n 2}} {{div $n 3}} {{mod $n 3}} {{div -7 2}} {{mod -7 2}}', "5 -1 8 1 1 -3 -1"],
  "pipelines": ['{{getv "/app/name" | toUpper | printf "%s-%s" "x"}}', "x-SHOP"],
  "functions on text": ['{{replace (getv "/app/hosts") "," "-" 1}} {{replace "aXbX" "X" "." -1}} {{trimSuffix "a.b" ".b"}} {{trimPrefix "a.b" "a."}} {{contains "abc" "b"}} {{toLower "ÄB"}} {{squote "a"}} {{indent 2 "a\\nb"}} {{base "/a/b/"}} {{dir "/a/b"}}'],
  "printf": ['{{printf "%s:%d %v%% %t" (getv "/app/name") 5 "x" true}} {{printf "%d" 7}}', "shop:5 x% true 7"],
  "lists as Go prints them": ['{{ls "/up"}} {{seq 1 3}} {{split "" ","}}', "[a b] [1 2 3] []"],
  "an index of a list, and its length": ['{{index (split (getv "/app/hosts") ",") 1}}{{len (gets "/up/*")}}', "b2"],
  "members of JSON": ['{{$j := json (getv "/app/json")}}{{$j.host}}:{{$j.port}} {{$j.on}} {{index $j "host"}}{{range $j.tags}} {{.}}{{end}}{{if $j.off}}1{{end}}{{if $j.none}}2{{end}}{{if $j.gone}}3{{end}}{{if $j.tags}}4{{end}}'],
  "a JSON list and a JSON map in order": ['{{range jsonArray (getv "/app/list")}}{{.n}} {{end}}{{$j := json (getv "/app/json")}}{{range $k, $v := json "{\\"b\\":\\"2\\",\\"a\\":\\"1\\",\\"10\\":\\"3\\"}"}}{{$k}}={{$v}} {{end}}'],
  "templates that are defined": ['{{define "line"}}{{.Key}} {{.Value}}\n{{end}}{{range gets "/up/*"}}{{template "line" .}}{{end}}{{block "b" "x"}}[{{.}}]{{end}}{{template "none"}}{{define "none"}}-{{end}}'],
  "a map that is handed to a template": ['{{define "s"}}{{.name}}:{{.port}}{{end}}{{template "s" (map "name" (getv "/app/name") "port" 80)}}', "shop:80"],
  "choices": ['{{default "d" (getv "/app/empty")}}{{coalesce (getv "/app/empty") "last"}}{{ternary "y" "n" (exists "/app/name")}}{{getenv "NOPE" "env"}}{{empty (getv "/app/empty")}}', "dlastyenvtrue"],
  "values that look like tags": ['{{getv "/app/motd"}}'],
};

describe("a Go template that is translated to nunjucks gives the same bytes", () => {
  for (const [what, [source, expected]] of Object.entries(CASES)) {
    test(what, async () => {
      const text = await bothWays(source, { data: DATA });
      if (expected !== undefined) assert.equal(text, expected);
    });
  }
});

describe("what has no exact counterpart is left, with its line", () => {
  const LEFT: Readonly<Record<string, readonly [source: string, reason: RegExp]>> = {
    "a break": ['{{range ls "/a"}}{{break}}{{end}}', /leave a loop/],
    "a regular expression": ['{{regexMatch "a" "b"}}', /RE2/],
    "a time": ["{{datetime}}", /another form/],
    "the length of a text": ['{{len "é"}}', /bytes/],
    "the names at the root": ['{{ls "/"}}', /no key/],
    "a name without a slash": ['{{getv "a"}}', /no key/],
    "the dot at the top": ["{{.}}", /nothing here/],
    "a pair that is printed": ['{{get "/a"}}', /prints otherwise/],
    "a width": ['{{printf "%5s" "a"}}', /printf with %5s/],
    "an included file": ['{{include "a.tmpl"}}', /include/],
    "a template that calls itself": ['{{define "a"}}{{template "a"}}{{end}}{{template "a"}}', /without end/],
    "a text that is not UTF-8": ['{{"\\xff"}}', /UTF-8/],
  };
  for (const [what, [source, reason]] of Object.entries(LEFT)) {
    test(what, () => {
      const outcome = translation(`one\n{{"a"}}\n${source}`);
      assert.equal(outcome.kind, "left");
      if (outcome.kind === "left") assert.match(`${outcome.line}: ${outcome.reason}`, new RegExp(`^3: .*${reason.source}`));
    });
  }

  test("a list of what is above the unit's keys", () => {
    assert.equal(translation('{{range gets "/*"}}{{end}}', ["/app"]).kind, "left");
    assert.equal(translation('{{range gets "/app/*"}}{{end}}', ["/app"]).kind, "translated");
    assert.equal(translation('{{range gets "/app/x/*"}}{{end}}', ["/app"]).kind, "translated");
  });
});

test("the translation reads as one would write it", () => {
  assert.equal(
    translated('upstream web {\n{{range gets "/up/*"}}  server {{.Value}};\n{{end}}}\n'),
    'upstream web {\n{% for pair in gets("/up/*") %}\n  server {{ pair.value }};\n{% endfor %}\n}\n',
  );
});
