import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { project, remora } from "../support/remora.ts";

const COMMANDS = ["render", "run", "check", "keys", "explain", "version"];

describe("the command line", () => {
  test("An unknown command is refused with the nearest one", async () => {
    const { code, stderr } = await remora(["rendr"]);
    assert.equal(code, 2);
    assert.match(stderr, /no command "rendr"/);
    assert.match(stderr, /Did you mean "render"\?/);
  });

  test("An unknown flag is refused with the nearest one", async () => {
    const { code, stderr } = await remora(["render", "--dry-rum"]);
    assert.equal(code, 2);
    assert.match(stderr, /no flag "--dry-rum"/);
    assert.match(stderr, /Did you mean "--dry-run"\?/);
  });

  test("A flag of one letter is refused as it was written", async () => {
    assert.match((await remora(["render", "-v"])).stderr, /no flag "-v"/);
  });

  test("What stands beside the flags of a command that takes none is refused, and not shown: it may be a secret", async () => {
    for (const words of ["render", "check", "register", "secret seal --to KEY --key /a", "version"]) {
      const { code, stderr } = await remora([...words.split(" "), "hunter2"]);
      assert.equal(code, 2, `${words}: ${stderr}`);
      assert.doesNotMatch(stderr, /hunter2/);
      assert.match(stderr, new RegExp(`hint: remora ${words.split(" --")[0]}`));
    }
  });

  test("No command prints the overview and exits 2", async () => {
    const { code, stdout, stderr } = await remora([]);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
    assert.match(stderr, /Usage: remora COMMAND/);
  });

  test("--help lists every command", async () => {
    const { code, stdout } = await remora(["--help"]);
    assert.equal(code, 0);
    for (const name of COMMANDS) assert.match(stdout, new RegExp(`^  ${name} `, "m"));
  });

  test("help and a command's name is its --help, also of those of two words", async () => {
    for (const name of ["render", "secret", "secret put", "confd"]) {
      assert.deepEqual(await remora(["help", ...name.split(" ")]), await remora([...name.split(" "), "--help"]), name);
    }
    assert.match((await remora(["help", "rendr"])).stderr, /There is no command "rendr"\n {2}hint: Did you mean "render"\?/);
  });

  test("A flag without its value is told as such", async () => {
    for (const words of [["--wait"], ["--wait", "--dry-run"]]) {
      assert.match((await remora(["render", ...words])).stderr, /^remora: --wait: its value is missing\n {2}hint: Write --wait VALUE/);
    }
  });

  test("What is missing is told with the command's usage", async () => {
    for (const [words, missing, usage] of [["cert show", "KEY_PREFIX is missing", "remora cert show KEY_PREFIX"], ["secret put", "KEY is missing", "remora secret put KEY"], ["deregister", "No service is named", "Give --name"]] as const) {
      const { code, stderr } = await remora(words.split(" "));
      assert.equal(code, 2);
      assert.ok(stderr.startsWith(`remora: ${missing}\n  hint: ${usage}`), stderr);
    }
    assert.match((await remora(["register", "--name", "web", "--port", "http"])).stderr, /^remora: --port: "http" is not a port\n/);
  });

  test("--help of each command has an example and its flags, without colours", async () => {
    for (const name of COMMANDS) {
      const { code, stdout } = await remora([name, "--help"]);
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`Examples:\n  remora ${name}`));
      assert.match(stdout, /--help +Print this/);
      assert.doesNotMatch(stdout, /\u001b/);
    }
  });

  test("version prints the version of the package", async () => {
    const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
    assert.deepEqual((await remora(["version"])).stdout, `remora ${version}\n`);
    assert.deepEqual((await remora(["--version"])).stdout, `remora ${version}\n`);
  });

  test("An unknown key of a unit is refused with file, line and the nearest one, and nothing is written by run", async () => {
    await using app = await project({ "conf.d/app.toml": '[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nrelaod_cmd = "true"\n' });
    const { code, stderr } = await app.remora(["run"]);
    assert.equal(code, 2);
    assert.match(stderr, /conf\.d\/app\.toml:4:\d+: .*relaod_cmd/);
    assert.match(stderr, /reload_cmd/);
    assert.equal(await app.read("out/app.conf"), undefined);
  });

  test("An unknown key of remora.toml is refused with the nearest one", async () => {
    await using app = await project({ "remora.toml": 'backnd = "file"\n' });
    const { code, stderr } = await app.remora(["render"]);
    assert.equal(code, 2);
    assert.match(stderr, /remora\.toml:1:\d+: .*backnd/);
    assert.match(stderr, /Did you mean "backend"\?/);
  });

  test("A syntax error in remora.toml is told with file, line, column and the line itself", async () => {
    await using app = await project({ "remora.toml": 'prefix = "/"\nbackend = file"\n' });
    const { code, stderr } = await app.remora(["render"]);
    assert.equal(code, 2);
    assert.match(stderr, /remora\.toml:2:\d+: /);
    assert.match(stderr, /2 \| backend = file"/);
  });

  test("A setting comes from its flag before its variable before the file", async () => {
    await using app = await project({ "remora.toml": 'prefix = "/file"\n', "data.yaml": "file: {name: f}\nvariable: {name: v}\nflag: {name: g}\n" });
    const get = async (args: string[], env: Record<string, string>) => (await app.remora(["keys", "get", "/name", ...args], { env })).stdout;
    assert.equal(await get([], {}), "f\n");
    assert.equal(await get([], { REMORA_PREFIX: "/variable" }), "v\n");
    assert.equal(await get(["--prefix", "/flag"], { REMORA_PREFIX: "/variable" }), "g\n");
  });
});
