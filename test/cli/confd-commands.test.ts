import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as v from "valibot";
import { commandText } from "../../src/cli/confd/commands.ts";
import { fillCommand } from "../../src/process/command-line.ts";
import { command } from "../../src/schema/command.ts";
import { confdProject } from "../support/confd.ts";
import { runProgram } from "../support/process.ts";

const FILES = { src: "/tmp/a staged 'file'", dest: "/etc/app.conf" };

/** What a command prints when Remora runs it as confd's. */
async function printed(text: string): Promise<string> {
  const { stdout, stderr } = await runProgram([...fillCommand(v.parse(command, commandText(text)), FILES)]);
  assert.equal(stderr, "");
  return stdout;
}

describe("confd's commands", () => {
  const CASES: readonly (readonly [name: string, text: string, output: string])[] = [
    ["files as confd writes them", "echo {{.src}} {{ .dest }}", "/tmp/a staged 'file' /etc/app.conf\n"],
    ["files in quotes", `echo '{{.src}}' "{{.dest}}"`, "/tmp/a staged 'file' /etc/app.conf\n"],
    ["a format for another program, in single quotes", "printf %s '{{.Names}} {{json .State}}'", "{{.Names}} {{json .State}}"],
    ["a format for another program, in double quotes", 'printf %s "{{range .Mounts}}{{.Source}}{{end}}"', "{{range .Mounts}}{{.Source}}{{end}}"],
    ["a format for another program, without quotes", "printf %s {{.ID}} {{.dest}}", "{{.ID}}/etc/app.conf"],
    ["more braces than two", "printf %s '{{{.ID}}}'", "{{{.ID}}}"],
    ["braces that are written for Go", `printf %s '{{"{{"}}.Names}}'`, "{{.Names}}"],
    ["what Go makes of a file", `echo {{printf "%s" .dest}} {{with .dest}}{{.}}.bak{{end}}`, "/etc/app.conf /etc/app.conf.bak\n"],
    ["a condition", "echo {{if .dest}}yes{{else}}no{{end}}", "yes\n"],
    ["no braces at all", "echo } {", "} {\n"],
  ];
  for (const [name, text, output] of CASES) test(name, async () => assert.equal(await printed(text), output));

  test("what Go refuses is refused with its place", async () => {
    await using app = await confdProject({ "conf.d/app.toml": '[template]\nsrc = "app.conf.tmpl"\ndest = "$DIR/out/app.conf"\nreload_cmd = "echo {{nope .dest}}"\n' });
    const { code, stderr } = await app.confd(["env", "--onetime"], { env: { NAME: "one" } });
    assert.equal(code, 1);
    assert.match(stderr, /app\.toml:4:14: .*reload_cmd: .*function "nope" not defined/);
  });
});

describe("what else a resource says", () => {
  const resource = (more: string) => `[template]\nsrc = "app.conf.tmpl"\ndest = "$DIR/out/app.conf"\n${more}`;

  test("a number of an owner stands above a name, and -1 is none, as in confd", async () => {
    const { geteuid = () => 0, getegid = () => 0 } = process;
    for (const more of [`uid = ${geteuid()}\ngid = ${getegid()}\nowner = "nosuchuser"\ngroup = "nosuchgroup"\n`, "uid = -1\ngid = -1\n", 'uid = -1\nowner = "root"\n']) {
      await using app = await confdProject({ "conf.d/app.toml": resource(more) });
      const { code, stderr } = await app.confd(["env", "--onetime"], { env: { NAME: "one" } });
      assert.equal(code, 0, stderr);
    }
    await using app = await confdProject({ "conf.d/app.toml": resource('uid = -1\nowner = "nosuchuser"\n') });
    assert.match((await app.confd(["env", "--onetime"], { env: { NAME: "one" } })).stderr, /nosuchuser/);
  });

  test("a debounce that is none is refused with its place", async () => {
    await using app = await confdProject({ "conf.d/app.toml": resource('debounce = "2x"\n') });
    const { code, stderr } = await app.confd(["env", "--onetime"], { env: { NAME: "one" } });
    assert.equal(code, 1);
    assert.match(stderr, /app\.toml:4:12: .*debounce: "2x" is not a duration/);
  });

  test("a check of the configuration speaks as confd", async () => {
    await using app = await confdProject({ "templates/app.conf.tmpl": "{{if}}" });
    assert.match((await app.confd(["env", "--check-config"])).stderr, /^confd: \S+app\.conf\.tmpl:1: /);
  });
});
