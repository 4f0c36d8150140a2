import assert from "node:assert/strict";
import { readFile, symlink } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { makeKey, sealFor, writeKeyring } from "../secrets/crypt-support.ts";
import { confdProject } from "../support/confd.ts";
import { type Etcd, startEtcd } from "../support/etcd.ts";
import { executable } from "../support/executable.ts";
import { eventually } from "../support/eventually.ts";
import { type RunResult, runProgram } from "../support/process.ts";
import { project, startRemora } from "../support/remora.ts";

const VERSION = (JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version;

describe("The executable", () => {
  let [program, etcd]: [string, Etcd] = ["", undefined as never];

  before(async () => {
    [program, etcd] = await Promise.all([executable(), startEtcd()]);
  });
  after(() => etcd?.[Symbol.asyncDispose]());

  // No variable at all: there is neither Node nor anything else to be found.
  const run = (args: readonly string[], input = ""): Promise<RunResult> => runProgram([program, ...args], { env: {}, input });
  const etcdFlags = () => ["--backend", "etcd", "--etcd-endpoints", etcd.url];
  const succeed = async (args: readonly string[], input?: string): Promise<string> => {
    const { code, stdout, stderr } = await run(args, input);
    assert.equal(code, 0, stderr);
    return stdout;
  };

  test("tells its version and its commands", async () => {
    assert.equal(await succeed(["version"]), `remora ${VERSION}\n`);
    assert.match(await succeed(["--help"]), /^Usage: remora COMMAND/m);
  });

  test("renders from a file", async () => {
    await using app = await project();
    await succeed(["render", ...app.flags]);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
  });

  test("brings what is ready-made along, and makes a file of each key", async () => {
    await using app = await project({ "data.yaml": "vhosts: { a: web, b: shop }\n", "conf.d/app.toml": '[template]\nsrc = "app.njk"\nfor_each = "/vhosts/*"\ndest = "$DIR/out/{{ item.name }}"\n', "templates/app.njk": "{{ item.value }}\n" });
    await succeed(["init", "nginx", "--confdir", app.directory.join("ready")]);
    assert.match((await app.read("ready/templates/nginx.conf.njk")) ?? "", /upstream/);
    await succeed(["check", "--with-values", app.directory.join("data.yaml"), ...app.flags]);
    await succeed(["render", ...app.flags]);
    assert.deepEqual([await app.read("out/a"), await app.read("out/b")], ["web\n", "shop\n"]);
  });

  test("is confd where it is called so", async () => {
    await using app = await confdProject();
    const confd = app.directory.join("confd");
    await symlink(program, confd);
    await etcd.put("/as/confd/name", "one");
    const args = ["-onetime", "-node", etcd.url, "-prefix", "/as/confd", "-confdir", app.directory.path];
    const { code, stderr } = await runProgram([confd, ...args], { env: { REMORA_STATE_DIR: app.directory.join("state") } });
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
    assert.equal((await runProgram([confd, "etcd", "--onetme"], { env: {} })).code, 80);
  });

  test("is consul-template where it is called so", async () => {
    await using app = await project({ "c.hcl": 'template {\n contents = "{{ \\"a\\" | toUpper | regexReplaceAll \\"A\\" \\"b\\" }}{{ parseYAML \\"x: 1\\" | toYAML }}"\n destination = "$DIR/out/ct"\n}' });
    const link = app.directory.join("consul-template");
    await symlink(program, link);
    const { code, stderr } = await runProgram([link, "-config", app.directory.join("c.hcl"), "-once"], { env: { REMORA_STATE_DIR: app.directory.join("state") } });
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/ct"), "bx: 1");
  });

  test("puts a key into etcd, renders from it, and follows its change", async () => {
    await using app = await project({ "data.yaml": "" });
    await succeed(["keys", "put", ...app.flags, ...etcdFlags(), "/name"], "of etcd");
    await succeed(["render", ...app.flags, ...etcdFlags()]);
    assert.equal(await app.read("out/app.conf"), "name = of etcd\n");
    await using running = await startRemora(["run", ...app.flags, ...etcdFlags()], { program });
    await running.waitForLog("Started");
    await succeed(["keys", "put", ...app.flags, ...etcdFlags(), "/name", "changed"]);
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = changed\n"));
    assert.equal(await running.stop(), 0);
  });

  test("opens what it sealed itself, and what crypt sealed", async () => {
    const crypt = await makeKey();
    await using app = await project({ "data.yaml": `name: ${await sealFor([crypt.publicKey], gzipSync("of crypt"))}\n`, "templates/app.njk": '{{ getv("/own") }}, {{ cgetv("/name") }}\n' });
    const publicKey = (await succeed(["secret", "keygen", "--out", app.directory.join("own.key")])).trim();
    await writeKeyring(app.directory, "crypt.asc", crypt.privateKey.armor());
    await app.write("remora.toml", `[secrets]\nkeyring = ["own.key"]\nopenpgp_keyring = ["crypt.asc"]\n`);
    await succeed(["secret", "put", ...app.flags, "/own", "--to", publicKey], "of Remora");
    await succeed(["render", ...app.flags]);
    assert.equal(await app.read("out/app.conf"), "of Remora, of crypt\n");
  });

  test("makes a certificate and its key", async () => {
    await using app = await project();
    const publicKey = (await succeed(["secret", "keygen", "--out", app.directory.join("own.key")])).trim();
    await app.write("remora.toml", `[secrets]\nkeyring = ["own.key"]\nrecipients = ["${publicKey}"]\n`);
    await succeed(["cert", "ensure", ...app.flags, "localhost", "--key-prefix", "/tls"]);
    assert.match(await succeed(["keys", "get", ...app.flags, "/tls/certificate"]), /^-----BEGIN CERTIFICATE-----/);
  });

  test("registers a service in etcd", async () => {
    await using app = await project();
    await using running = await startRemora(["register", ...app.flags, ...etcdFlags(), "--name", "web", "--port", "80", "--address", "static:10.9.8.7"], { program });
    await eventually(async () => assert.equal((await etcd.ctl("get", "--print-value-only", "/web/host")).trim(), "10.9.8.7"));
    assert.equal(await running.stop(), 0);
  });
});
