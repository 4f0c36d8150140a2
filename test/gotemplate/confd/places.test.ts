import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeError } from "../../../src/core/error.ts";
import { createGoEngine } from "../../../src/gotemplate/engine/index.ts";
import { compiled, failure, rendered } from "./support.ts";

describe("where a Go template is wrong", () => {
  test("what Go refuses is refused with Go's sentence and the line", async () => {
    const error = await failure("a\n{{if}}\n{{end}}");
    assert.equal(error.code, "TEMPLATE_INVALID");
    assert.equal(error.message, 'Cannot compile "main.tmpl": template: main.tmpl:2: missing value for if');
    assert.deepEqual(error.at, { file: "/templates/main.tmpl", line: 2 });
  });

  test("a function that is not known is refused before the first render, with the nearest one", async () => {
    const error = await failure('{{getvv "/a"}}');
    assert.equal(error.code, "TEMPLATE_INVALID");
    assert.match(error.message, /template: main\.tmpl:1: function "getvv" not defined$/);
    assert.equal(error.hint, 'Did you mean "getv"?');
  });

  test("the place is shown in its line, in characters, where Go counts bytes", async () => {
    const error = await failure('é {{atoi "x"}}');
    assert.match(error.message, /main\.tmpl:1:5: /);
    assert.equal(describeError(error).split("\n").slice(1).join("\n"), '  1 | é {{atoi "x"}}\n          ^');
  });

  test("an error in an included file is placed there", async () => {
    const error = await failure('x\n{{include "parts/a.tmpl"}}', { files: { "parts/a.tmpl": "\n\n{{div 1 0}}" } });
    assert.equal(error.code, "TEMPLATE_FAILED");
    assert.deepEqual([error.at?.file, error.at?.line, error.at?.column], ["/templates/parts/a.tmpl", 3, 3]);
    assert.match(error.message, /at <include "parts\/a\.tmpl">: error calling include: execute include parts\/a\.tmpl: template: a\.tmpl:3:2: executing "a\.tmpl" at <div 1 0>: error calling div: division by zero$/);
  });

  test("a key that an included file misses is one to wait for", async () => {
    assert.equal((await failure('{{include "a.tmpl"}}', { files: { "a.tmpl": '{{getv "/nope"}}' } })).code, "TEMPLATE_MISSING_KEY");
  });

  test("an included file that cannot be parsed harms only who includes it", async () => {
    const files = { "bad.tmpl": "{{if}}" };
    assert.equal(await rendered('{{if exists "/a"}}{{include "bad.tmpl"}}{{include "none.tmpl"}}{{end}}fine', { files }), "fine");
    const error = await failure('{{include "bad.tmpl"}}', { files });
    assert.deepEqual(error.at, { file: "/templates/bad.tmpl", line: 1 });
  });

  test("included files are sources too, also those that are not there and those that are found as it renders", async () => {
    const template = await compiled('{{include "a.tmpl"}}{{include "none.tmpl"}}{{include (getenv "PART")}}', { files: { "a.tmpl": '{{include "b.tmpl"}}' } });
    assert.deepEqual(template.sources, ["main.tmpl", "a.tmpl", "none.tmpl", "b.tmpl"].map((name) => `/templates/${name}`));
  });

  test("a file that is not there, or cannot be read, is no template", () => {
    const compile = (readFile: (path: string) => string | undefined) => createGoEngine({ directory: "/templates", readFile, machine: { hostname: "", exists: () => false, interfaces: () => [] }, published: { instances: () => [], services: () => [] } }).compile("web.tmpl");
    const refused = { code: "TEMPLATE_INVALID", at: { file: "/templates/web.tmpl" } };
    assert.throws(() => compile(() => undefined), { ...refused, message: 'Cannot compile "web.tmpl": there is no file "web.tmpl" in the templates directory' });
    assert.throws(() => compile(() => { throw new Error("EACCES: permission denied"); }), { ...refused, message: 'Cannot compile "web.tmpl": EACCES: permission denied' });
  });

  test("no file outside of the templates directory is a template", async () => {
    for (const name of ["../secret.tmpl", "a/../../secret.tmpl", "/../secret.tmpl\\x00"]) assert.match((await failure(`{{include "${name}"}}`)).message, /outside template directory|no such file/);
  });
});

describe("what is odd in a Go template", () => {
  const odd = async (source: string) => ((await compiled(source)).oddities ?? []).map((error) => `${error.at?.line}:${error.at?.column} ${error.message}`);

  test("is told where confd is plainly wrong", async () => {
    const found = await odd('{{lsdir "/"}}\n  {{range ls "/"}}{{end}}\n{{reverse (gets "/a/*")}}{{gets "/a/*" | reverse}}');
    assert.deepEqual(found.map((line) => line.replace(/, as in confd.*/, "")), [
      '1:3 lsdir "/" is always empty',
      '2:11 ls "/" gives the keys at the root and no directory',
      "3:3 reverse has no effect on what gets gives",
      "3:42 reverse has no effect on what gets gives",
    ]);
  });

  test("is told for names that find nothing", async () => {
    const found = await odd('{{getv "a" ""}}{{exists "/a/"}}{{get "//a"}}{{gets "a/*"}}{{getvs "/a/"}}{{ls "a"}}{{lsdir ""}}');
    assert.deepEqual(found.map((line) => line.split(" finds nothing")[0]?.slice(line.indexOf(" ") + 1)), ['getv "a"', 'exists "/a/"', 'get "//a"', 'gets "a/*"', 'getvs "/a/"', 'ls "a"', 'lsdir ""']);
  });

  test("is told for a time in the output", async () => {
    assert.match((await odd("{{datetime}}"))[0] ?? "", /each render a reload/);
  });

  test("is nothing in a template that is sound", async () => {
    assert.deepEqual(await odd('{{getv "/a"}}{{gets "/a/*"}}{{gets "consul:/a/*"}}{{ls "/a/"}}{{reverse (getvs "/a/*")}}{{getv (print "a")}}'), []);
  });
});
