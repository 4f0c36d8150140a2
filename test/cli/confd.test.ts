import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OPTIONS, tomlKeys } from "../../src/cli/confd/options.ts";
import { confdProject } from "../support/confd.ts";

const FROM_FILE = ["-backend", "file", "-onetime", "-file"];

describe("remora confd", () => {
  test("applies once what the original's command line asks for, and reloads", async () => {
    await using app = await confdProject();
    const { code, stderr } = await app.confd([...FROM_FILE, app.directory.join("data.yaml")]);
    assert.equal(code, 0, stderr);
    assert.deepEqual([await app.read("out/app.conf"), await app.read("reloads")], ["name = one\n", "reload\n"]);
  });

  test("takes settings from confd.toml below variables below flags", async () => {
    await using app = await confdProject({ "confd.toml": 'backend = "file"\nfile = ["$DIR/data.yaml"]\nprefix = "/toml"\n', "data.yaml": "toml: { name: t }\nenv: { name: e }\nflag: { name: f }\n" });
    const args = ["-onetime", "-config-file", app.directory.join("confd.toml")];
    const runs: readonly (readonly [readonly string[], Record<string, string>, string])[] = [[[], {}, "t"], [[], { CONFD_PREFIX: "/env" }, "e"], [["-prefix", "/flag"], { CONFD_PREFIX: "/env" }, "f"]];
    for (const [more, env, name] of runs) {
      const { code, stderr } = await app.confd([...args, ...more], { env });
      assert.equal(code, 0, stderr);
      assert.equal(await app.read("out/app.conf"), `name = ${name}\n`);
    }
  });

  test("reads several files, where the last one that has a key is taken", async () => {
    await using app = await confdProject({ "a.yaml": "name: a\nhost: a\n", "b.yaml": "name: b\n", "templates/app.conf.tmpl": '{{getv "/host"}} {{getv "/name"}}', "conf.d/app.toml": '[template]\nsrc = "app.conf.tmpl"\ndest = "$DIR/out/app.conf"\nkeys = ["/"]\n' });
    const { code, stderr } = await app.confd(["file", "--onetime", "--file", app.directory.join("a.yaml"), "--file", app.directory.join("b.yaml")]);
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/app.conf"), "a b");
  });

  test("reads a directory as confd does, with all below it", async () => {
    await using app = await confdProject({ "data/a.yaml": "name: a\n", "data/z/more.yaml": "name: z\n", "data/z/other.json": '{"name": "json"}' });
    for (const [filter, name] of [["*", "json"], ["*.yaml", "z"], ["a*", "a"]] as const) {
      const { code, stderr } = await app.confd([...FROM_FILE, app.directory.join("data"), "-filter", filter]);
      assert.equal(code, 0, stderr);
      assert.equal(await app.read("out/app.conf"), `name = ${name}\n`);
    }
  });

  test("warns of each unknown key with the nearest right one, and goes on", async () => {
    await using app = await confdProject({
      "confd.toml": 'backend = "file"\nfile = "$DIR/data.yaml"\nintervall = 3\n',
      "conf.d/app.toml": '[template]\nsrc = "app.conf.tmpl"\ndest = "$DIR/out/app.conf"\nkeys = ["/name"]\nrelaod_cmd = "exit 1"\n[backnd]\n',
    });
    const { code, stderr } = await app.confd(["-onetime", "-config-file", app.directory.join("confd.toml")]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /intervall of \S+confd\.toml:3: this key is not known\. Did you mean \\"interval\\"\?/);
    assert.match(stderr, /app\.toml:5: key \\"relaod_cmd\\" is not known\. Did you mean \\"reload_cmd\\"\?/);
    assert.match(stderr, /app\.toml:6: key \\"backnd\\" is not known\. Did you mean \\"backend\\"\?/);
  });

  test("has the prefixes of both lines: put together in the fork, the program's alone in the original", async () => {
    await using app = await confdProject({ "conf.d/app.toml": '[template]\nsrc = "app.conf.tmpl"\ndest = "$DIR/out/app.conf"\nkeys = ["/name"]\nprefix = "/web"\n', "data.yaml": "a: { name: original, web: { name: fork } }\n" });
    const file = ["--file", app.directory.join("data.yaml"), "--onetime", "--prefix", "/a"];
    assert.equal((await app.confd(["file", ...file])).code, 0);
    assert.equal(await app.read("out/app.conf"), "name = fork\n");
    assert.equal((await app.confd(["-backend", "file", ...file])).code, 0);
    assert.equal(await app.read("out/app.conf"), "name = original\n");
  });

  test("--sync-only runs neither check nor reload", async () => {
    await using app = await confdProject({ "conf.d/app.toml": '[template]\nsrc = "app.conf.tmpl"\ndest = "$DIR/out/app.conf"\nkeys = ["/name"]\ncheck_cmd = "false"\nreload_cmd = "false"\n' });
    const { code, stderr } = await app.confd([...FROM_FILE, app.directory.join("data.yaml"), "-sync-only"]);
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
  });

  test("--noop --diff shows what would change and exits 0", async () => {
    await using app = await confdProject();
    const { code, stdout } = await app.confd(["file", "--noop", "--diff", "--diff-context=0", "--file", app.directory.join("data.yaml")]);
    assert.equal(code, 0);
    assert.match(stdout, /^\+name = one$/m);
    assert.equal(await app.read("out/app.conf"), undefined);
  });

  test("a decimal mode is refused with what confd made of it", async () => {
    await using app = await confdProject({ "conf.d/app.toml": '[template]\nsrc = "app.conf.tmpl"\ndest = "$DIR/out/app.conf"\nmode = "644"\n' });
    const { code, stderr } = await app.confd([...FROM_FILE, app.directory.join("data.yaml")]);
    assert.equal(code, 1);
    assert.match(stderr, /app\.toml:4:8: .*mode: confd takes "644" for a decimal number, which is mode 1204\n[^]*hint: Write "0644", or "1204"/);
  });

  test("--failure-mode fail-fast applies nothing after a resource that failed, best-effort does", async () => {
    const resource = (src: string, dest: string) => `[template]\nsrc = "${src}"\ndest = "$DIR/out/${dest}"\nkeys = ["/"]\n`;
    await using app = await confdProject({ "conf.d/app.toml": "", "conf.d/a.toml": resource("bad.tmpl", "a"), "conf.d/b.toml": resource("app.conf.tmpl", "b"), "templates/bad.tmpl": '{{getv "/nothing"}}' });
    const args = ["file", "--onetime", "--file", app.directory.join("data.yaml"), "--failure-mode"];
    assert.equal((await app.confd([...args, "fail-fast"])).code, 1);
    assert.equal(await app.read("out/b"), undefined);
    assert.equal((await app.confd([...args, "best-effort"])).code, 1);
    assert.equal(await app.read("out/b"), "name = one\n");
  });

  test("--resource takes one resource of conf.d, and names the nearest where there is no such", async () => {
    await using app = await confdProject({ "conf.d/other.toml": '[template]\nsrc = "no.tmpl"\ndest = "$DIR/out/other"\n' });
    assert.match((await app.confd(["env", "--check-config", "--resource", "app.toml"])).stdout, /1 unit is sound/);
    assert.match((await app.confd(["env", "--check-config", "--resource", "ap.toml"])).stderr, /no "ap\.toml" in conf\.d\n.*Did you mean "app\.toml"/);
  });

  test("--check-config and --validate --mock-data look without a backend", async () => {
    await using app = await confdProject({ "mock.json": '{ "name": "mock" }' });
    assert.match((await app.confd(["etcd", "--check-config"])).stdout, /1 unit is sound/);
    assert.match((await app.confd(["etcd", "--validate", "--mock-data", app.directory.join("mock.json")])).stdout, /1 unit is sound/);
    await app.write("mock.json", "{}");
    const { code, stderr } = await app.confd(["etcd", "--validate", "--mock-data", app.directory.join("mock.json")]);
    assert.equal(code, 1);
    assert.match(stderr, /key does not exist: \/name/);
  });

  test("one process at a time applies a confdir", async () => {
    await using app = await confdProject();
    await using running = await app.startConfd(["file", "--watch", "--file", app.directory.join("data.yaml")]);
    await running.waitForLog("Reloaded");
    const { code, stderr } = await app.confd(["file", "--onetime", "--file", app.directory.join("data.yaml")]);
    assert.equal(code, 1);
    assert.match(stderr, /process \d+ is using it\n.*REMORA_STATE_DIR/);
  });

  test("commands have the environment that confd had", async () => {
    await using app = await confdProject({ "conf.d/app.toml": '[template]\nsrc = "app.conf.tmpl"\ndest = "$DIR/out/app.conf"\nkeys = ["/name"]\nreload_cmd = "echo $PORT ${VAULT_TOKEN:-none} {{.src}} {{.dest}} > $DIR/told"\n' });
    const { code, stderr } = await app.confd([...FROM_FILE, app.directory.join("data.yaml")], { env: { PORT: "8080", VAULT_TOKEN: "hidden" } });
    assert.equal(code, 0, stderr);
    const dest = app.directory.join("out/app.conf");
    assert.equal(await app.read("told"), `8080 none ${dest} ${dest}\n`);
  });

  test("each key of confd's documentation is one that is known", () => {
    const known = OPTIONS.flatMap(tomlKeys);
    const documented = "confdir interval log-level log_level log_format noop prefix sync_only sync-only watch failure_mode keep_stage_file srv_domain srv_record debounce batch_interval template_cache stat_cache_ttl backend_timeout check_cmd_timeout reload_cmd_timeout dial_timeout read_timeout write_timeout retry_max_attempts retry_base_delay retry_max_delay watch_error_backoff preflight_timeout shutdown_timeout systemd_notify watchdog_interval metrics_addr backend nodes auth_token auth_type basic_auth client_cakeys client_cert client_key client_insecure password scheme table separator username app_id user_id role_id secret_id file filter path acm_export_private_key secretsmanager_version_stage secretsmanager_no_flatten imds_cache_ttl";
    assert.deepEqual(documented.split(" ").filter((key) => !known.includes(key)), []);
  });
});

