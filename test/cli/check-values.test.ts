import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { type Project, project } from "../support/remora.ts";

const unit = (more: string, template = "app.njk") => `[template]\nsrc = "${template}"\ndest = "$DIR/out/app.conf"\n${more}`;

/** Its check command copies what it is given to DIR/seen. */
function app(template: string, samples: string, more = 'check_cmd = "cp -p {{ src }} $DIR/seen"\n') {
  return project({ "data.yaml": "", "samples.yaml": samples, "templates/app.njk": template, "conf.d/app.toml": unit(more), "remora.toml": 'backend = "etcd"\n[backends.etcd]\nendpoints = ["http://127.0.0.1:1"]\n' });
}

const check = (app: Project, args: readonly string[] = []) => app.remora(["check", "--with-values", app.directory.join("samples.yaml"), ...args]);

describe("remora check --with-values", () => {
  test("renders from samples, without a store, gives the result to the check command and writes no target", async () => {
    await using it = await app('{{ getv("/db/host") }}:{{ getv("/db/port") }} {% for p in gets("/up/*") %}{{ p.value }} {% endfor %}.\n', "db: { host: 10.0.0.7, port: 5432 }\nup: [a, b]\n");
    const { code, stdout, stderr } = await check(it);
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "1 unit is sound\n", stderr: "" });
    assert.equal(await it.read("seen"), "10.0.0.7:5432 a b .\n");
    assert.deepEqual([existsSync(it.directory.join("out")), existsSync(it.directory.join("state"))], [false, false]);
  });

  test("has samples for the keys of other backends, for services of the catalog, for DNS, and for what is sealed", async () => {
    const template = `{{ getv("consul:/db/host") }} {{ getv("env:/home") }} {{ lookupIP("db.local") | join(",") }} {{ lookupIP("other.local") | length }}
{% for s in services() %}{{ s.name }}={% for i in service(s.name, tag="v2") %}{{ i.id }}@{{ i.address }}:{{ i.port + 1 }}/{{ i.meta.zone }} {% endfor %}{{ service(s.name) | length }} {% endfor %}.
{{ secret("/db/password") }} {{ getv("/db/password") }} {{ cgetv("/db/password") }}
`;
    const samples = `consul:: { db: { host: 10.0.0.8 } }
"env:": { home: /root }
dns:ip: { db.local: [10.0.0.2, 10.0.0.1] }
consul:service:
  web: [{ address: 10.0.0.5, port: 80, tags: [v2], meta: { zone: eu } }, { id: other, address: 10.0.0.6, port: 81 }, { address: 10.0.0.7, port: 82, status: critical }]
"sealed:": { db: { password: "s3cret: value" } }
`;
    await using it = await app(template, samples);
    const { code, stderr } = await check(it);
    assert.equal(code, 0, stderr);
    assert.equal(await it.read("seen"), "10.0.0.8 /root 10.0.0.1,10.0.0.2 0\nweb=web-1@10.0.0.5:81/eu 2 .\ns3cret: value s3cret: value s3cret: value\n");
  });

  test("a key that is missing is told with the place in the template, and exits 4", async () => {
    await using it = await app('one\n{{ getv("/db/name") }}\n', "db: { host: x }\n");
    const { code, stderr } = await check(it);
    assert.equal(code, 4);
    assert.match(stderr, /templates\/app\.njk:2:\d+: Cannot render "app\.njk": key "\/db\/name" does not exist/);
  });

  test("what a check command says of the result is told, and exits 5; it can be left out", async () => {
    await using it = await app('port {{ getv("/port") }}\n', "port: eighty\n", 'check_cmd = "grep -q [0-9] {{ src }} || { echo no number; exit 1; }"\n');
    const { code, stderr } = await check(it);
    assert.equal(code, 5);
    assert.match(stderr, /unit "app": the check command failed[^]*> no number/);
    assert.equal((await check(it, ["--no-check-cmd"])).code, 0);
  });

  test("a sample file that cannot be read, or has a table that stands for nothing, is told with its place", async () => {
    await using it = await app("text\n", "a: 1\na: 2\n");
    const twice = await check(it);
    assert.equal(twice.code, 3);
    assert.match(twice.stderr, /samples\.yaml:2:1: /);
    await it.write("samples.yaml", '"cosnul:": { a: 1 }\n');
    const unknown = await check(it);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /"cosnul:" stands for no backend\n.*Did you mean "consul:"/);
    await it.write("samples.yaml", "consul:service: { web: [{ adress: 10.0.0.5 }] }\n");
    assert.match((await check(it)).stderr, /an instance of "web" has no "adress"/);
  });

  test("files of items and all others stand in {{ stage }} as they would be staged, and nothing of it is left", async () => {
    await using it = await app("main\n", "vhosts: { a: web, b: web }\n");
    await it.write("templates/vhost.njk", "{{ item.name }}\n");
    await it.write("conf.d/app.toml", `[unit]\ncheck_cmd = "cp -r {{ stage }} $DIR/seen"\n[[template]]\nsrc = "app.njk"\ndest = "$DIR/out/main"\n[[template]]\nsrc = "vhost.njk"\nfor_each = "/vhosts/*"\ndest = "$DIR/out/sites/{{ item.name }}"\n`);
    await it.write("tmp/.keep", "");
    const { code, stderr } = await it.remora(["check", "--with-values", it.directory.join("samples.yaml")], { env: { TMPDIR: it.directory.join("tmp") } });
    assert.equal(code, 0, stderr);
    assert.deepEqual(readdirSync(it.directory.join("seen"), { recursive: true }).map(String).sort(), ["main", "sites", "sites/a", "sites/b"]);
    assert.deepEqual(readdirSync(it.directory.join("tmp")), [".keep"]);
  });

  test("tries the units that are named alone", async () => {
    await using it = await app('{{ getv("/none") }}', "a: 1\n");
    await it.write("conf.d/other.toml", unit("", "other.njk").replace("app.conf", "other.conf"));
    await it.write("templates/other.njk", "{{ getv('/a') }}\n");
    assert.equal((await check(it)).code, 4);
    assert.deepEqual([(await check(it, ["other"])).stdout, (await check(it, ["othre"])).stderr], ["1 unit is sound\n", 'remora: There is no unit "othre"\n  hint: Did you mean "other"?\n']);
  });

  test("a secret among the samples is not printed", async () => {
    await using it = await app('{{ secret("/password") }}', '"sealed:": { password: correct-horse-battery }\n', 'check_cmd = "cat {{ src }}; exit 1"\n');
    const { code, stderr } = await check(it);
    assert.equal(code, 5);
    assert.doesNotMatch(stderr, /correct-horse/);
  });
});
