import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { freePort } from "../support/process.ts";
import { project } from "../support/remora.ts";

describe("remora check", () => {
  test("A sound configuration exits 0, says so and writes nothing", async () => {
    await using app = await project();
    const { code, stdout, stderr } = await app.remora(["check"]);
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "1 unit is sound\n", stderr: "" });
    assert.equal(await app.read("out/app.conf"), undefined);
  });

  test("A configuration without units is sound, and said to be empty", async () => {
    await using app = await project({ "remora.toml": "" });
    const { code, stdout, stderr } = await app.remora(["check", "--confdir", app.directory.join("templates")]);
    assert.deepEqual({ code, stdout }, { code: 0, stdout: "0 units are sound\n" });
    assert.match(stderr, /^remora: There is no unit in ".*\/templates\/conf\.d"\n {2}hint: Name another directory/);
    assert.match((await app.remora(["explain", "--confdir", app.directory.join("templates")])).stderr, /^remora: There is no unit in /);
  });

  test("Every broken unit is told, each with its place", async () => {
    await using app = await project({
      "conf.d/mode.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/mode.conf"\nmode = "9999"\n',
      "conf.d/none.toml": '[template]\nsrc = "none.njk"\ndest = "$DIR/out/none.conf"\n',
      "conf.d/broken.toml": '[template]\nsrc = "broken.njk"\ndest = "$DIR/out/broken.conf"\n',
      "templates/broken.njk": "{% if %}\n",
    });
    const { code, stderr } = await app.remora(["check"]);
    assert.equal(code, 2);
    assert.match(stderr, /conf\.d\/mode\.toml:4:\d+: .*9999/);
    assert.match(stderr, /templates\/none\.njk: .*there is no file "none\.njk".*\n  hint: ".*conf\.d\/none\.toml" names it/);
    assert.match(stderr, /templates\/broken\.njk:1:\d+: /);
  });

  test("Two units with one target are refused", async () => {
    await using app = await project({ "conf.d/other.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\n' });
    const { code, stderr } = await app.remora(["check"]);
    assert.equal(code, 2);
    assert.match(stderr, /out\/app\.conf/);
  });

  test("A target that is a directory is refused", async () => {
    await using app = await project({ "out/app.conf/file": "in the way" });
    const { code, stderr } = await app.remora(["check"]);
    assert.equal(code, 5);
    assert.match(stderr, /conf\.d\/app\.toml: .*out\/app\.conf.*directory/);
  });

  test("An account that does not exist is refused", async () => {
    await using app = await project({ "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nowner = "nobody-of-that-name"\n' });
    const { code, stderr } = await app.remora(["check"]);
    assert.equal(code, 2);
    assert.match(stderr, /conf\.d\/app\.toml: Cannot write ".*out\/app\.conf": there is no user "nobody-of-that-name"/);
  });

  test("A missing key is found only with --online, which exits 4 and names it", async () => {
    await using app = await project({ "data.yaml": "other: 1\n" });
    assert.equal((await app.remora(["check"])).code, 0);
    const { code, stderr } = await app.remora(["check", "--online"]);
    assert.equal(code, 4);
    assert.match(stderr, /templates\/app\.njk:1.*\/name/);
  });

  test("--online tells of an etcd that cannot be reached", async () => {
    await using app = await project();
    const { code, stderr } = await app.remora(["check", "--online", "--backend", "etcd", "--etcd-endpoints", `http://127.0.0.1:${await freePort()}`, "--timeout", "500ms"]);
    assert.equal(code, 3, stderr);
  });
});
