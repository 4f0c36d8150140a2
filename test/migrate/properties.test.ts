import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { createGoEngine } from "../../src/gotemplate/engine/index.ts";
import { createTemplateEngine, render } from "../../src/template/index.ts";
import { type Key, ROOT } from "../../src/core/key.ts";
import { AppError } from "../../src/core/error.ts";
import type { CompiledTemplate } from "../../src/core/template.ts";
import { closed, lookupOf } from "../template/support.ts";
import { translated } from "./support.ts";

// Whatever the values are: quotes, tags of either language, letters of all kinds, and keys that are not there.

const RUNS = { numRuns: 150 };
// No characters beyond the first plane: what sorts by bytes in Go sorts by UTF-16 in nunjucks.
const TEXT = fc.oneof(fc.string({ unit: fc.constantFrom(..."\"'\\{}%#-&<>\n\r\t $|,:/ßäÄÉşİıΣσς世", "{{", "}}", "{%", "%}", "{#", "#}", "\u2028") }), fc.string(), fc.constantFrom("", "0", "1", "true", "a,b,,c"));

const TEMPLATES: Readonly<Record<string, string>> = {
  "values with and without defaults": 'a{{getv "/a"}}b{{getv "/b" "x"}}\n{{if exists "/b"}}{{getv "/b"}}{{else}}none{{end}}',
  "loops over pairs, values and names": '{{range gets "/list/*"}}{{base .Key}}={{.Value}};{{else}}empty{{end}}\n{{range $i, $v := getvs "/list/*"}}{{if $i}},{{end}}{{$v}}{{end}}{{ls "/list"}}',
  "conditions": '{{if and (getv "/a") (ne (getv "/a") (getv "/b" ""))}}1{{else if eq (getv "/a") (getv "/b" "") "0"}}2{{else}}3{{end}}{{with getv "/b" ""}}[{{.}}]{{else}}-{{end}}',
  "functions on text": '{{toUpper (getv "/a")}}|{{toLower (getv "/a")}}|{{replace (getv "/a") "," ";" 1}}|{{indent 2 (getv "/a")}}|{{trimPrefix (getv "/a") "a"}}|{{trimSuffix (getv "/a") "/"}}|{{contains (getv "/a") "{{"}}|{{squote (getv "/a")}}',
  "lists of parts": '{{range split (getv "/a") ","}}<{{.}}>{{end}}{{join (split (getv "/a") "/") " "}}{{len (split (getv "/a") "")}}',
  "paths and codes": '{{base (getv "/a")}}|{{dir (getv "/a")}}|{{base64Encode (getv "/a")}}|{{sha256sum (getv "/a")}}|{{base64Decode (base64Encode (getv "/a"))}}',
  "choices and formats": '{{default "d" (getv "/b" "")}}{{coalesce (getv "/b" "") (getv "/a") "z"}}{{ternary "y" "n" (eq (getv "/a") "1")}}{{printf "%s%%%v" (getv "/a") (getv "/b" "b")}}{{empty (getv "/a")}}',
};

const CONSUL_TEMPLATES: Readonly<Record<string, string>> = {
  "keys with and without defaults": '{{key "a"}}|{{keyOrDefault "b" "x"}}|{{keyExists "b"}}{{with keyOrDefault "b" ""}}[{{.}}]{{else}}-{{end}}',
  "pairs below a directory": '{{range ls "list"}}{{.Key}}={{.Value}};{{.Path}}{{end}}\n{{range $i, $p := tree "/list"}}{{$i}}{{$p.Key}}={{.Value}}{{end}}',
  "parts of texts": '{{range split "," (key "a")}}<{{. | trimSpace}}>{{else}}none{{end}}{{key "a" | split "/" | join "+"}}{{if key "a" | split "," | contains "b"}}b{{end}}',
  "functions on text": '{{key "a" | toUpper}}|{{key "a" | toLower}}|{{key "a" | replaceAll "," ";"}}|{{key "a" | trimPrefix "a"}}|{{key "a" | trimSuffix "/"}}|{{in (key "a") "{{"}}|{{key "a" | base64Encode}}|{{key "a" | sha256Hex}}',
};

describe("a translated template gives the same bytes", () => {
  const all = [...Object.entries(TEMPLATES).map(([what, source]) => [what, source, "main.tmpl"] as const), ...Object.entries(CONSUL_TEMPLATES).map(([what, source]) => [what, source, "main.ctmpl"] as const)];
  for (const [what, source, name] of all) {
    test(`whatever the values are: ${what}, in ${name}`, async () => {
      const [old, now] = await compiled(source, name);
      const data = fc.record({ "/a": TEXT, "/b": TEXT, "/list/a": TEXT, "/list/b": TEXT, "/list/é": TEXT }, { requiredKeys: ["/a"] });
      fc.assert(fc.property(data, (values) => assert.equal(textOf(now, values), textOf(old, values))), RUNS);
    });
  }

  test("whatever the text around actions is", async () => {
    const piece = fc.oneof(fc.constantFrom("{{getv \"/a\"}}", "{{if true}}", "{{range ls \"/list\"}}", "{{$x := 1}}", "\n", "\r\n", "  ", "\t", "{", "}", "{%", "%}", "#}", "{#", "-", "{{- \"x\" -}}"), TEXT.filter((text) => !text.includes("{{")));
    const pieces = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join("") + "{{end}}".repeat(parts.filter((part) => /^\{\{(if|range)/.test(part)).length));
    await fc.assert(fc.asyncProperty(pieces, async (source) => {
      const made = await compiled(source).catch((thrown: unknown) => {
        if (!(thrown instanceof AppError)) throw thrown;
        return undefined;
      });
      if (made !== undefined) assert.equal(textOf(made[1], { "/a": "v", "/list/a": "1", "/list/b": "2" }), textOf(made[0], { "/a": "v", "/list/a": "1", "/list/b": "2" }), source);
    }), RUNS);
  });
});

async function compiled(source: string, name: "main.tmpl" | "main.ctmpl" = "main.tmpl"): Promise<readonly [CompiledTemplate, CompiledTemplate]> {
  const machine = { hostname: "host", exists: () => false, interfaces: () => [] };
  const go = createGoEngine({ directory: "/t", readFile: () => source, machine, published: { instances: () => [], services: () => [] } as never });
  const old = go.compile(name);
  const text = translated(source, [], name);
  await go.ready();
  return [old, createTemplateEngine({ directory: "/t", readFile: () => text }).compile("main.njk")];
}

function textOf(template: CompiledTemplate, data: Readonly<Record<string, string>>): string {
  const outcome = render(template, { lookup: lookupOf(data), opener: closed, prefix: ROOT as Key, defaultBackend: "etcd", env: {}, now: () => new Date(0) });
  if (outcome.kind === "failed") return `failed: ${outcome.error.code}`;
  assert.equal(outcome.kind, "rendered");
  return outcome.kind === "rendered" ? outcome.text : "";
}
