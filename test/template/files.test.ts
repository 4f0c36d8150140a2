import assert from "node:assert/strict";
import { mkdir, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { tempDir } from "../support/temp.ts";
import { createTemplateEngine } from "../../src/template/index.ts";
import { closed, failure, lookupOf, readFile, rendered } from "./support.ts";
import { render } from "../../src/template/render.ts";
import { ROOT } from "../../src/core/key.ts";

describe("include", () => {
  test("renders another file with the variables of this one", async () => {
    const files = { "sub/part.njk": "{{ name }}-{{ x }}-{{ loop.index }};" };
    assert.equal(await rendered('{% set name = "n" %}{% for x in [7, 8] %}{% include "sub/part.njk" %}{% endfor %}', { files }), "n-7-1;n-8-2;");
  });

  test("takes a name that is computed, and one beside the file", async () => {
    const files = { "sub/a.njk": '{% include "./b.njk" %}', "sub/b.njk": "B" };
    assert.equal(await rendered('{% set n = "sub/a.njk" %}{% include n %}', { files }), "B");
  });

  test("passes over a missing file that may be missing", async () => {
    assert.equal(await rendered('a{% include "nope.njk" ignore missing %}b'), "ab");
  });

  test("keeps what it sets to itself", async () => {
    assert.match((await failure('{% include "part.njk" %}{{ inner }}', { files: { "part.njk": "{% set inner = 1 %}" } })).message, /"inner" is not defined/);
  });

  test("refuses names outside of the templates directory", async () => {
    for (const name of ["../x", "/etc/passwd", "a/../../x", "..\\\\x", ""]) {
      assert.match((await failure(`{% include "${name}" %}`)).message, /is not below the templates directory$/, name);
      assert.match((await failure(`{% set n = "${name}" %}{% include n %}`)).message, /is not below the templates directory$/, name);
    }
  });
});

describe("import", () => {
  const files = { "m.njk": '{% set version = 2 %}{% macro hi(name, end="!") %}hi {{ name }}{{ end }}{{ getv("/k", "") }}{% endmacro %}{% macro seen() %}{{ outer is defined }}{% endmacro %}' };

  test("brings macros and variables under one name", async () => {
    assert.equal(await rendered('{% import "m.njk" as m %}{{ m.hi("a") }} {{ m.version }}', { files, data: { "/k": "K" } }), "hi a!K 2");
  });

  test("brings single names, also renamed", async () => {
    assert.equal(await rendered('{% from "m.njk" import hi, version as v %}{{ hi("b", end="?") }} {{ v }}', { files }), "hi b? 2");
  });

  test("does not see the variables of the importing file", async () => {
    assert.equal(await rendered('{% set outer = 1 %}{% import "m.njk" as m %}{{ m.seen() }}', { files }), "false");
  });

  test("works inside a block and a macro", async () => {
    assert.equal(await rendered('{% block b %}{% import "m.njk" as m %}{{ m.version }}{% endblock %}{% macro x() %}{% from "m.njk" import version %}{{ version }}{% endmacro %}{{ x() }}', { files }), "22");
  });
});

describe("extends", () => {
  const files = {
    "base.njk": "<{% block a %}A{% endblock %}|{% block b %}B{% endblock %}>",
    "middle.njk": '{% extends "base.njk" %}{% block a %}M{{ super() }}{% endblock %}',
  };

  test("replaces the blocks of the parent", async () => {
    assert.equal(await rendered('{% extends "base.njk" %}ignored{% block b %}mine{% endblock %}', { files }), "<A|mine>");
  });

  test("reaches the parent's block through super, over several generations", async () => {
    assert.equal(await rendered('{% extends "middle.njk" %}{% block a %}C{{ super() | lower }}{% endblock %}', { files }), "<Cma|B>");
  });

  test("hands variables that are set at the top to the parent", async () => {
    const parent = { "p.njk": "{{ title }}{% block x %}{% endblock %}" };
    assert.equal(await rendered('{% extends "p.njk" %}{% set title = "t" %}{% block x %}{{ title }}{% endblock %}', { files: parent }), "tt");
  });

  test("takes blocks in blocks", async () => {
    const parent = { "p.njk": "{% block a %}1{% block b %}2{% endblock %}3{% endblock %}" };
    assert.equal(await rendered('{% extends "p.njk" %}{% block b %}x{% endblock %}', { files: parent }), "1x3");
  });
});

describe("whitespace", () => {
  test("a line that holds only a tag leaves nothing", async () => {
    assert.equal(await rendered("a\n  {% if true %}\n  b\n  {% endif %}\nc\n"), "a\n  b\nc\n");
  });

  test("so does one with CRLF, and other lines keep theirs", async () => {
    assert.equal(await rendered("a\r\n  {% if true %}\r\n  b\r\n  {% endif %}\r\nc\r\n"), "a\r\n  b\r\nc\r\n");
  });

  test("a line that holds only a comment leaves nothing", async () => {
    assert.equal(await rendered("{# 1 #}\na\n  {# 2\n 3 #}\nb {# 4 #}\n{% if true %}\n{# 5 #}\nc\n{% endif %}\nd{# 6 #}e\n{# 7 #}\r\nf"), "a\nb \nc\nde\nf");
  });

  test("the newline after an expression and at the end stays", async () => {
    assert.equal(await rendered("{{ 1 }}\n{{ 2 }}\n"), "1\n2\n");
    assert.equal(await rendered("{{ 1 }}"), "1");
  });

  test("a dash takes all whitespace on its side", async () => {
    assert.equal(await rendered("a  {%- if true -%}  b  {%- endif -%}  c {{- 1 -}} d"), "abc1d");
  });

  test("nothing is escaped", async () => {
    assert.equal(await rendered('{{ "<a & \'b\'>" }}{{ getv("/x") }}', { data: { "/x": '"<&>"' } }), '<a & \'b\'>"<&>"');
  });

  test("a byte order mark is not part of the output", async () => {
    assert.equal(await rendered("\uFEFFa"), "a");
  });
});

describe("a compiled template", () => {
  test("names all files it was made of, also those that it found out as it rendered", async () => {
    await using directory = await tempDir();
    await directory.write("main.njk", '{% extends "base.njk" %}{% import "m.njk" as m %}{% block b %}{% set n = "late.njk" %}{% include n %}{% endblock %}');
    await directory.write("base.njk", '{% block b %}{% endblock %}{% include "part.njk" %}');
    for (const name of ["m.njk", "part.njk", "late.njk"]) await directory.write(name, "x");
    const template = createTemplateEngine({ directory: directory.path, readFile }).compile("main.njk");
    assert.deepEqual([...template.sources].sort(), ["base.njk", "m.njk", "main.njk", "part.njk"].map((name) => directory.join(name)));

    render(template, { lookup: lookupOf({}), opener: closed, prefix: ROOT, defaultBackend: "etcd", env: {}, now: () => new Date(0) });
    assert.ok(template.sources.includes(directory.join("late.njk")));
  });

  test("names the keys and prefixes that its files name literally", async () => {
    await using directory = await tempDir();
    const source = '{{ getv("/a/b") }}{{ gets("/up/*") }}{{ exists("consul:/c") }}{{ getv(x ~ "/y") }}{% if ls("/dir/") %}{% endif %}{% switch getv64("/s") %}{% case 1 %}{{ getvs("/g/[ab]/x") }}{% endswitch %}{% include "part.njk" %}{{ gets("/exact") | length }}{{ gets("/*") }}{{ tree("/deep") | length }}{{ toUpper("/no") }}';
    await directory.write("main.njk", source);
    await directory.write("part.njk", '{% macro m() %}{{ getv("/in/part", "d") }}{% endmacro %}');
    const { literals } = createTemplateEngine({ directory: directory.path, readFile }).compile("main.njk");
    assert.deepEqual(literals, ["/", "/a/b", "/deep", "/dir/", "/exact", "/g", "/in/part", "/s", "/up", "consul:/c"]);
  });

  test("is found through a templates directory that is a symlink, as Kubernetes mounts it", async () => {
    await using directory = await tempDir();
    await mkdir(directory.join("..2024"));
    await directory.write("..2024/main.njk", '{% include "part.njk" %}');
    await directory.write("..2024/part.njk", "P");
    await symlink("..2024", directory.join("..data"));
    await symlink("..data/main.njk", directory.join("main.njk"));
    await symlink("..data/part.njk", directory.join("part.njk"));
    const template = createTemplateEngine({ directory: directory.path, readFile }).compile("main.njk");
    assert.equal(template.render({ reader: { entry: () => undefined, entries: () => [], special: () => undefined, sensitive: false, value: ({ value }) => value, secret: ({ value }) => value }, env: {}, now: () => new Date(0) }), "P");
  });

  test("cannot be compiled when it is not there", () => {
    assert.throws(() => createTemplateEngine({ directory: "/nowhere", readFile }).compile("main.njk"), {
      code: "TEMPLATE_INVALID",
      message: 'Cannot compile "main.njk": there is no file "main.njk" in the templates directory',
      at: { file: "/nowhere/main.njk" },
    });
  });
});

test("loading nunjucks does not load chokidar", () => {
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  assert.ok(loaded.some((path) => path.includes("/nunjucks/")));
  assert.deepEqual(loaded.filter((path) => path.includes("/chokidar/")), []);
});