describe("the exit statuses of confd", () => {
  const CASES: readonly (readonly [string, readonly string[], number])[] = [
    ["a wrong flag is 80 in the fork", ["etcd", "--onetme"], 80],
    ["a wrong flag is 2 in the original", ["-onetme"], 2],
    ["a flag's number that is none is 80 in the fork", ["etcd", "--interval", "abc"], 80],
    ["a flag's number that is none is 2 in the original", ["-interval", "10s", "-backend", "etcd"], 2],
    ["a flag's duration that is none is 80 in the fork", ["etcd", "--watch", "--debounce", "2x"], 80],
    ["a flag's duration that is none is 2 in the original", ["-check-cmd-timeout", "-1s"], 2],
    ["a failure mode that there is not is 80", ["etcd", "--onetime", "--failure-mode", "fast"], 80],
    ["a flag without its value is 80", ["etcd", "--onetime", "--node"], 80],
    ["a backend that needs a file and is told none is 80", ["file", "--onetime"], 80],
    ["an invalid log level is 1", ["etcd", "--onetime", "--log-level", "loud"], 1],
    ["an invalid log format is 1", ["etcd", "--onetime", "--log-format", "xml"], 1],
    ["a backend that Remora does not read is 1", ["ssm", "--onetime"], 1],
    ["an address for metrics that is none is 1", ["etcd", "--metrics-addr", "9100"], 1],
    ["--help is 0", ["--help"], 0],
    ["--version is 0", ["-version"], 0],
  ];
  for (const [name, args, expected] of CASES) {
    test(name, async () => {
      await using app = await confdProject();
      const { code, stderr } = await app.confd(args);
      assert.equal(code, expected, stderr);
    });
  }

  const VARIABLES: readonly (readonly [string, string])[] = [["CONFD_INTERVAL", "abc"], ["CONFD_DEBOUNCE", "2"], ["CONFD_ONETIME", "maybe"], ["CONFD_RETRY_MAX_ATTEMPTS", "3.5"], ["CONFD_STAT_CACHE_TTL", "soon"], ["CONFD_FAILURE_MODE", "never"]];
  test("a variable that cannot be read is a wrong command line, as it stands for a flag, and its name is told", async () => {
    await using app = await confdProject();
    for (const [name, value] of VARIABLES) {
      const { code, stderr } = await app.confd(["etcd"], { env: { [name]: value } });
      assert.equal(code, 80, stderr);
      assert.match(stderr, new RegExp(`^confd: error: ${name}: "${value}" is not `));
    }
  });

  test("what confd.toml gets wrong is 1 in both lines", async () => {
    for (const text of ['debounce = "2x"', 'interval = "abc"', "watch = 1", 'log_level = "loud"', 'failure_mode = "fast"']) {
      await using app = await confdProject({ "confd.toml": `${text}\n` });
      for (const args of [["etcd", "--onetime"], ["-onetime"]]) {
        const { code, stderr } = await app.confd([...args, "-config-file", app.directory.join("confd.toml")]);
        assert.equal(code, 1, stderr);
        assert.match(stderr, /^confd: error: \w+ of \S+confd\.toml:1: /);
      }
    }
  });

  test("a failed command's is its own in the fork, and 1 in the original", async () => {
    await using app = await confdProject({ "conf.d/app.toml": '[template]\nsrc = "app.conf.tmpl"\ndest = "$DIR/out/app.conf"\nkeys = ["/name"]\nreload_cmd = "exit 7"\n' });
    const file = ["--onetime", "--file", app.directory.join("data.yaml")];
    assert.equal((await app.confd(["file", ...file])).code, 7);
    // confd would have forgotten the reload by now.
    assert.equal((await app.confd(["-backend", "file", ...file])).code, 1);
  });
});

