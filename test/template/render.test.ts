import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatDependency } from "../../src/core/dependency.ts";
import type { Entry } from "../../src/core/entry.ts";
import { type Key, ROOT, toKey } from "../../src/core/key.ts";
import type { Rendering } from "../../src/core/template.ts";
import { createTemplateEngine, type Lookup, render } from "../../src/template/index.ts";
import { closed, lookupOf, rendered, rendering } from "./support.ts";

const OPTIONS = { opener: closed, prefix: ROOT, defaultBackend: "etcd", env: {}, now: () => new Date(0) };

describe("render() remembers what was read", () => {
  test("used keys and prefixes, and the missing ones among them", async () => {
    const source = '{{ getv("/a") }}{{ getv("/b", "") }}{{ exists("/c") }}{{ gets("/up/*") | length }}{{ ls("/dir") | length }}{{ getv("/a") }}{{ lookupIP("db") | length }}';
    const result = await rendering(source, { data: { "/a": "1" } });
    assert.deepEqual(names(result, "used"), ["etcd:/a", "etcd:/b", "etcd:/c", "etcd:/up/...", "etcd:/dir/...", "dns:ip:db"]);
    assert.deepEqual(names(result, "missing"), ["etcd:/b", "etcd:/c", "dns:ip:db"]);
  });

  test("also when the render fails", async () => {
    const result = await rendering('{{ getv("/a") }}{{ getv("/gone") }}', { data: { "/a": "1" } });
    assert.equal(result.kind === "failed" && result.error.code, "TEMPLATE_MISSING_KEY");
    assert.deepEqual(names(result, "used"), ["etcd:/a", "etcd:/gone"]);
    assert.deepEqual(names(result, "missing"), ["etcd:/gone"]);
  });

  test("a missing key before the filter default, or is defined, is no error", async () => {
    const result = await rendering('{{ getv("/a") | default("d") }}{{ get("/b").value | default("e") }}{{ getv("/c") is defined }}');
    assert.equal(result.kind === "rendered" && result.text, "defalse");
    assert.deepEqual(names(result, "missing"), ["etcd:/a", "etcd:/b", "etcd:/c"]);
  });

  test("a missing key inside a macro is an error whatever follows the macro", async () => {
    const result = await rendering('{% macro m() %}{{ getv("/a") }}{% endmacro %}{{ m() | default("d") }}');
    assert.equal(result.kind, "failed");
  });
});

describe("render() and the prefix", () => {
  const data = { "/production/db/host": "h", "/production/up/1": "a", "/db/host": "other", "consul:/db/host": "c", "consul:/up/1": "x" };
  const prefix = toKey("/production");

  test("stands before keys of the default backend and is not seen by the template", async () => {
    const source = '{{ getv("/db/host") }} {{ getv("db//host/") }} {{ get("/db/host").key }} {% for p in gets("/up/*") %}{{ p.key }}={{ p.value }}{% endfor %} {{ ls("/") }}';
    const result = await rendering(source, { data, prefix });
    assert.equal(result.kind === "rendered" && result.text, "h h /db/host /up/1=a db,up");
    assert.deepEqual(names(result, "used"), ["etcd:/production/db/host", "etcd:/production/up/...", "etcd:/production/..."]);
  });

  test("does not stand before keys of another backend", async () => {
    const source = '{{ getv("consul:/db/host") }} {% for p in gets("consul:/up/*") %}{{ p.key }}={{ p.value }}{% endfor %} {{ ls("consul:/up") }}';
    const result = await rendering(source, { data, prefix });
    assert.equal(result.kind === "rendered" && result.text, "c /up/1=x 1");
    assert.deepEqual(names(result, "used"), ["consul:/db/host", "consul:/up/..."]);
  });

  test("stands before the default backend's keys also when it is named", async () => {
    assert.equal(await rendered('{{ getv("etcd:/db/host") }}', { data, prefix }), "h");
  });

  test("the message of a missing key names it as the template does", async () => {
    const result = await rendering('{{ getv("/nope") }}', { data, prefix });
    assert.match(result.kind === "failed" ? result.error.message : "", /key "\/nope" does not exist/);
    assert.deepEqual(names(result, "missing"), ["etcd:/production/nope"]);
  });
});

describe("render() of what no mirror holds", () => {
  const uncovered = (source: string, covered: Lookup["covers"] = () => false) => render(compiled(source), { ...OPTIONS, lookup: lookupOf({ "/known": "k" }, covered) });

  test("gathers prefixes and goes on to the first key", () => {
    const result = uncovered('{% for p in gets("/a/*") %}{{ p.value }}{% endfor %}{{ ls("/b") }}{{ getv("/c") }}{{ getv("/d") }}');
    assert.deepEqual(names(result, "wanted"), ["etcd:/a/...", "etcd:/b/...", "etcd:/c"]);
  });

  test("hides the errors that come of it", () => {
    const result = uncovered('{{ gets("/a/*")[0].value }}');
    assert.deepEqual(names(result, "wanted"), ["etcd:/a/..."]);
  });

  test("is not hidden by a default", () => {
    assert.deepEqual(names(uncovered('{{ getv("/a", "d") }}'), "wanted"), ["etcd:/a"]);
    assert.deepEqual(names(uncovered('{{ getv("/a") | default("d") }}'), "wanted"), ["etcd:/a"]);
  });

  test("asks for services and names like for keys", () => {
    assert.deepEqual(names(uncovered('{{ service("web") | length }}'), "wanted"), ["consul:service:web"]);
  });

  test("asks only for what is not held", () => {
    const result = uncovered('{{ getv("/known") }}{{ gets("/a/*") | length }}', ({ key }) => key === "/known");
    assert.deepEqual(names(result, "wanted"), ["etcd:/a/..."]);
  });
});

describe("render() of many keys", () => {
  test("makes pairs once for a list that many units share", () => {
    const entries = Object.freeze(thousand());
    let reads = 0;
    const watched = new Proxy(entries, { get: (target, name, receiver) => (name === "filter" && reads++, Reflect.get(target, name, receiver)) });
    const lookup: Lookup = { covers: () => true, entry: () => undefined, entries: () => watched };
    for (let unit = 0; unit < 50; unit++) render(compiled('{{ gets("/up/*") | length }}'), { ...OPTIONS, lookup });
    assert.equal(reads, 1);
  });
});

function compiled(source: string) {
  return createTemplateEngine({ directory: "/templates", readFile: () => source }).compile("main.njk");
}

function thousand(): Entry[] {
  return Array.from({ length: 1_000 }, (_, index) => ({ key: `/up/${String(index).padStart(4, "0")}` as Key, value: `10.0.0.${index}`, revision: 1 }));
}

function names(result: Rendering, which: "used" | "missing" | "wanted"): string[] {
  const lists: Partial<Record<typeof which, Parameters<typeof formatDependency>[0][]>> = { ...(result as object) };
  return (lists[which] ?? []).map(formatDependency);
}
