import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import { describe, test } from "node:test";
import { readFile } from "node:fs/promises";
import { remora } from "../support/remora.ts";
import { confdir, migrate, resource } from "./confdir.ts";

describe("remora migrate", () => {
  test("makes one unit of resources with the same reload command, which is run once", async () => {
    await using dir = await confdir({
      "conf.d/a.toml": resource("a", 'reload_cmd = "echo reload >> $DIR/reloads"'),
      "conf.d/b.toml": resource("b", 'reload_cmd = "echo reload >> $DIR/reloads"\nmode = "0600"\ncheck_cmd = "test -s {{.src}}"'),
      "conf.d/c.toml": resource("c", ""),
      "data.yaml": "name: one\n",
    });
    const { code, stdout, stderr } = await migrate(dir, [], ["file", "--file", dir.join("confd/data.yaml")]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(readdirSync(dir.join("confd-remora/conf.d")), ["c.toml", "reloads.toml"]);
    assert.match(stdout, /conf\.d\/reloads\.toml: a\.toml, b\.toml have the same reload_cmd and are one unit: their files are applied together or not at all/);
    const rendered = await remora(["render", "--confdir", dir.join("confd-remora"), "--state-dir", dir.join("state")]);
    assert.equal(rendered.code, 0, rendered.stderr);
    assert.deepEqual(await Promise.all(["out/a", "out/b", "out/c", "reloads"].map((name) => readFile(dir.join(name), "utf8"))), ["a one\n", "b one\n", "c one\n", "reload\n"]);
    assert.equal(statSync(dir.join("out/b")).mode & 0o777, 0o600);
  });

  test("takes settings from confd.toml and from confd's command line, and keeps a password to its owner", async () => {
    await using dir = await confdir({
      "conf.d/a.toml": resource("a", 'prefix = "/app"'),
      "confd.toml": 'backend = "etcd"\nnodes = ["https://10.0.0.1:2379", "https://10.0.0.2:2379"]\nprefix = "/production"\nclient_cakeys = "/etc/ca.pem"\nusername = "u"\npassword = "p"\nlog-level = "debug"\ninterval = 60\n',
    });
    const { code, stdout, stderr } = await migrate(dir, [], ["etcd", "--client-cert", "/etc/cert.pem", "--client-key", "/etc/key.pem"]);
    assert.equal(code, 0, stderr);
    const path = dir.join("confd-remora/remora.toml");
    const lines = (await readFile(path, "utf8")).split("\n").map((line) => line.replace(/ +/g, " "));
    for (const line of ['backend = "etcd"', 'prefix = "/production"', 'log_level = "debug"', "[backends.etcd]", 'endpoints = ["https://10.0.0.1:2379", "https://10.0.0.2:2379"]', 'ca_file = "/etc/ca.pem"', 'cert_file = "/etc/cert.pem"', 'key_file = "/etc/key.pem"', 'username = "u"', 'password = "p"']) assert.ok(lines.includes(line), `${line} in\n${lines.join("\n")}`);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.doesNotMatch(stdout + stderr, /"p"/);
    assert.match(stdout, /interval of .*confd\.toml:8: changes are followed as they come/);
    assert.equal((await remora(["check", "--confdir", dir.join("confd-remora")])).code, 0);
  });

  test("tells what somebody has to decide, and ends with 2", async () => {
    await using dir = await confdir({
      "conf.d/a.toml": resource("a", 'mode = "644"\nrelaod_cmd = "true"'),
      "conf.d/b.toml": `${resource("b", "")}[backend]\nbackend = "ssm"\n`,
      "conf.d/c.toml": resource("gone", ""),
      "conf.d/d.toml": '[template]\nsrc = "a.tmpl"\ndest = "out/d"\n',
      "templates/gone.tmpl": "",
      "conf.d/e.toml": resource("e", ""),
      "templates/e.tmpl": 'one\n{{getvv "/a"}}',
    });
    const { code, stdout } = await migrate(dir);
    assert.equal(code, 2);
    assert.match(stdout, /- .*a\.toml:4:8: mode: confd takes "644" for a decimal number, which is mode 1204\. Write "0644"/);
    assert.match(stdout, /- .*a\.toml:5: key "relaod_cmd" is not known\. Did you mean "reload_cmd"\?/);
    assert.match(stdout, /- .*b\.toml:6:11: backend: the backend "ssm" is not one that Remora reads/);
    assert.match(stdout, /- .*c\.toml: there is no template "gone\.tmpl"/);
    assert.match(stdout, /- .*d\.toml:3:8: dest: "out\/d" is not an absolute path/);
    assert.match(stdout, /- templates\/e\.tmpl: template: e\.tmpl:2: function "getvv" not defined/);
    const names = readdirSync(dir.join("confd-remora/conf.d"));
    assert.deepEqual(names, ["a.toml", "b.toml.undecided", "c.toml.undecided", "d.toml.undecided", "e.toml"]);
    const unit = await readFile(dir.join("confd-remora/conf.d/a.toml"), "utf8");
    assert.match(unit, /^# To decide: .*mode: confd takes "644"/);
    assert.doesNotMatch(unit, /^mode/m);
  });

  test("leaves a template whose translation gives other bytes from the given values", async () => {
    await using dir = await confdir({ "conf.d/a.toml": resource("a", ""), "templates/a.tmpl": '{{$j := json (getv "/name")}}{{$j.n}}\n' });
    const small = await dir.write("small.yaml", 'name: \'{"n": 80}\'\n');
    const large = await dir.write("large.yaml", 'name: \'{"n": 1234567}\'\n');
    const exact = await migrate(dir, ["--values", small]);
    assert.match(exact.stdout, /^a\.tmpl +a\.njk +equal bytes from 4 sets of values, the given ones too/m);
    assert.match(exact.stdout, /- a\.njk: members of JSON print as nunjucks prints them/);
    const other = await migrate(dir, ["--values", large, "--to", dir.join("other")]);
    assert.equal(other.code, 0);
    assert.match(other.stdout, /^a\.tmpl +a\.tmpl +nunjucks gives other bytes, first in line 1 of what is rendered$/m);
    assert.deepEqual(readdirSync(dir.join("other/templates")), ["a.tmpl", "b.tmpl", "c.tmpl"]);
  });

  test("makes up addresses where a template looks for a host", async () => {
    await using dir = await confdir({ "conf.d/a.toml": resource("a", ""), "templates/a.tmpl": '{{range lookupIP "db.local"}}{{.}} {{end}}' });
    const { code, stdout, stderr } = await migrate(dir);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^a\.tmpl +a\.njk +equal bytes from 3 sets of values, up to 17 B$/m);
  });

  test("renders from the backend where it is asked to", async () => {
    await using dir = await confdir({ "conf.d/a.toml": resource("a", ""), "data.yaml": "name: one\n" });
    const { code, stdout, stderr } = await migrate(dir, ["--online"], ["file", "--file", dir.join("confd/data.yaml")]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /equal bytes from 4 sets of values, the given ones too/);
    const away = await migrate(dir, ["--online", "--to", dir.join("other")], ["file", "--file", dir.join("nowhere.yaml")]);
    assert.equal(away.code, 3);
    assert.equal(existsSync(dir.join("other")), false);
  });

  test("keeps a file that a template which stays includes", async () => {
    await using dir = await confdir({
      "conf.d/a.toml": resource("a", ""),
      "conf.d/b.toml": resource("b", ""),
      "templates/b.tmpl": '{{include "a.tmpl"}}',
    });
    assert.equal((await migrate(dir)).code, 0);
    assert.deepEqual(readdirSync(dir.join("confd-remora/templates")), ["a.njk", "a.tmpl", "b.tmpl", "c.tmpl"]);
  });
});

describe("remora migrate refuses", () => {
  const REFUSED: Readonly<Record<string, readonly [files: Readonly<Record<string, string>>, args: readonly string[], code: number, message: RegExp]>> = {
    "a directory that is there already": [{ "conf.d/a.toml": resource("a", "") }, ["--to", "$DIR"], 5, /Cannot write ".*": it is there already/],
    "what is no directory of confd's": [{}, [], 2, /there is no conf\.d in it/],
    "a resource that is not TOML": [{ "conf.d/a.toml": "[template\n" }, [], 2, /a\.toml:\d/],
    "values from two places": [{ "conf.d/a.toml": resource("a", "") }, ["--online", "--values", "x"], 2, /contradict each other/],
    "values that are not there": [{ "conf.d/a.toml": resource("a", "") }, ["--values", "/nowhere.yaml"], 3, /\/nowhere\.yaml/],
    "a flag that confd does not have": [{ "conf.d/a.toml": resource("a", "") }, ["--", "etcd", "--nodee", "x"], 2, /Did you mean "--node"\?/],
    "a backend that Remora does not read": [{ "conf.d/a.toml": resource("a", "") }, ["--", "ssm"], 2, /"ssm" is not one that Remora reads/],
  };
  for (const [what, [files, args, code, message]] of Object.entries(REFUSED)) {
    test(what, async () => {
      await using dir = await confdir(files);
      const outcome = await migrate(dir, args.map((arg) => arg.replace("$DIR", dir.path)));
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, message);
      assert.equal(existsSync(dir.join("confd-remora")), false, "nothing is written");
    });
  }

  test("a command line without a directory, and with two", async () => {
    const [none, two] = [await remora(["migrate"]), await remora(["migrate", "a", "b"])];
    assert.deepEqual([none.code, two.code], [2, 2]);
    assert.match(none.stderr, /There is no directory to migrate/);
  });
});
