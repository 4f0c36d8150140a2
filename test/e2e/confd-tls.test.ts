import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Confdir, confdProject } from "../support/confd.ts";
import { startConsul } from "../support/consul.ts";
import { startEtcd } from "../support/etcd.ts";
import { startRedis } from "../support/redis.ts";
import { type Authority, makeAuthority } from "../support/tls.ts";

interface Files {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

describe("confd's certificates", () => {
  let authority: Authority;
  let files: Files;
  let args: readonly string[];

  before(async () => {
    authority = await makeAuthority();
    files = { caFile: authority.caFile, ...(await authority.issue("all", ["DNS:localhost", "IP:127.0.0.1"])) };
    args = ["--client-ca-keys", files.caFile, "--client-cert", files.certFile, "--client-key", files.keyFile];
  });
  after(() => authority[Symbol.asyncDispose]());

  const rendered = async (app: Confdir, words: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const { code, stderr } = await app.confd(words, { env });
    assert.equal(code, 0, stderr);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
  };

  test("are shown to etcd, from flags, variables, confd.toml and a resource's [backend], by a node without a scheme", async () => {
    await using etcd = await startEtcd({ tls: { host: "127.0.0.1", ...files } });
    await etcd.ctl("put", "/name", "one");
    const node = new URL(etcd.url).host;
    const toml = `client_cakeys = "${files.caFile}"\nclient_cert = "${files.certFile}"\nclient_key = "${files.keyFile}"\nnodes = ["${node}"]\n`;
    const ways: readonly (readonly [readonly string[], Readonly<Record<string, string>>])[] = [
      [["etcd", "--onetime", "--node", node, ...args], {}],
      [["-onetime", "-node", `https://${node}`], { CONFD_CLIENT_CAKEYS: files.caFile, CONFD_CLIENT_CERT: files.certFile, CONFD_CLIENT_KEY: files.keyFile }],
      [["-onetime", "-config-file", "$TOML"], {}],
    ];
    for (const [words, env] of ways) {
      await using app = await confdProject({ "confd.toml": toml });
      await rendered(app, words.map((word) => word.replace("$TOML", app.directory.join("confd.toml"))), env);
    }
    await using app = await confdProject({ "conf.d/app.toml": `[template]\nsrc = "app.conf.tmpl"\ndest = "$DIR/out/app.conf"\nkeys = ["/name"]\n[backend]\nbackend = "etcd"\n${toml}` });
    await rendered(app, ["env", "--onetime"]);
    const { code, stderr } = await app.confd(["etcd", "--onetime", "--node", `https://${node}`, "--client-ca-keys", files.caFile, "--backend-timeout", "2s"]);
    assert.equal(code, 0, `the resource has its own: ${stderr}`);
  });

  test("are shown to Consul, by its scheme or by themselves", async () => {
    await using consul = await startConsul({ tls: files });
    await consul.put("/name", "one");
    await using app = await confdProject();
    const node = new URL(consul.httpsUrl).host;
    await rendered(app, ["consul", "--onetime", "--node", node, ...args]);
    const { code, stderr } = await app.confd(["consul", "--onetime", "--node", node, "--scheme", "https", "--backend-timeout", "2s"]);
    assert.equal(code, 1);
    assert.match(stderr, /hint: .*"--client-ca-keys"/);
  });

  test("are shown to Redis, whose password is then a flag of its own", async () => {
    await using redis = await startRedis({ password: "hidden", tls: files });
    await redis.client.set("/name", "one");
    await using app = await confdProject();
    await rendered(app, ["redis", "--onetime", "--node", `127.0.0.1:${redis.tlsPort}`, "--password", "hidden", ...args]);
  });
});
