import assert from "node:assert/strict";
import { rm, stat } from "node:fs/promises";
import { describe, test } from "node:test";
import { project, startRemora } from "../support/remora.ts";

describe("remora render", () => {
  test("render writes the target and reloads", async () => {
    await using app = await project();
    const { code, stderr } = await app.remora(["render"]);
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
    assert.equal(await app.read("reloads"), "reload\n");
  });

  test("A render that finds no unit says so", async () => {
    await using app = await project();
    await rm(app.directory.join("conf.d/app.toml"));
    const { code, stderr } = await app.remora(["render"]);
    assert.equal(code, 0);
    assert.match(stderr, /nothing to render, no unit in .*\/conf\.d/);
  });

  test("A second render touches nothing and reloads nothing", async () => {
    await using app = await project();
    await app.remora(["render"]);
    const before = await stat(app.directory.join("out/app.conf"), { bigint: true });
    const { code } = await app.remora(["render"]);
    const after = await stat(app.directory.join("out/app.conf"), { bigint: true });
    assert.equal(code, 0);
    assert.deepEqual([after.ino, after.ctimeNs], [before.ino, before.ctimeNs]);
    assert.equal(await app.read("reloads"), "reload\n");
  });

  test("--no-reload writes the target and runs no reload, then or later", async () => {
    await using app = await project();
    await app.remora(["render", "--no-reload"]);
    await app.remora(["render"]);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
    assert.equal(await app.read("reloads"), undefined);
  });

  test("--dry-run prints the diff, writes nothing and exits 10", async () => {
    await using app = await project();
    await app.remora(["render"]);
    await app.write("data.yaml", "name: two\n");
    const { code, stdout } = await app.remora(["render", "--dry-run"]);
    assert.equal(code, 10);
    assert.match(stdout, /^-name = one$/m);
    assert.match(stdout, /^\+name = two$/m);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
    assert.equal(await app.read("reloads"), "reload\n");
  });

  test("--dry-run writes not even a state directory", async () => {
    await using app = await project();
    const { code } = await app.remora(["render", "--dry-run"]);
    assert.equal(code, 10);
    await assert.rejects(stat(app.directory.join("state")));
    await assert.rejects(stat(app.directory.join("out")));
  });

  test("--dry-run exits 0 when nothing would change", async () => {
    await using app = await project();
    await app.remora(["render"]);
    const { code, stdout } = await app.remora(["render", "--dry-run"]);
    assert.deepEqual({ code, stdout }, { code: 0, stdout: "" });
  });

  test("A diff and an error have no colours without a terminal, with NO_COLOR or without", async () => {
    await using app = await project();
    for (const env of [{}, { NO_COLOR: "1" }] as Record<string, string>[]) {
      const { stdout } = await app.remora(["render", "--dry-run"], { env });
      assert.doesNotMatch(stdout, /\u001b/);
    }
    await app.write("templates/app.njk", "{{ oops( }}");
    assert.doesNotMatch((await app.remora(["render"])).stderr, /\u001b/);
  });

  test("--wait ends when the key appears", async () => {
    await using app = await project({ "data.yaml": "other: 1\n" });
    await using rendering = await startRemora(["render", ...app.flags, "--wait", "20s"]);
    assert.deepEqual((await rendering.waitForLog("Waiting for keys")).missing, ["file:/name"]);
    await app.write("data.yaml", "name: late\n");
    assert.equal(await rendering.exit, 0);
    assert.equal(await app.read("out/app.conf"), "name = late\n");
  });

  test("--wait names what it waits for, and exits 6 naming it again when the time is over", async () => {
    await using app = await project({ "data.yaml": "other: 1\n" });
    const { code, stderr } = await app.remora(["render", "--wait", "500ms"]);
    assert.equal(code, 6, stderr);
    const [first = "", ...others] = stderr.trimEnd().split("\n");
    assert.match(first, /msg="Waiting for keys".*\/name/);
    assert.match(others.join("\n"), /remora: .*\/name/);
    assert.equal(await app.read("out/app.conf"), undefined);
  });

  test("--wait that is no duration is refused", async () => {
    await using app = await project();
    const { code, stderr } = await app.remora(["render", "--wait", "soon"]);
    assert.equal(code, 2);
    assert.match(stderr, /--wait/);
  });

  test("Several templates of a unit are checked together in {{ stage }}", async () => {
    await using app = await project({
      "conf.d/app.toml": "",
      "templates/a.njk": 'include b.conf\nname {{ getv("/name") }}\n',
      "templates/b.njk": 'also {{ getv("/name") }}\n',
      "conf.d/pair.toml": '[unit]\ncheck_cmd = "grep -q one {{ stage }}/a.conf && grep -q one {{ stage }}/b.conf"\nreload_cmd = "echo reload >> $DIR/reloads"\n[[template]]\nsrc = "a.njk"\ndest = "$DIR/out/a.conf"\n[[template]]\nsrc = "b.njk"\ndest = "$DIR/out/b.conf"\n',
    });
    assert.equal((await app.remora(["render"])).code, 0);
    assert.deepEqual([await app.read("out/a.conf"), await app.read("out/b.conf")], ["include b.conf\nname one\n", "also one\n"]);
    assert.equal(await app.read("reloads"), "reload\n");
    await app.write("data.yaml", "name: two\n");
    assert.equal((await app.remora(["render"])).code, 5);
    assert.deepEqual([await app.read("out/a.conf"), await app.read("out/b.conf")], ["include b.conf\nname one\n", "also one\n"]);
  });

  test("--log-format json writes lines that parse", async () => {
    await using app = await project();
    const { stderr } = await app.remora(["render", "--log-format", "json"]);
    const lines = stderr.trimEnd().split("\n").map((line) => JSON.parse(line) as { msg: string; level: string });
    assert.deepEqual(lines.map(({ msg }) => msg), ["Committed", "Reloaded"]);
  });
});
