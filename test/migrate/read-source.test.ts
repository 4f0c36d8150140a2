import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Outside } from "../../src/cli/command.ts";
import { readSource } from "../../src/cli/migrate/read-source.ts";
import type { Source } from "../../src/cli/migrate/source.ts";
import { type AppError, describeError } from "../../src/core/error.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { type TempDir, tempDir } from "../support/temp.ts";

const RESOURCE = '[template]\nsrc = "a.tmpl"\ndest = "$DIR/out/a"\n';
const HCL = 'template {\n  source      = "$DIR/in/a.ctmpl"\n  destination = "$DIR/out/a"\n}\n';
const BOTH = { "in/conf.d/a.toml": RESOURCE, "in/templates/a.tmpl": '{{getv "/a"}}', "in/a.hcl": HCL, "in/a.ctmpl": '{{key "a"}}' };

describe("readSource()", () => {
  test("takes a directory with conf.d for confd's, whatever data in JSON and templates of HCL lie in it", async () => {
    const { flags } = await read({ "in/conf.d/a.toml": RESOURCE, "in/templates/a.tmpl": "", "in/data.json": "{}", "in/templates/b.hcl": "job" }, ["in", "file", "--file", "data.json"]);
    assert.equal(flags["backend"], "file");
  });

  test("takes a directory of HCL and JSON for consul-template's, also where it is called conf.d", async () => {
    const { resources, templates } = await read({ "in/conf.d/a.hcl": HCL, "in/conf.d/b.json": JSON.stringify({ template: { source: "$DIR/in/a.ctmpl", destination: "$DIR/out/b" } }), "in/a.ctmpl": "x" }, ["in"]);
    assert.deepEqual(resources.map(({ name, label }) => [name, label]), [["a", "conf.d/a.hcl:1"], ["b", "conf.d/b.json:1"]]);
    assert.deepEqual([...templates], [["a.ctmpl", "x"]]);
  });

  test("takes a file for consul-template's, with its command line", async () => {
    const { resources, flags } = await read({ "ct.hcl": HCL, "in/a.ctmpl": "", "b.tpl": "" }, ["ct.hcl", "-template", "$DIR/b.tpl:$DIR/out/b:echo b: c", "-wait", "1s", "-consul-addr", "10.0.0.1:8500"]);
    assert.deepEqual(resources.map(({ label, keys }) => [label, keys?.["reload_cmd"]]), [["ct.hcl:1", undefined], ["-template", "echo b: c"]]);
    assert.deepEqual([flags["backend"], flags["consul-address"], flags["wait-min"]], ["consul", "http://10.0.0.1:8500", "1s"]);
  });

  test("lets the command line decide where both are there", async () => {
    assert.equal((await read(BOTH, ["in", "etcd", "--watch"])).flags["backend"], "etcd");
    assert.equal((await read(BOTH, ["in", "-consul-addr", "10.0.0.1:8500"])).flags["backend"], "consul");
  });

  const REFUSED: Readonly<Record<string, readonly [files: Readonly<Record<string, string>>, args: readonly string[], message: RegExp]>> = {
    "where both are there and nothing decides": [BOTH, ["in"], /it holds both resources of confd and \.hcl files, and nothing says which of them is meant\n {2}hint: Name the \.hcl file/],
    "where both are there and neither understands the command line": [BOTH, ["in", "--nonsense"], /nothing says which of them is meant/],
    "where neither is there": [{ "in/readme.txt": "x" }, ["in"], /there is no conf\.d in it with resources of confd, and no \.hcl or \.json file/],
    "what is not there": [{}, ["in"], /in": there is no such file or directory/],
    "confd.toml": [{ "in/confd.toml": "" }, ["in/confd.toml"], /this is TOML, which consul-template does not read\n {2}hint: Of confd name the directory/],
    "HCL that is broken, with its line": [{ "in/a.hcl": 'template {\n  source = "a\n}\n' }, ["in"], /in\/a\.hcl:2: Cannot read ".*a\.hcl": a text is not closed in its line\n {2}2 \|/],
    "JSON that is broken": [{ "in/a.json": '{"template": [}' }, ["in"], /Cannot read ".*a\.json": /],
    "a key that is not known": [{ "in/a.hcl": 'template {\n  sorce = "a"\n}\n' }, ["in"], /a\.hcl:2: "sorce" is not known in a template\n.*\n {2}hint: Did you mean "source"\?/],
    "a limit that Remora does not have": [{ "in/a.hcl": 'template {\n  function_denylist = ["file"]\n}\n' }, ["in"], /a\.hcl:2: function_denylist: Remora has no such limit/],
    "a configuration without a template": [{ "in/a.hcl": "max_stale = \"1s\"\n" }, ["in"], /There is no template/],
    "a flag that consul-template does not have": [{ "in/a.hcl": HCL }, ["in", "-consul-adr", "x"], /Did you mean "-consul-addr"\?/],
  };
  for (const [what, [files, args, message]] of Object.entries(REFUSED)) {
    test(`refuses ${what}`, async () => {
      await assert.rejects(read(files, args), (thrown: AppError) => {
        assert.match(describeError(thrown), message);
        return true;
      });
    });
  }
});

/** What is read of files; the first word is a path, all others are those of the program's command line. */
async function read(files: Readonly<Record<string, string>>, [path = "", ...args]: readonly string[]): Promise<Source> {
  await using dir: TempDir = await tempDir();
  for (const [name, text] of Object.entries(files)) await dir.write(name, text.replaceAll("$DIR", dir.path));
  const outside = { cwd: dir.path, env: {}, uid: 0, hash: () => "", ports: { files: systemFiles } } as unknown as Outside;
  return await readSource(dir.join(path), args.map((arg) => arg.replaceAll("$DIR", dir.path)), outside);
}
