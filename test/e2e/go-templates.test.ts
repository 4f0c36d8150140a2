import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readFile, writeFile } from "node:fs/promises";
import { confdir, KEYS, nested, OUTPUTS, targets } from "../support/confdir.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { type Project, project } from "../support/remora.ts";

describe("a confdir of twenty resources is rendered to the bytes that Go gives", () => {
  test("from a file", async () => {
    await using app = await confdir();
    await app.write("data.yaml", JSON.stringify(nested(KEYS)));
    await rendersAll(app);
  });

  test("from the environment", async () => {
    await using app = await confdir('backend = "env"\n');
    const env = Object.fromEntries(Object.entries(KEYS).map(([key, value]) => [key.slice(1).replaceAll("/", "_").toUpperCase(), value]));
    await rendersAll(app, [], env);
  });

  test("from etcd, once and again after each change", async () => {
    await using etcd = await startEtcd();
    await etcd.putTogether(KEYS);
    await using app = await confdir();
    await using running = await app.start(["--backend", "etcd", "--etcd-endpoints", etcd.url]);
    await eventually(async () => assert.deepEqual(await targets(app), OUTPUTS));
    await etcd.put("/production/hosts/web3", "10.0.0.13");
    await eventually(async () => assert.match((await app.read("out/hosts")) ?? "", /10\.0\.0\.13 web3\.internal web3\n10\.0\.0\.20 web10/));
    await etcd.delete("/production/hosts/web3");
    await eventually(async () => assert.deepEqual(await targets(app), OUTPUTS));
    await etcd.delete("/production/db/host");
    await running.waitForLog("Waiting for keys");
    assert.equal(await app.read("out/database.yml"), OUTPUTS["database.yml"]);
    await etcd.put("/production/db/host", "10.0.9.9");
    await eventually(async () => assert.match((await app.read("out/database.yml")) ?? "", /^ {2}host: 10\.0\.9\.9$/m));
    assert.equal(await running.stop(), 0);
  });
});

describe("Go templates of a unit", () => {
  test("the extension says the language, and engine says otherwise", async () => {
    await using app = await project({
      "data.yaml": "name: one\n",
      "conf.d/app.toml": ["a.tmpl", "b.ctmpl", "c.njk", "d.conf"].map((src) => `[[template]]\nsrc = "${src}"\ndest = "$DIR/out/${src}"\n`).join("") + '[[template]]\nsrc = "e.conf"\nengine = "go"\ndest = "$DIR/out/e.conf"\n[[template]]\nsrc = "f.tmpl"\nengine = "nunjucks"\ndest = "$DIR/out/f.tmpl"\n',
      ...Object.fromEntries(["a.tmpl", "e.conf"].map((name) => [`templates/${name}`, '{{getv "/name"}}'])),
      "templates/b.ctmpl": '{{key "name"}}',
      ...Object.fromEntries(["c.njk", "d.conf", "f.tmpl"].map((name) => [`templates/${name}`, '{{ getv("/name") }}'])),
    });
    const { code, stderr } = await app.remora(["render"]);
    assert.equal(code, 0, stderr);
    for (const name of ["a.tmpl", "b.ctmpl", "c.njk", "d.conf", "e.conf", "f.tmpl"]) assert.equal(await app.read(`out/${name}`), "one", name);
  });

  test("an engine that there is not is refused", async () => {
    await using app = await project({ "conf.d/app.toml": '[template]\nsrc = "app.njk"\nengine = "golang"\ndest = "$DIR/out/app.conf"\n' });
    const { code, stderr } = await app.remora(["check"]);
    assert.equal(code, 2);
    assert.match(stderr, /conf\.d\/app\.toml:3:\d+: .*golang/);
  });

  test("an included file that changes is taken up, and bytes that are not text are written as they are", async () => {
    await using app = await project({ "conf.d/app.toml": '[template]\nsrc = "app.tmpl"\ndest = "$DIR/out/app.conf"\n', "templates/app.tmpl": '{{include "part.tmpl"}}{{base64Decode "/wA="}}', "templates/part.tmpl": "one" });
    await using running = await app.start();
    await eventually(async () => assert.deepEqual([...(await readFile(app.directory.join("out/app.conf")))], [0x6f, 0x6e, 0x65, 0xff, 0x00]));
    await app.write("templates/part.tmpl", "two");
    await eventually(async () => assert.match((await app.read("out/app.conf")) ?? "", /^two/));
    assert.equal(await running.stop(), 0);
  });

  test("a template in another encoding than UTF-8 is written as it is", async () => {
    await using app = await project({ "data.yaml": "name: one\n", "conf.d/app.toml": '[[template]]\nsrc = "app.tmpl"\ndest = "$DIR/out/app.conf"\n[[template]]\nsrc = "app.njk"\ndest = "$DIR/out/njk.conf"\n' });
    await writeFile(app.directory.join("templates/app.tmpl"), Buffer.from('Gr\xfc\xdfe {{getv "/name"}} \xe2\x82', "latin1"));
    await writeFile(app.directory.join("templates/app.njk"), Buffer.from('Gr\xfc\xdfe {{ getv("/name") }} \xe2\x82', "latin1"));
    const { code, stderr } = await app.remora(["render"]);
    assert.equal(code, 0, stderr);
    for (const name of ["app.conf", "njk.conf"]) assert.equal((await readFile(app.directory.join(`out/${name}`))).toString("latin1"), "Gr\xfc\xdfe one \xe2\x82");
  });

  test("check tells what is odd and calls the unit sound", async () => {
    await using app = await project({ "conf.d/app.toml": '[template]\nsrc = "app.tmpl"\ndest = "$DIR/out/app.conf"\n', "templates/app.tmpl": 'a\n{{range lsdir "/"}}{{end}}' });
    const { code, stdout, stderr } = await app.remora(["check"]);
    assert.deepEqual({ code, stdout }, { code: 0, stdout: "1 unit is sound\n" });
    assert.match(stderr, /templates\/app\.tmpl:2:9: lsdir "\/" is always empty, as in confd/);
  });

  test("check tells of a template that Go refuses, with its line", async () => {
    await using app = await project({ "conf.d/app.toml": '[template]\nsrc = "app.tmpl"\ndest = "$DIR/out/app.conf"\n', "templates/app.tmpl": 'a\n{{regexMatch "(" "a"}}{{getvv "/a"}}' });
    const { code, stderr } = await app.remora(["check"]);
    assert.equal(code, 2);
    assert.match(stderr, /templates\/app\.tmpl:2: Cannot compile "app\.tmpl": template: app\.tmpl:2: function "getvv" not defined\n {2}hint: Did you mean "getv"\?/);
  });
});

async function rendersAll(app: Project, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<void> {
  const { code, stderr } = await app.remora(["render", ...args], { env });
  assert.equal(code, 0, stderr);
  assert.deepEqual(await targets(app), OUTPUTS);
}
