import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { remora } from "../support/remora.ts";
import { confdir, migrate, resource } from "./confdir.ts";

describe("a resource with a [backend] of its own", () => {
  test("becomes a unit that names it, and renders from it", async () => {
    await using dir = await confdir({
      "conf.d/a.toml": resource("a", 'prefix = "/app"\n[backend]\nbackend = "env"'),
      "conf.d/b.toml": resource("b", `[backend]\nbackend = "file"\nfile = ["$DIR/confd/data.yaml"]`),
      "conf.d/c.toml": resource("c", ""),
      "templates/c.tmpl": "c {{len (getv \"/name\")}}\n",
      "data.yaml": "name: file\n",
    });
    const { code, stdout, stderr } = await migrate(dir, ["--online"], ["file", "--file", dir.join("confd/data.yaml")]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^a\.tmpl +a\.njk +equal bytes/m);
    assert.match(await readFile(dir.join("confd-remora/conf.d/a.toml"), "utf8"), /^backend +\= "env"\nprefix +\= "\/app"$/m);
    assert.doesNotMatch(await readFile(dir.join("confd-remora/conf.d/b.toml"), "utf8"), /backend/);
    const { code: rendered, stderr: why } = await remora(["render", "--confdir", dir.join("confd-remora"), "--state-dir", dir.join("state")], { env: { APP_NAME: "variable" } });
    assert.equal(rendered, 0, why);
    assert.deepEqual(await Promise.all(["a", "b", "c"].map((name) => readFile(dir.join(`out/${name}`), "utf8"))), ["a variable\n", "b file\n", "c 4\n"]);
  });

  test("puts its options into the settings, a password for their owner alone", async () => {
    await using dir = await confdir({
      "conf.d/a.toml": resource("a", '[backend]\nbackend = "redis"\nnodes = ["10.0.0.5:6379/2"]\npassword = "hunter2"'),
      "conf.d/b.toml": resource("b", '[backend]\nbackend = "redis"\nnodes = ["10.0.0.5:6379/2"]\npassword = "hunter2"'),
    });
    const { code, stdout, stderr } = await migrate(dir);
    assert.equal(code, 0, stdout + stderr);
    const path = dir.join("confd-remora/remora.toml");
    const text = (await readFile(path, "utf8")).replace(/ +/g, " ");
    assert.match(text, /^backend = "etcd"$/m);
    assert.match(text, /^\[backends\.redis\]\naddress = "10\.0\.0\.5:6379\/2"\npassword = "hunter2"$/m);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal((await remora(["check", "--confdir", dir.join("confd-remora")])).code, 0);
  });

  test("is left to decide where another one has its place in the settings", async () => {
    await using dir = await confdir({
      "conf.d/a.toml": resource("a", '[backend]\nbackend = "consul"\nnodes = ["10.0.0.1:8500"]'),
      "conf.d/b.toml": resource("b", '[backend]\nbackend = "consul"\nnodes = ["10.0.0.2:8500"]'),
      "conf.d/c.toml": resource("c", '[backend]\nbackend = "etcd"\nnodes = ["http://10.0.0.3:2379"]'),
    });
    const { code, stdout } = await migrate(dir);
    assert.equal(code, 2);
    assert.match(stdout, /- .*b\.toml: its \[backend\] is another consul than that of a\.toml, where \[backends\.consul\] of remora\.toml has one place/);
    assert.match(stdout, /- .*c\.toml: its \[backend\] is another etcd than that of the program itself/);
    assert.deepEqual(readdirSync(dir.join("confd-remora/conf.d")), ["a.toml", "b.toml.undecided", "c.toml.undecided"]);
    assert.equal(statSync(dir.join("confd-remora/conf.d/b.toml.undecided")).mode & 0o777, 0o600);
  });

  test("is left to decide where its options are wrong", async () => {
    await using dir = await confdir({ "conf.d/a.toml": resource("a", '[backend]\nbackend = "redis"\nnodes = [5]') });
    const { code, stdout } = await migrate(dir);
    assert.equal(code, 2);
    assert.match(stdout, /- .*a\.toml:\d+:\d+: nodes: this is not a list of texts/);
  });
});
