import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import { chmod, readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { remora } from "../support/remora.ts";
import { type TempDir, tempDir } from "../support/temp.ts";

describe("templates of consul-template's become units", () => {
  test("of several where command and wait are the same, and by themselves where either is another", async () => {
    await using dir = await configured(
      template("a", 'command = "reload app"'), template("b", 'command = "reload app"'), template("c", 'command = "reload app"\nwait { min = "5s" }'), template("d", 'command = "reload other"'), template("e", ""),
    );
    const { code, stdout, stderr } = await migrate(dir);
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(readdirSync(dir.join("ct-remora/conf.d")), ["app.toml", "c.toml", "d.toml", "e.toml"]);
    assert.match(await readFile(dir.join("ct-remora/conf.d/app.toml"), "utf8"), /^\[unit\]\nreload_cmd += "reload app"\nreload_cmd_timeout = "30s"\non_empty += "render"\n\n# ct\.hcl:\d+\n\[\[template\]\]\n/);
  });

  test("that tell the app of a change: by a signal, by a new start, or by a command of their own", async () => {
    await using signal = await configured('exec {\n  command = "app; true"\n  reload_signal = "SIGUSR1"\n}', template("a", ""), template("b", 'command = "reload b"'));
    const told = await migrate(signal);
    assert.match(told.stdout, / -- \/bin\/sh -c 'app; true'\n/);
    assert.match(await unit(signal, "a"), /^on_change = "signal:SIGUSR1"$/m);
    assert.match(await unit(signal, "b"), /^reload_cmd += "reload b"$/m);
    await using restart = await configured(template("a", ""));
    await migrate(restart, ["--", "-exec", "app --fast"]);
    assert.match(await unit(restart, "a"), /^on_change = "restart"$/m);
  });

  test("beside the environment of the app, of which a list of patterns is to decide", async () => {
    await using dir = await configured(template("a", ""));
    const { code, stdout } = await migrate(dir, ["--", "-exec", "app", "-exec-env-pristine", "-exec-env-custom", "HOME=/srv/app {{x}}", "-exec-env-denylist", "AWS_*"]);
    assert.equal(code, 2);
    assert.match(stdout, /^- exec\.env\.denylist: remora run hands on all variables or, with env\.pristine, none/m);
    const path = dir.join("ct-remora/remora.toml");
    assert.match(await readFile(path, "utf8"), /^\[env\]\npristine = true\n\n\[env\.variables\]\nHOME = "\{\{ \\"\/srv\/app \{\{x\}\}\\" \}\}"$/m);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  test("whose files are called as theirs were, and are told apart where two have one name", async () => {
    await using dir = await configured(
      'template {\n  source = "$DIR/one/app.ctmpl"\n  destination = "$DIR/out/one/app.conf"\n}', 'template {\n  source = "$DIR/two/app.ctmpl"\n  destination = "$DIR/out/two/app.conf"\n}', 'template {\n  contents = "{{key \\"a\\"}}"\n  destination = "$DIR/out/.env"\n}',
    );
    await dir.write("one/app.ctmpl", '{{key "a"}}');
    await dir.write("two/app.ctmpl", "{{range safeLs \"b\"}}{{.Key}}{{end}}");
    const { code, stdout, stderr } = await migrate(dir);
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(readdirSync(dir.join("ct-remora/templates")), ["app.njk", "env.njk", "two-app.ctmpl"]);
    assert.deepEqual(readdirSync(dir.join("ct-remora/conf.d")), ["app.conf.toml", "app.toml", "env.toml"]);
  });

  test("that keep their delimiters and their strictness while they stay Go templates, whatever their file is called", async () => {
    await using dir = await configured('template {\n  source = "$DIR/a.tpl"\n  destination = "$DIR/out/a"\n  left_delimiter = "<<"\n  right_delimiter = ">>"\n  error_on_missing_key = true\n  user = "root"\n  group = 0\n}');
    await dir.write("a.tpl", '<< range safeLs "b" >><< .Key >><< end >>');
    await migrate(dir);
    assert.match(await unit(dir, "a"), /^src += "a\.tpl"\nengine += "consul-template"\nleft_delimiter += "<<"\nright_delimiter += ">>"\nerror_on_missing_key = true\n[^]*owner += "root"\ngroup += 0$/m);
    assert.equal((await remora(["check", "--confdir", dir.join("ct-remora")])).code, 0);
  });

  test("but for what somebody has to decide, which ends with 2", async () => {
    await using dir = await configured('template {\n  source = "$DIR/gone.ctmpl"\n  destination = "$DIR/out/gone"\n}', template("a", ""), template("b", ""), template("c", ""));
    await dir.write("a.ctmpl", 'x\n{{with secret "secret/db"}}{{.Data.password}}{{end}}');
    await dir.write("b.ctmpl", "{{kee}}");
    const { code, stdout } = await migrate(dir);
    assert.equal(code, 2);
    assert.match(stdout, /- .*ct\.hcl:1: there is no template ".*gone\.ctmpl"/);
    assert.match(stdout, /- templates\/a\.ctmpl:2: secret is refused when the template is rendered: it asks Vault by a path/);
    assert.match(stdout, /- templates\/b\.ctmpl: template: b\.ctmpl:1: function "kee" not defined/);
    assert.deepEqual(readdirSync(dir.join("ct-remora/conf.d")), ["a.toml", "b.toml", "c.toml", "gone.toml.undecided"]);
    assert.match(await readFile(dir.join("ct-remora/conf.d/gone.toml.undecided"), "utf8"), /^# To decide: .*there is no template .*\n\[template\]\nsrc += "gone\.ctmpl"\n/);
  });

  test("whose directory nobody may read who may not read the configuration", async () => {
    await using dir = await configured(template("a", ""));
    await chmod(dir.join("ct.hcl"), 0o600);
    assert.equal((await migrate(dir)).code, 0);
    assert.equal(statSync(dir.join("ct-remora")).mode & 0o777, 0o700);
  });

  test("also where the command line alone names them, and says where to write", async () => {
    await using dir = await configured();
    const words = ["--", "-template", `${dir.join("b.ctmpl")}:${dir.join("out/b")}:echo b: c`, "-wait", "1s"];
    const { code, stdout, stderr } = await remora(["migrate", "--to", dir.join("ct-remora"), ...words]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^What consul-template's command line says is now .*ct-remora$/m);
    assert.match(await unit(dir, "b"), /^src += "b\.njk"$[^]*^reload_cmd += "echo b: c"$/m);
    assert.match(await readFile(dir.join("ct-remora/remora.toml"), "utf8"), /^min +\= "1s"\nmax +\= "4s"\ncollect_first = true$/m);
    const nowhere = await remora(["migrate", ...words]);
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /There is no directory to migrate, and none to write to\n {2}hint: .*--to/);
  });

  test("unless the configuration is broken, which ends it with 2 and the line", async () => {
    await using dir = await configured('template {\n  source = "a\n}');
    const { code, stderr } = await migrate(dir);
    assert.equal(code, 2);
    assert.match(stderr, /^remora: .*ct\.hcl:2: Cannot read ".*ct\.hcl": a text is not closed in its line\n {2}2 \|/);
    assert.equal(existsSync(dir.join("ct-remora")), false, "nothing is written");
  });

  test("and nothing is written over", async () => {
    await using dir = await configured(template("a", ""));
    await dir.write("ct-remora/mine", "mine");
    const { code, stderr } = await migrate(dir);
    assert.equal(code, 5);
    assert.match(stderr, /ct-remora": it is there already/);
    assert.deepEqual(readdirSync(dir.join("ct-remora")), ["mine"]);
  });

  test("and values that cannot be read end it with 3, and nothing is written", async () => {
    await using dir = await configured(template("a", ""));
    const { code } = await migrate(dir, ["--values", dir.join("none.yaml")]);
    assert.equal(code, 3);
    assert.equal(existsSync(dir.join("ct-remora")), false);
  });
});

function template(name: string, more: string): string {
  return `template {\n  source = "$DIR/${name}.ctmpl"\n  destination = "$DIR/out/${name}"\n  ${more}\n}`;
}

/** A configuration in "ct.hcl", with the templates a to e. */
async function configured(...blocks: readonly string[]): Promise<TempDir> {
  const dir = await tempDir();
  for (const name of ["a", "b", "c", "d", "e"]) await dir.write(`${name}.ctmpl`, '{{key "name"}}\n');
  await dir.write("ct.hcl", blocks.join("\n").replaceAll("$DIR", dir.path));
  return dir;
}

function migrate(dir: TempDir, args: readonly string[] = []) {
  return remora(["migrate", dir.join("ct.hcl"), ...args]);
}

function unit(dir: TempDir, name: string): Promise<string> {
  return readFile(dir.join(`ct-remora/conf.d/${name}.toml`), "utf8");
}
