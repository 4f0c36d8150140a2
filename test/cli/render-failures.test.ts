import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { freePort } from "../support/process.ts";
import { project } from "../support/remora.ts";

describe("remora render, when something is wrong", () => {
  test("A missing key exits 4 with file, line and key", async () => {
    await using app = await project({ "templates/app.njk": 'first line\nname = {{ getv("/nmae") }}\n' });
    const { code, stderr } = await app.remora(["render"]);
    assert.equal(code, 4);
    assert.match(stderr, /templates\/app\.njk:2.*\/nmae/);
    assert.equal(await app.read("out/app.conf"), undefined);
  });

  test("A broken template exits 2 with file, line and column, and the other units are applied", async () => {
    await using app = await project({
      "templates/broken.njk": "fine\n{{ getv( }}\n",
      "conf.d/broken.toml": '[template]\nsrc = "broken.njk"\ndest = "$DIR/out/broken.conf"\n',
    });
    const { code, stderr } = await app.remora(["render"]);
    assert.equal(code, 2);
    assert.match(stderr, /templates\/broken\.njk:2:\d+: /);
    assert.match(stderr, /2 \| \{\{ getv\( \}\}/);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
    assert.equal(await app.read("out/broken.conf"), undefined);
  });

  test("A failing check leaves the target and exits 5 with what it printed", async () => {
    await using app = await project({
      "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\ncheck_cmd = "grep -q one {{ src }} || { echo refused by the check; exit 3; }"\nreload_cmd = "echo reload >> $DIR/reloads"\n',
    });
    await app.remora(["render"]);
    await app.write("data.yaml", "name: two\n");
    const { code, stderr } = await app.remora(["render"]);
    assert.equal(code, 5);
    assert.match(stderr, /> refused by the check/);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
    assert.equal(await app.read("reloads"), "reload\n");
  });

  test("A check or a reload whose program is not there says so, in place of what was refused", async () => {
    for (const command of ["check_cmd", "reload_cmd"]) {
      await using app = await project({ "conf.d/app.toml": `[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\n${command} = "no-such-program --check"\n` });
      assert.match((await app.remora(["render"])).stderr, /no-such-program: not found\n {2}hint: A program was not found: is it installed where Remora runs/);
    }
  });

  test("A directory of the target that is a file is named as such", async () => {
    await using app = await project({ out: "a file" });
    assert.match((await app.remora(["render"])).stderr, /^remora: Cannot write ".*\/out\/app\.conf": a part of its path is not a directory$/m);
  });

  test("A missing data file is told with the ways to give keys, and that of --with-values with its own", async () => {
    await using app = await project({ "remora.toml": 'backends.file.path = "none.yaml"\n' });
    assert.match((await app.remora(["render"])).stderr, /none\.yaml": there is no such file\n {2}hint: Put a key, which makes it: remora keys put KEY VALUE; /);
    assert.match((await app.remora(["check", "--with-values", "samples.yaml"])).stderr, /samples\.yaml": there is no such file\n {2}hint: --with-values names a file/);
  });

  test("A failing reload exits 5, stays due and is run by the next render", async () => {
    await using app = await project({
      "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nreload_cmd = "echo try >> $DIR/tries; test -e $DIR/up || { echo service is down; exit 1; }"\n',
    });
    const failed = await app.remora(["render"]);
    assert.equal(failed.code, 5);
    assert.match(failed.stderr, /> service is down\n {2}hint: The new files are in place; the reload stays due/);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
    await app.write("up", "yes");
    assert.equal((await app.remora(["render"])).code, 0);
    assert.equal((await app.remora(["render"])).code, 0);
    assert.equal(await app.read("tries"), "try\ntry\n");
  });

  test('on_reload_failure = "rollback" brings the former file back and reloads it', async () => {
    await using app = await project({
      "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nreload_cmd = "cat $DIR/out/app.conf >> $DIR/seen; grep -q one $DIR/out/app.conf"\non_reload_failure = "rollback"\n',
    });
    assert.equal((await app.remora(["render"])).code, 0);
    await app.write("data.yaml", "name: two\n");
    const { code, stderr } = await app.remora(["render"]);
    assert.equal(code, 5, stderr);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
    assert.equal(await app.read("seen"), "name = one\nname = two\nname = one\n");
  });

  test("A data file with a syntax error exits 3 at once with file, line and column", async () => {
    await using app = await project({ "data.yaml": "name: one\nother: [1, 2\nlast: x\n" });
    const startedAt = Date.now();
    const { code, stderr } = await app.remora(["render", "--wait", "60s"]);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /data\.yaml:\d+:\d+: /);
    assert.ok(Date.now() - startedAt < 10_000);
  });

  test("An etcd that does not answer exits 3 within --timeout", async () => {
    await using app = await project();
    const startedAt = Date.now();
    const { code, stderr } = await app.remora(["render", "--backend", "etcd", "--etcd-endpoints", `http://127.0.0.1:${await freePort()}`, "--timeout", "1s"]);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /etcd/);
    assert.ok(Date.now() - startedAt < 8_000);
  });
});
