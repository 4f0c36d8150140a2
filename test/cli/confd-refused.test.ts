import assert from "node:assert/strict";
import { chmod, mkdir, symlink } from "node:fs/promises";
import { describe, test } from "node:test";
import { stateDirectory } from "../../src/cli/confd/state-directory.ts";
import type { Outside } from "../../src/cli/command.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { confdProject } from "../support/confd.ts";
import { tempDir } from "../support/temp.ts";

const TEMPLATE = '[template]\nsrc = "app.conf.tmpl"\ndest = "$DIR/out/app.conf"\n';

describe("what confd's files get wrong is refused with its place", () => {
  const CASES: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    ["a [backend] that names none", { "conf.d/app.toml": `${TEMPLATE}[backend]\nnodes = ["a:1"]\n` }, /app\.toml:4:2: .*\[backend\] names none/],
    ["a [backend] that is text", { "conf.d/app.toml": `backend = "redis"\n${TEMPLATE}` }, /app\.toml:1:11: .*backend: this is not a table/],
    ["a [backend] of Amazon's", { "conf.d/app.toml": `${TEMPLATE}[backend]\nbackend = "ssm"\n` }, /app\.toml:5:11: .*"ssm" is not one that Remora reads/],
    ["a node of [backend] that is no address", { "conf.d/app.toml": `${TEMPLATE}[backend]\nbackend = "etcd"\nnodes = ["http://a b"]\n` }, /app\.toml:6:9: .*nodes: "http:\/\/a b" is not a URL/],
    ["a timeout of [backend] that is none", { "conf.d/app.toml": `${TEMPLATE}[backend]\nbackend = "etcd"\ndial_timeout = "1x"\n` }, /app\.toml:6:16: .*dial_timeout: "1x" is not a duration/],
    ["a file backend without a file", { "conf.d/app.toml": `${TEMPLATE}[backend]\nbackend = "file"\n` }, /app\.toml:5:11: .*"file" is told no file/],
    ["two resources with one target", { "conf.d/app.toml": TEMPLATE, "conf.d/b.toml": TEMPLATE }, /b\.toml:3:8: .*is the target of \S+app\.toml:3 as well/],
    ["a mode that is a number", { "conf.d/app.toml": `${TEMPLATE}mode = 644\n` }, /app\.toml:4:8: .*mode: 644 is not a mode/],
    ["a confd.toml that is no TOML, without its secrets", { "confd.toml": 'auth_token = "hunter2\n' }, /confd\.toml:1:\d+: Cannot read/],
    ["a confd.toml with a wrong type", { "confd.toml": 'interval = "often"\n' }, /interval of \S+confd\.toml:1: "often" is not a whole number/],
  ];
  for (const [name, files, message] of CASES) {
    test(name, async () => {
      await using app = await confdProject({ "confd.toml": "", ...files });
      const config = files["confd.toml"] === undefined ? [] : ["-config-file", app.directory.join("confd.toml")];
      const { code, stderr } = await app.confd(["-onetime", "-backend", "env", ...config]);
      assert.equal(code, 1, stderr);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /hunter2/);
    });
  }

  test("a backend that is not there is told with what gave its address, in the log and at the end", async () => {
    await using app = await confdProject({ "confd.toml": '\nnodes = ["http://127.0.0.1:1"]\n' });
    const config = app.directory.join("confd.toml");
    const cases: readonly (readonly [readonly string[], string])[] = [[["etcd", "--node", "http://127.0.0.1:1"], "--node"], [["consul", "--config-file", config], `nodes of ${config}:2`]];
    for (const [args, label] of cases) {
      const { code, stderr } = await app.confd([...args, "--onetime", "--backend-timeout", "300ms", "--log-format", "json"]);
      assert.equal(code, 1, stderr);
      assert.ok(stderr.includes(`\\"${label}\\"`), stderr);
      assert.match(stderr, new RegExp(`^  hint: .*"${label}"`, "m"));
    }
  });

  test("a confdir that is not there, and a config file that was named", async () => {
    await using directory = await tempDir();
    await using app = await confdProject();
    assert.match((await app.confd(["env", "--onetime", "--config-file", directory.join("none.toml")])).stderr, /Cannot read ".*none\.toml": there is no such file/);
    const { code, stderr } = await app.confd(["env", "--onetime"], { env: { CONFD_CONFIG_FILE: directory.path } });
    assert.equal(code, 1);
    assert.match(stderr, /Cannot read "/);
  });
});

describe("a state directory that nothing names", () => {
  const outside = (directory: string): Outside => ({ cwd: "/", env: { TMPDIR: directory }, uid: process.geteuid?.() ?? 0, hash: () => "0123456789abcdef", ports: { files: { ...systemFiles, writable: async () => false } } }) as unknown as Outside;
  const name = `remora-confd-${process.geteuid?.()}-0123456789ab`;

  test("is made for this user alone where /var/lib cannot be written", async () => {
    await using directory = await tempDir();
    const made = await stateDirectory("/etc/confd", outside(directory.path));
    assert.equal(made, directory.join(name));
    assert.equal((await systemFiles.stat(made))?.mode, 0o700);
    assert.equal(await stateDirectory("/etc/confd", outside(directory.path)), made);
  });

  test("is refused where somebody else put something in its place", async () => {
    await using directory = await tempDir();
    await mkdir(directory.join(name));
    await chmod(directory.join(name), 0o777);
    await assert.rejects(stateDirectory("/etc/confd", outside(directory.path)), { code: "STATE_DIR" });
    await using other = await tempDir();
    await symlink(directory.path, other.join(name));
    await assert.rejects(stateDirectory("/etc/confd", outside(other.path)), { code: "STATE_DIR" });
  });
});
