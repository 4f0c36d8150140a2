import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadSettings } from "../../src/config/load.ts";
import { AppError, describeError } from "../../src/core/error.ts";
import { systemFiles } from "../../src/platform/files.ts";
import { tempDir } from "../support/temp.ts";

async function settingsOf(text: string) {
  await using dir = await tempDir();
  await dir.write("remora.toml", text);
  const outcome = await loadSettings({ files: systemFiles, confdir: dir.path, env: {}, flags: {} }).catch((thrown: unknown) => thrown);
  return outcome instanceof AppError ? describeError(outcome).replaceAll(dir.path, "DIR") : (outcome as Awaited<ReturnType<typeof loadSettings>>).settings;
}

test("What Remora tells its commands is no odd variable to a Remora that one of them runs", async () => {
  await using dir = await tempDir();
  const { warnings } = await loadSettings({ files: systemFiles, confdir: dir.path, env: { REMORA_UNIT: "[env]", REMORA_CHANGED: "A", REMORA_GONE: "", REMORA_CHANGE: "x" }, flags: {} });
  assert.deepEqual(warnings.map((warning) => warning.split(":")[0]), ["REMORA_CHANGE"]);
});

describe("[env] of remora.toml", () => {
  test("holds prefixes, and variables by their names", async () => {
    const settings = await settingsOf('[env]\nprefix = ["/app/env"]\n[env.variables]\nDB_HOST = "/db/host"\nhttp_proxy = "{{ getv(\'/proxy\') }}"\n');
    assert.ok(typeof settings === "object");
    assert.deepEqual(settings.env, {
      prefixes: ["/app/env"],
      variables: { DB_HOST: "/db/host", http_proxy: "{{ getv('/proxy') }}" },
      pristine: false,
      reload: { kind: "app restart" },
      reloadTimeout: 60_000,
      onEmpty: "keep",
    });
  });

  const REFUSED: readonly (readonly [what: string, text: string, said: RegExp])[] = [
    ["a prefix in an unknown backend", '[env]\nprefix = ["etdc:/a"]\n', /^DIR\/remora\.toml:2:10: .*env\.prefix: backend "etdc" of "etdc:\/a" is not known\n.*\n.*\n {2}hint: Did you mean "etcd"\?$/],
    ["a prefix without its slash", '[env]\nprefix = ["etcd:a"]\n', /env\.prefix: "etcd:a" is not a key\n.*\n.*\n {2}hint: Write "etcd:\/a"$/],
    ["a name that no variable can have", '[env.variables]\n"db-host" = "/db/host"\n', /:2:1: .*"db-host" is no name of a variable\n/],
    ["a variable that is no text", "[env.variables]\nPORT = 80\n", /:2:8: .*PORT: this is not text\n/],
    ["a variable with a NUL, and does not show it", '[env.variables]\nA = "b\\u0000c"\n', /:2:5: .*A: a variable cannot hold a NUL\n/],
    ["variables that are no table", '[env]\nvariables = "A"\n', /:2:13: .*env\.variables: this is not a table\n/],
    ["an unknown key", "[env]\nvariable = 1\n", /key "env\.variable" is not known\n.*\n.*\n {2}hint: Did you mean "variables"\?$/],
    ["a reload that is not there", '[env]\non_change = "reload"\n', /:2:13: .*env\.on_change: there is no reload\n.*\n.*\n {2}hint: Set env\.reload_cmd$/],
    ["a restart beside a reload", '[env]\non_change = "restart"\nreload_cmd = "x"\n', /:2:13: .*env\.on_change: env\.reload_cmd is given as well\n/],
    ["a command that names a file", '[env]\nreload_cmd = "x {{ dest }}"\n', /:2:14: .*env\.reload_cmd: there is no \{\{ dest \}\} here\n/],
    ["a service in a backend that has no catalog", '[supervise]\nrequires = ["etcd:mysql"]\n', /supervise\.requires: "etcd:mysql" is not a service\n/],
    ["a service without a name", '[supervise]\nrequires = ["/services/"]\n', /supervise\.requires: "\/services\/" is not a service\n/],
    ["a service with a space", '[supervise]\nrequires = ["my sql"]\n', /supervise\.requires: "my sql" is not a service\n/],
  ];
  for (const [what, text, said] of REFUSED) {
    test(`is refused for ${what}`, async () => assert.match(String(await settingsOf(text)), said));
  }
});
