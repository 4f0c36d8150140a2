import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { startConsul } from "../support/consul.ts";
import { type Project, project } from "../support/remora.ts";

const unit = (dest: string, forEach = "/vhosts/*") => `[template]\nsrc = "vhost.njk"\nfor_each = '${forEach}'\ndest = "$DIR/out/${dest}"\n`;

function vhosts(data: string, files: Readonly<Record<string, string>> = {}) {
  return project({ "data.yaml": data, "templates/app.njk": "", "conf.d/app.toml": "", "templates/vhost.njk": "{{ toJson(item) }}\n", "conf.d/web.toml": unit("{{ item.name }}.conf"), ...files });
}

const render = (app: Project, args: readonly string[] = []) => app.remora(["render", "--backend", "file", "--file-path", app.directory.join("data.yaml"), ...args]);
const written = (app: Project) => (existsSync(app.directory.join("out")) ? readdirSync(app.directory.join("out")).sort() : []);

describe("for_each refuses", () => {
  test("a name that would leave the directory, and writes none of the unit's files", async () => {
    await using app = await vhosts('vhosts: { a: x, "..": y }\n');
    const { code, stderr } = await render(app);
    assert.equal(code, 4, stderr);
    assert.match(stderr, /Cannot name the file of item "\/vhosts\/\.\."/);
    assert.deepEqual(written(app), []);
  });

  test("two items with one file, and names both", async () => {
    await using app = await vhosts("vhosts: { a: { site: x }, b: { site: y } }\n", { "conf.d/web.toml": unit("{{ item.value }}.conf", "/vhosts/*/site").replace("value", "key") });
    assert.match((await render(app)).stderr, /its key "\/vhosts\/a\/site" holds a slash/);
    await app.write("conf.d/web.toml", unit("{{ item.kind }}.conf", 'json("[{\\"name\\": \\"a\\", \\"kind\\": \\"k\\"}, {\\"name\\": \\"b\\", \\"kind\\": \\"k\\"}]")').replace("json(", "jsonArray("));
    const { code, stderr } = await render(app);
    assert.equal(code, 4, stderr);
    assert.match(stderr, /out\/k\.conf" is the target of the items "a" and "b"/);
    assert.deepEqual(written(app), []);
  });

  test("a file that another unit writes, by name or for an item of its own", async () => {
    const other = '[template]\nsrc = "vhost.njk"\nfor_each = "/others/*"\ndest = "$DIR/out/./{{ item.name }}{{ item.end }}"\n'.replace("{{ item.end }}", ".con{{ item.value }}");
    await using app = await vhosts("vhosts: { a: x, b: y }\nothers: { b: f }\n", { "conf.d/by-name.toml": '[template]\nsrc = "one.njk"\ndest = "$DIR/out/a.conf"\n', "templates/one.njk": "one\n" });
    const first = await render(app);
    assert.equal(first.code, 4, first.stderr);
    assert.match(first.stderr, /out\/a\.conf" is a target of unit "by-name" as well/);
    assert.deepEqual(written(app), ["a.conf"]);
    await app.write("conf.d/by-name.toml", other);
    const second = await render(app);
    assert.match(second.stderr, /out\/b\.conf" is a target of unit "by-name" as well/);
    assert.deepEqual(written(app), ["a.conf", "b.conf"]);
  });

  test("an expression that cannot be compiled, or gives no list, and names the unit's file", async () => {
    await using app = await vhosts("vhosts: { a: x }\n", { "conf.d/web.toml": unit("{{ item.name }}", "servces()") });
    const unknown = await render(app);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /conf\.d\/web\.toml: Cannot list the items of for_each = "servces\(\)": there is no function "servces"\n.*Did you mean "service/);
    await app.write("conf.d/web.toml", unit("{{ item.name }}", 'getv("/vhosts/a")'));
    const noList = await render(app);
    assert.equal(noList.code, 4);
    assert.match(noList.stderr, /it gives no list/);
  });

  test("a template that fails for an item, and says for which one", async () => {
    await using app = await vhosts("vhosts: { a: x, b: { c: y } }\n", { "templates/vhost.njk": "{{ item.value }}" });
    const { code, stderr } = await render(app);
    assert.equal(code, 4);
    assert.match(stderr, /vhost\.njk:1:9: .*"value".*\(item "\/vhosts\/b"\)/);
  });
});

describe("for_each lists", () => {
  test("the names that a function gives", async () => {
    await using app = await vhosts("sites: { a: { x: 1 }, b: 2 }\n", { "conf.d/web.toml": unit("{{ item.name }}", 'lsdir("/sites")') });
    assert.equal((await render(app)).code, 0);
    assert.deepEqual(written(app), ["a"]);
  });

  test("pairs of keys in the middle of which the name is", async () => {
    await using app = await vhosts("sites: { a: { domain: a.example.com }, b: { other: 1 } }\n", { "conf.d/web.toml": unit("{{ item.name }}", "/sites/*/domain") });
    assert.equal((await render(app)).code, 0);
    assert.equal(await app.read("out/a"), '{"key":"/sites/a/domain","name":"a","value":"a.example.com"}\n');
    assert.deepEqual(written(app), ["a"]);
  });

  test("items for a Go template, as its dot", async () => {
    await using app = await vhosts("vhosts: { a: x }\n", { "templates/vhost.tmpl": '{{.item.name}} {{getv .item.key}} {{with .item}}{{.value}}{{end}}\n', "conf.d/web.toml": unit("{{ .item.name }}").replace(".njk", ".tmpl") });
    const { code, stderr } = await render(app);
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/a"), "a x x\n");
  });

  test("services of Consul's catalog, and instances of one, as they come and go", async () => {
    await using consul = await startConsul();
    await consul.register({ ID: "web-1", Name: "web", Address: "10.0.0.5", Port: 80 });
    await using app = await vhosts("", { "conf.d/web.toml": unit("service-{{ item.name }}", "services()"), "conf.d/each.toml": unit("{{ item.id }}-{{ item.port }}", 'service("web")') });
    const args = ["render", "--backend", "consul", "--consul-address", consul.url];
    const first = await app.remora(args);
    assert.equal(first.code, 0, first.stderr);
    assert.deepEqual(written(app), ["service-consul", "service-web", "web-1-80"]);
    await consul.register({ ID: "web-2", Name: "web", Address: "10.0.0.6", Port: 81 });
    await consul.deregister("web-1");
    assert.equal((await app.remora(args)).code, 0);
    assert.deepEqual(written(app), ["service-consul", "service-web", "web-2-81"]);
  });
});
