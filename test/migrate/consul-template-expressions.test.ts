import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { listsOf } from "../../src/backends/sample-lists.ts";
import type { Key } from "../../src/core/key.ts";
import { bothWays } from "./support.ts";

// As expressions.test.ts, with consul-template's functions.

const INSTANCES = Object.entries({ "web/0/address": "10.0.0.1", "web/0/port": "80", "web/0/tags/0": "v2", "web/0/tags/1": "a", "web/0/meta/z": "eu", "web/1/address": "fd00::1", "web/1/port": "81", "web/1/status": "critical" }).map(([field, value]) => ({ key: `/consul:service/${field}` as Key, value, revision: 1 }));
const CATALOG = Object.fromEntries(["services:", "catalog:", "service:web", "health:web"].map((kind) => [`consul:${kind}`, listsOf(INSTANCES, "samples")("consul", kind as Key)]));
const DATA = { "/a": "x", "/b": "", "/n": "3", "/l": " a,b , c\n", "/j": '{"a":"1","l":["x","y"],"e":""}', "/list/a": "1", "/list/b/c": "x", "/list/b": "y", ...CATALOG };

const { text, flag, number } = fc.letrec<{ text: string; flag: string; number: string; list: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 3, depthSize: "medium" },
    fc.constantFrom('"x"', '""', '"a,b"', '(key "a")', '(key "b")', '(keyOrDefault "none" "d")', '(keyOrDefault "b" "d")', '(keyOrDefault "none" "")', '"{{\\"}}"', '(env "NO")', '(key "l")'),
    fc.tuple(tie("flag"), tie("text"), tie("text")).map(([test, yes, no]) => `(sprig_ternary ${yes} ${no} ${test})`),
    fc.tuple(tie("text"), tie("text")).map(([a, b]) => `(sprig_default ${a} ${b})`),
    fc.tuple(tie("text"), tie("number"), tie("flag")).map((args) => `(printf "%s-%d %v" ${args.join(" ")})`),
    fc.tuple(tie("text"), tie("text")).map(([a, b]) => `(${b} | printf "%s%s" ${a})`),
    fc.tuple(tie("text"), tie("text")).map(([a, b]) => `(or ${a} ${b})`),
    fc.tuple(tie("text"), tie("text")).map(([a, b]) => `(and ${a} ${b})`),
    fc.tuple(fc.constantFrom("toUpper", "trimSpace", "base64Encode", 'keyOrDefault "none"', 'replaceAll "a" "b"'), tie("text")).map(([name, inner]) => `(${inner} | ${name})`),
    fc.tuple(fc.constantFrom("trimPrefix", "trimSuffix"), tie("text"), tie("text")).map((parts) => `(${parts.join(" ")})`),
    tie("list").map((list) => `(join "+" ${list})`),
  ),
  flag: fc.oneof(
    { maxDepth: 3, depthSize: "medium" },
    fc.constantFrom("true", "false", '(keyExists "a")', '(keyExists "none")', '(parseBool "")', '(parseBool (key "b"))'),
    fc.tuple(fc.constantFrom("eq", "ne", "in", "contains"), tie("text"), tie("text")).map((p) => `(${p.join(" ")})`),
    fc.tuple(tie("text"), tie("list")).map(([t, l]) => `(contains ${t} ${l})`),
    fc.tuple(fc.constantFrom("lt", "ge"), tie("number"), tie("number")).map((p) => `(${p.join(" ")})`),
    fc.tuple(fc.constantFrom("and", "or"), tie("flag"), tie("flag"), tie("flag")).map((p) => `(${p.join(" ")})`),
    fc.oneof(tie("flag"), tie("text"), tie("number"), tie("list")).map((inner) => `(not ${inner})`),
  ),
  number: fc.oneof(
    { maxDepth: 3, depthSize: "medium" },
    fc.constantFrom("0", "1", "-7", '(parseInt (key "n"))', '(parseInt "")', '(parseInt (key "b"))'),
    fc.tuple(fc.constantFrom("add", "subtract", "multiply"), tie("number"), tie("number")).map((p) => `(${p.join(" ")})`),
    tie("number").map((inner) => `(${inner} | modulo -2 | divide 2 | add 1)`),
    tie("list").map((list) => `(len ${list})`),
  ),
  list: fc.oneof(
    { maxDepth: 3, depthSize: "medium" },
    fc.constantFrom('(split "," (key "l"))', '(split "," (key "b"))', '("a,b" | split ",")'),
    tie("text").map((inner) => `(split "," ${inner})`),
  ),
})) as { text: fc.Arbitrary<string>; flag: fc.Arbitrary<string>; number: fc.Arbitrary<string> };

test("expressions of consul-template's within each other give the same, printed, tested, set and looped over", async () => {
  const source = fc.oneof(
    fc.oneof(text, flag, number).map((code) => `{{${code}}}`),
    fc.tuple(fc.oneof(flag, text, number), text, fc.oneof(flag, number)).map(([one, two, three]) => `{{if ${one}}}1{{else if ${two}}}2{{else if not ${three}}}3{{else}}4{{end}}`),
    fc.tuple(text, text).map(([a, b]) => `{{$x := ${a}}}{{with ${b}}}{{.}}{{$x}}{{else}}{{$x}}{{end}}`),
    fc.tuple(text, number).map(([a, b]) => `{{range $i, $e := split "," ${a}}}{{$i}}{{$e}}{{if eq $i ${b}}}!{{end}}{{else}}none{{end}}`),
    fc.tuple(text, number).map(([a, b]) => `{{range service "web|any"}}{{.Address}}{{.Port}}{{if contains ${a} .Tags}}t{{end}}{{add .Port ${b}}}{{.ServiceMeta.z}}{{or .ServiceMeta.z ${a}}}{{.Status}}{{end}}`),
    fc.tuple(text, text).map(([a, b]) => `{{range ls "list"}}{{.Key}}{{if eq .Value ${a}}}=x{{end}}{{keyOrDefault (print "list/" .Key) ${b}}}{{end}}{{range tree "list"}}{{.Path}}{{.Key}}{{end}}`),
    text.map((a) => `{{range services}}{{.Name}}{{if in .Tags ${a}}}x{{end}}{{range $k, $v := service .Name}}{{$k}}{{$v.ID}}{{end}}{{end}}`),
    fc.constant('{{with parseJSON (key "j")}}{{.a}}{{range .l}}{{.}}{{end}}{{if .e}}1{{end}}{{index . "a"}}{{end}}{{with parseJSON (key "b")}}y{{else}}n{{end}}'),
  );
  // Many in one template: to compile it takes longest.
  const template = fc.array(source, { minLength: 8, maxLength: 8 }).map((codes) => codes.join("\n"));
  await fc.assert(fc.asyncProperty(template, async (code) => assert.equal(typeof (await bothWays(code, { data: DATA, name: "main.ctmpl" })), "string")), { numRuns: 12, interruptAfterTimeLimit: 10_000 });
});
