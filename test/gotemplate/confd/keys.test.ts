import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatDependency } from "../../../src/core/dependency.ts";
import { textToBytes } from "../../../src/core/text.ts";
import { type Key, ROOT, toKey } from "../../../src/core/key.ts";
import { render } from "../../../src/template/index.ts";
import { closed, lookupOf } from "../../template/support.ts";
import { compiled, failure, rendered, rendering } from "./support.ts";

const DATA = { "/app/web/host": "10.0.0.1", "/app/web/port": "80", "/app/name": "shop", "/other/name": "x", "/top": "t", "consul:/db/host": "of consul" };

describe("keys in a Go template", () => {
  test("what is read is recorded, and what was not there is recorded as missing", async () => {
    const result = await rendering('{{getv "/top"}}{{getv "/nope" "d"}}{{exists "/gone"}}{{len (gets "/app/web/*")}}{{len (ls "/none")}}', { data: DATA });
    if (result.kind !== "rendered") return assert.fail(result.kind);
    assert.deepEqual(result.used.map(formatDependency), ["etcd:/top", "etcd:/nope", "etcd:/gone", "etcd:/app/web/...", "etcd:/none/..."]);
    assert.deepEqual(result.missing.map(formatDependency), ["etcd:/nope", "etcd:/gone"]);
    assert.deepEqual(result.empty.map(formatDependency), ["etcd:/none/..."]);
  });

  test("a key that does not exist is one to wait for, with its place and a hint", async () => {
    const error = await failure('server {\n  host {{getv "/nope"}};\n', { data: DATA });
    assert.equal(error.code, "TEMPLATE_MISSING_KEY");
    assert.deepEqual(error.at, { file: "/templates/main.tmpl", line: 2, column: 10, source: '  host {{getv "/nope"}};' });
    assert.match(error.message, /^Cannot render "main\.tmpl": template: main\.tmpl:2:9: executing "main\.tmpl" at <getv "\/nope">: error calling getv: key does not exist: \/nope$/);
    assert.equal(error.hint, 'Put it, or give a default: {{getv "/nope" "..."}}');
  });

  test("a name that no key can have is nothing to wait for", async () => {
    const error = await failure('{{getv "top"}}', { data: DATA });
    assert.equal(error.code, "TEMPLATE_FAILED");
    assert.match(error.hint ?? "", /slash/);
  });

  test("keys are those below the unit's prefix, without it", async () => {
    const prefix = toKey("/app");
    assert.equal(await rendered('{{getv "/name"}} {{range gets "/web/*"}}{{.Key}}={{.Value}} {{end}}{{ls "/web"}}{{ls "/"}}', { data: DATA, prefix }), "shop /web/host=10.0.0.1 /web/port=80 [host port][name]");
  });

  test("another backend is named before the key", async () => {
    assert.equal(await rendered('{{getv "consul:/db/host"}} {{gets "consul:/db/*"}} {{ls "consul:/db"}} {{gets "consul:/*/*"}}', { data: DATA }), "of consul [{/db/host of consul}] [host] [{/db/host of consul}]");
  });

  test("a list from above the unit's keys sees these alone, as in confd", async () => {
    const source = '{{range gets "/*/name"}}{{.Key}} {{end}}{{len (gets "/*")}} {{ls "/"}} {{getv "/top"}}';
    assert.equal(await rendered(source, { data: DATA }), "/app/name /other/name 1 [top] t");
    const result = await rendering(source, { data: DATA, keys: ["/app"] });
    assert.equal(result.kind === "rendered" && result.text, "/app/name 0 [] t");
    assert.deepEqual(result.kind === "rendered" && result.used.map(formatDependency), ["etcd:/app/...", "etcd:/top"]);
    assert.equal(await rendered(source, { data: DATA, keys: ["/", "/app"] }), "/app/name /other/name 1 [top] t");
    assert.equal(await rendered('{{range gets "/*/name"}}{{.Key}} {{end}}', { data: DATA, keys: ["/other", "/app/name", "/app"] }), "/app/name /other/name ");
  });

  test("lists are in the order of bytes, whatever order the keys came in", async () => {
    const data = { "/l/b": "1", "/l/B": "2", "/l/é": "3", "/l/\u{1f600}": "4", "/l/\uffee": "5", "/l/a": "6" };
    assert.equal(await rendered('{{range gets "/l/*"}}{{base .Key}}{{end}} {{ls "/l"}}', { data }), "Bab\u00e9\uffee\u{1f600} [B a b \u00e9 \uffee \u{1f600}]");
  });

  test("bytes that are not text come out as they are", async () => {
    const text = await rendered('{{getv "/raw"}}|{{len (getv "/raw")}}', { data: { "/raw": Uint8Array.of(0xff, 0x00, 0x80) } });
    assert.deepEqual([...textToBytes(text)], [0xff, 0x00, 0x80, 0x7c, 0x33]);
  });

  test("half of a character in a value is no byte", async () => {
    assert.equal(await rendered('{{getv "/half"}}', { data: { "/half": "a\udc80b" } }), "a\ufffdb");
  });

  test("names in the source are known before the first render", async () => {
    const { literals } = await compiled('{{getv "/a"}}{{if exists "/b"}}{{end}}{{range gets "/up/*/x"}}{{ls (printf "/%s" .)}}{{end}}{{"/piped" | getv}}{{getv (print "/c")}}{{getv "no"}}{{lsdir "/d/"}}{{include "part.tmpl"}}', {
      files: { "part.tmpl": '{{define "x"}}{{cgetv "consul:/s"}}{{end}}{{getvs "/*"}}' },
    });
    assert.deepEqual(literals, ["/", "/a", "/b", "/d", "/piped", "/up", "consul:/s"]);
  });

  test("what is above the unit's keys is not read before the first render either", async () => {
    const { literals } = await compiled('{{range gets "/*"}}{{end}}{{ls "/"}}{{getv "/x"}}{{gets "consul:/*"}}', { keys: ["/app", "/app/web", "/other"] });
    assert.deepEqual(literals, ["/app", "/other", "/x", "consul:/"]);
    assert.deepEqual((await compiled('{{lsdir "/"}}')).literals, []);
  });

  test("a render that no mirror covers tells all that it wants", async () => {
    const template = await compiled('{{range gets "/a/*"}}{{end}}{{range gets "/b/*"}}{{end}}{{getv "/c"}}{{getv "/d"}}');
    const result = render(template, { lookup: lookupOf(DATA, () => false), opener: closed, prefix: ROOT, defaultBackend: "etcd", env: {}, now: () => new Date(0) });
    assert.deepEqual(result.kind === "uncovered" && result.wanted.map(formatDependency), ["etcd:/a/...", "etcd:/b/...", "etcd:/c"]);
  });

  test("with for_each the dot has the item", async () => {
    assert.equal(await rendered("{{.item.name}} {{.item.port}} {{.item.nope}}", { item: { name: "shop", port: 1234567, key: "/a" as Key } }), "shop 1234567 <no value>");
  });
});
