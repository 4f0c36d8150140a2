import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { remora } from "../support/remora.ts";
import { type TempDir, tempDir } from "../support/temp.ts";

const RESOURCE = '[template]\nsrc = "a.tmpl"\ndest = "$DIR/out/a"\n';
const HCL = 'template {\n  source      = "$DIR/in/a.ctmpl"\n  destination = "$DIR/out/a"\n}\n';
const BOTH = { "in/conf.d/a.toml": RESOURCE, "in/templates/a.tmpl": '{{getv "/a"}}', "in/a.hcl": HCL, "in/a.ctmpl": '{{key "a"}}' };

describe("remora migrate", () => {
  test("takes a directory with conf.d for confd's, whatever data in JSON and templates of HCL lie in it", async () => {
    const { confdir } = await migrated({ "in/conf.d/a.toml": RESOURCE, "in/templates/a.tmpl": '{{getv "/a"}}', "in/data.json": "{}", "in/templates/b.hcl": "job" }, ["in", "--", "file", "--file", "data.json"]);
    assert.match(confdir["remora.toml"] ?? "", /backend += "file"/);
  });

  test("takes a directory of HCL and JSON for consul-template's, also where it is called conf.d", async () => {
    const { confdir } = await migrated({ "in/conf.d/a.hcl": HCL, "in/conf.d/b.json": JSON.stringify({ template: { source: "$DIR/in/a.ctmpl", destination: "$DIR/out/b" } }), "in/a.ctmpl": '{{key "a"}}' }, ["in"]);
    assert.deepEqual(Object.keys(confdir), ["MIGRATED.md", "conf.d/a.toml", "conf.d/b.toml", "remora.toml", "templates/a.njk"]);
  });

  test("takes a file for consul-template's, its command line behind --, and leaves the ending out of the new name", async () => {
    const { confdir, stdout } = await migrated({ "ct.hcl": HCL, "in/a.ctmpl": '{{key "a"}}', "b.tpl": "{{range ls \"b\"}}{{.Key}}{{end}}" }, ["ct.hcl", "--", "-template", "$DIR/b.tpl:$DIR/out/b:echo b: c", "-wait", "1s", "-consul-addr", "10.0.0.1:8500"], "ct-remora");
    assert.match(confdir["conf.d/b.toml"] ?? "", /^src += "b\.njk"$[^]*^reload_cmd += "echo b: c"$/m);
    assert.match(confdir["remora.toml"] ?? "", /^min = "1s"\nmax = "4s"$/m);
    assert.match(stdout, /^b\.tpl +b\.njk +equal bytes/m);
  });

  test("takes a command line alone for consul-template's, where it is told where to write", async () => {
    await using dir = await written({ "b.tpl": '{{key "b"}}' });
    const words = ["--", "-template", `${dir.join("b.tpl")}:${dir.join("out/b")}`, "-consul-addr", "10.0.0.1:8500"];
    const { code, stdout, stderr } = await remora(["migrate", "--to", dir.join("new"), ...words]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^What consul-template's command line says is now .*new$/m);
    assert.match(await readFile(dir.join("new/conf.d/b.toml"), "utf8"), /^src += "b\.njk"$/m);
    const nowhere = await remora(["migrate", ...words]);
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /There is no directory to migrate, and none to write to\n {2}hint: .*--to/);
  });

  test("lets the command line decide where both are there", async () => {
    const confd = await migrated(BOTH, ["in", "--", "etcd", "--watch"]);
    assert.match(confd.confdir["remora.toml"] ?? "", /backend += "etcd"/);
    const consulTemplate = await migrated(BOTH, ["in", "--", "-consul-addr", "10.0.0.1:8500"]);
    assert.match(consulTemplate.confdir["remora.toml"] ?? "", /backend += "consul"/);
  });

  const REFUSED: Readonly<Record<string, readonly [files: Readonly<Record<string, string>>, args: readonly string[], message: RegExp]>> = {
    "where both are there and nothing decides": [BOTH, ["in"], /it holds both resources of confd and \.hcl files, and nothing says which of them is meant\n {2}hint: Name the \.hcl file/],
    "where both are there and neither understands the command line": [BOTH, ["in", "--", "--nonsense"], /nothing says which of them is meant/],
    "where neither is there": [{ "in/readme.txt": "x" }, ["in"], /there is no conf\.d in it with resources of confd, and no \.hcl or \.json file/],
    "what is not there": [{}, ["in"], /in": there is no such file or directory/],
    "confd.toml": [{ "in/confd.toml": "" }, ["in/confd.toml"], /this is TOML, which consul-template does not read\n {2}hint: Of confd name the directory/],
    "HCL that is broken, with its line": [{ "in/a.hcl": 'template {\n  source = "a\n}\n' }, ["in"], /in\/a\.hcl:2: Cannot read ".*a\.hcl": a text is not closed in its line\n {2}2 \|/],
    "JSON that is broken": [{ "in/a.json": '{"template": [}' }, ["in"], /Cannot read ".*a\.json": /],
    "a key that is not known": [{ "in/a.hcl": 'template {\n  sorce = "a"\n}\n' }, ["in"], /a\.hcl:2: "sorce" is not known in a template\n.*\n {2}hint: Did you mean "source"\?/],
    "a limit that Remora does not have": [{ "in/a.hcl": 'template {\n  function_denylist = ["file"]\n}\n' }, ["in"], /a\.hcl:2: function_denylist: Remora has no such limit/],
    "a configuration without a template": [{ "in/a.hcl": "max_stale = \"1s\"\n" }, ["in"], /There is no template/],
    "a flag that consul-template does not have": [{ "in/a.hcl": HCL }, ["in", "--", "-consul-adr", "x"], /Did you mean "-consul-addr"\?/],
  };
  for (const [what, [files, args, message]] of Object.entries(REFUSED)) {
    test(`refuses ${what}`, async () => {
      await using dir = await written(files);
      const { code, stderr } = await run(dir, args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.equal(existsSync(dir.join("in-remora")), false, "nothing is written");
    });
  }
});

async function written(files: Readonly<Record<string, string>>): Promise<TempDir> {
  const dir = await tempDir();
  for (const [name, text] of Object.entries(files)) await dir.write(name, text.replaceAll("$DIR", dir.path));
  return dir;
}

function run(dir: TempDir, [path = "", ...args]: readonly string[]) {
  return remora(["migrate", dir.join(path), ...args.map((arg) => arg.replaceAll("$DIR", dir.path))]);
}

/** What is written, by the files' names. */
async function migrated(files: Readonly<Record<string, string>>, args: readonly string[], name = "in-remora"): Promise<{ readonly confdir: Readonly<Record<string, string>>; readonly stdout: string }> {
  await using dir = await written(files);
  const { code, stdout, stderr } = await run(dir, args);
  assert.equal(code, 0, stdout + stderr);
  const names = readdirSync(dir.join(name), { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [`${entry.parentPath}/${entry.name}`.slice(dir.join(name).length + 1)] : []));
  return { stdout, confdir: Object.fromEntries(await Promise.all(names.sort().map(async (each) => [each, await readFile(dir.join(`${name}/${each}`), "utf8")] as const))) };
}
