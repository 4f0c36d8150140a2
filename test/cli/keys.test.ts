import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startEtcd } from "../support/etcd.ts";
import { project } from "../support/remora.ts";

describe("remora keys", () => {
  test("list prints a table of keys and values, below a prefix when one is given", async () => {
    await using app = await project({ "data.yaml": "name: one\ndb: {host: a, port: 5432}\n" });
    assert.equal((await app.remora(["keys"])).stdout, "KEY       VALUE\n/db/host  a\n/db/port  5432\n/name     one\n");
    assert.equal((await app.remora(["keys", "list", "/db"])).stdout, "KEY       VALUE\n/db/host  a\n/db/port  5432\n");
  });

  test("list --json prints keys, values and revisions", async () => {
    await using app = await project();
    const { stdout } = await app.remora(["keys", "--json"]);
    const [first, ...others] = JSON.parse(stdout) as { key: string; value: string }[];
    assert.deepEqual([first?.key, first?.value, others.length], ["/name", "one", 0]);
  });

  test("get prints the value, or JSON, and exits 4 for a key that is not there", async () => {
    await using app = await project();
    assert.equal((await app.remora(["keys", "get", "/name"])).stdout, "one\n");
    assert.equal((JSON.parse((await app.remora(["keys", "get", "/name", "--json"])).stdout) as { value: string }).value, "one");
    const { code, stderr } = await app.remora(["keys", "get", "/nobody"]);
    assert.equal(code, 4);
    assert.match(stderr, /\/nobody/);
  });

  test("put writes a value of the command line or of standard input, and render sees it", async () => {
    await using app = await project();
    assert.equal((await app.remora(["keys", "put", "/name", "two"])).code, 0);
    assert.equal((await app.remora(["keys", "get", "/name"])).stdout, "two\n");
    assert.equal((await app.remora(["keys", "put", "/name"], { input: "from stdin\n" })).code, 0);
    await app.remora(["render"]);
    assert.equal(await app.read("out/app.conf"), "name = from stdin\n");
  });

  test("delete takes keys away, and exits 4 naming those that were not there", async () => {
    await using app = await project({ "data.yaml": "name: one\nother: two\n" });
    const { code, stderr } = await app.remora(["keys", "delete", "/other", "/nobody"]);
    assert.equal(code, 4);
    assert.match(stderr, /"\/nobody"/);
    assert.equal((await app.remora(["keys"])).stdout, "KEY    VALUE\n/name  one\n");
  });

  test("import, list, get, put and delete work on a real etcd below the prefix", async () => {
    await using etcd = await startEtcd();
    await using app = await project({ "remora.toml": `backend = "etcd"\nprefix = "/production"\n[backends.etcd]\nendpoints = ["${etcd.url}"]\n`, "import.yaml": "db: {host: a}\nname: one\n" });
    const imported = await app.remora(["keys", "import", app.directory.join("import.yaml")]);
    assert.equal(imported.stdout, "Imported 2 keys\n", imported.stderr);
    assert.equal((await etcd.ctl("get", "/production/db/host", "--print-value-only")).trim(), "a");
    await app.remora(["keys", "put", "/name", "two"]);
    assert.equal((await app.remora(["keys", "get", "/name"])).stdout, "two\n");
    assert.equal((await app.remora(["keys", "delete", "/name"])).code, 0);
    assert.equal((await app.remora(["keys"])).stdout, "KEY       VALUE\n/db/host  a\n");
  });

  test("A verb that is none is refused with those that are", async () => {
    await using app = await project();
    const { code, stderr } = await app.remora(["keys", "fetch", "/name"]);
    assert.equal(code, 2);
    assert.match(stderr, /get KEY/);
  });

  test("The environment cannot be written, and says so", async () => {
    await using app = await project();
    const { code, stderr } = await app.remora(["keys", "put", "/name", "two", "--backend", "env"]);
    assert.equal(code, 2);
    assert.match(stderr, /"env"/);
  });
});

describe("remora explain", () => {
  test("explain tells what each unit reads, what is missing and what is watched", async () => {
    await using app = await project({
      "templates/web.njk": '{{ getv("/port", "80") }} {{ getv("/nobody", "x") }}',
      "conf.d/web.toml": '[template]\nsrc = "web.njk"\ndest = "$DIR/out/web.conf"\n',
      "data.yaml": "name: one\nport: 8080\n",
    });
    const { code, stdout } = await app.remora(["explain"]);
    assert.equal(code, 0);
    assert.match(stdout, /unit app\n  writes .*\/out\/app\.conf\n  reads\n    .*\/name\n/);
    assert.match(stdout, /unit web\n[^]*\/nobody  \(missing\)/);
    assert.match(stdout, /watches\n  file: /);
  });

  test("explain --json of one unit has that unit alone", async () => {
    await using app = await project({ "conf.d/web.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/web.conf"\n' });
    const { units, watches } = JSON.parse((await app.remora(["explain", "web", "--json"])).stdout) as { units: { unit: string; targets: string[] }[]; watches: object };
    assert.deepEqual(units.map(({ unit, targets }) => ({ unit, targets })), [{ unit: "web", targets: [app.directory.join("out/web.conf")] }]);
    assert.deepEqual(Object.keys(watches), ["file"]);
  });

  test("explain of an unknown unit names the nearest one", async () => {
    await using app = await project();
    const { code, stderr } = await app.remora(["explain", "appp"]);
    assert.equal(code, 2);
    assert.match(stderr, /Did you mean "app"\?/);
  });
});
