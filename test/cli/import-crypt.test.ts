import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import * as openpgp from "openpgp";
import { base64, crypt, type Gpg, makeKey, sealFor, startGpg } from "../secrets/crypt-support.ts";
import { type Consul, startConsul } from "../support/consul.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { type Project, project, remora } from "../support/remora.ts";

const USERS = ["ann", "bob", "cyd"];
const TEMPLATE = `{{ cget("/app/users/ann").key }} {{ cgetv("/app/users/bob") }}
{% for p in cgets("/app/users/*") %}{{ p.key | base }}={{ p.value }} {% endfor %}{{ cgetvs("/app/users/*") | join(",") }}
`;
const RENDERED = "/app/users/ann secret-bob\nann=secret-ann bob=secret-bob cyd=secret-cyd secret-ann,secret-bob,secret-cyd\n";

describe("remora secret import-crypt", () => {
  let gpg: Gpg;
  let app: Awaited<ReturnType<Gpg["makeKeyring"]>>;
  let quick: Awaited<ReturnType<typeof makeKey>>;
  let consul: Consul;

  before(async () => {
    [gpg, consul, quick] = await Promise.all([startGpg(), startConsul(), makeKey()]);
    app = await gpg.makeKeyring("app");
  });
  after(() => Promise.all([gpg?.[Symbol.asyncDispose](), consul?.[Symbol.asyncDispose]()]));

  /** A project on that Consul, with a key of Remora's and a keyring of GnuPG's and of the library's keys. */
  async function importing(template = "plain\n"): Promise<Project & { readonly publicKey: string; import(prefix: string, ...flags: string[]): ReturnType<Project["remora"]> }> {
    const t = await project({
      "remora.toml": `backend = "consul"\n[backends.consul]\naddress = "${consul.url}"\n[secrets]\nkeyring = ["$DIR/own.key"]\nopenpgp_keyring = ["${app.binary}", "$DIR/quick.asc"]\n`,
      "templates/app.njk": template,
    });
    await chmod(await t.write("quick.asc", quick.privateKey.armor()), 0o600);
    const { stdout } = await remora(["secret", "keygen", "--out", t.directory.join("own.key")]);
    const publicKey = stdout.trim();
    return { ...t, publicKey, import: (prefix, ...flags) => t.remora(["secret", "import-crypt", prefix, "--to", publicKey, ...flags]) };
  }
  const sealed = (content: string) => sealFor([quick.publicKey], gzipSync(content));
  const entry = async (key: string) => ((await (await fetch(`${consul.url}/v1/kv${key}`)).json()) as { ModifyIndex: number; Value: string | null }[])[0];
  const valueOf = async (key: string) => Buffer.from((await entry(key))?.Value ?? "", "base64").toString();

  test("seals what crypt wrote, leaves the rest, changes no text that is rendered, and does nothing the second time", async () => {
    await using t = await importing(TEMPLATE);
    for (const user of USERS) {
      const file = await gpg.directory.write("content", `secret-${user}`);
      await crypt("set", ["-backend", "consul", "-endpoint", `127.0.0.1:${consul.port}`, "-keyring", app.pub, `app/users/${user}`, file]);
    }
    const others = { "/app/host": "10.0.0.1", "/app/base64": "c2VjcmV0", "/app/empty": "", "/app/bytes": Uint8Array.of(0x85, 0, 255), "/beside": await sealed("elsewhere") };
    for (const [key, value] of Object.entries(others)) await consul.put(key, value);
    const before = await Promise.all(Object.keys(others).map(entry));
    assert.equal((await t.remora(["render"])).code, 0);
    assert.equal(await t.read("out/app.conf"), RENDERED);

    const first = await t.import("/app");
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /^Sealed 3 anew for [0-9a-f]{16}; not by crypt: 4; failed: 0\n$/);
    assert.deepEqual(await Promise.all(Object.keys(others).map(entry)), before);
    const after = await Promise.all(USERS.map((user) => entry(`/app/users/${user}`)));
    for (const user of USERS) assert.match(await valueOf(`/app/users/${user}`), /^remora:v1:/);

    // From here on the key of crypt is not needed.
    const second = await t.import("/app", "--openpgp-keyring", t.directory.join("thrown-away.gpg"));
    assert.match(second.stdout, /^Sealed 0 anew for [0-9a-f]{16}; not by crypt: 7; failed: 0\n$/);
    assert.deepEqual(await Promise.all(USERS.map((user) => entry(`/app/users/${user}`))), after);
    await t.write("templates/app.njk", `${TEMPLATE}.`);
    const rendered = await t.remora(["render", "--openpgp-keyring", t.directory.join("thrown-away.gpg")]);
    assert.equal(rendered.code, 0, rendered.stderr);
    assert.equal(await t.read("out/app.conf"), `${RENDERED}.`);
  });

  test("names each value that does not open, which stops no other and stays as it is", async () => {
    await using t = await importing();
    const other = await makeKey();
    const damaged = Buffer.from(await sealed("secret"), "base64");
    damaged.fill(0, damaged.length - 4);
    const values = { "/bad/1-cut": base64(damaged.subarray(0, -9)), "/bad/2-other": await sealFor([other.publicKey], gzipSync("secret")), "/bad/3-tampered": base64(damaged), "/bad/4-good": await sealed("good") };
    for (const [key, value] of Object.entries(values)) await consul.put(key, value);
    const { code, stdout, stderr } = await t.import("/bad");
    assert.equal(code, 4);
    assert.match(stdout, /^Sealed 1 anew for [0-9a-f]{16}; not by crypt: 0; failed: 3\n$/);
    const lines = ['"/bad/1-cut" that crypt sealed: it is cut short', `"/bad/2-other" that crypt sealed: it is sealed for OpenPGP key ${other.id}, which`, '"/bad/3-tampered" that crypt sealed: it was changed'];
    for (const line of lines) assert.ok(stderr.includes(line), stderr);
    for (const key of ["/bad/1-cut", "/bad/2-other", "/bad/3-tampered"] as const) assert.equal(await valueOf(key), values[key]);
    assert.equal((await t.remora(["secret", "get", "/bad/4-good"])).stdout, "good");
  });

  test("overwrites nothing that is written meanwhile, be it by somebody else or by a second import", async () => {
    await using t = await importing();
    const keys = Array.from({ length: 150 }, (_, index) => `/busy/${100 + index}`);
    await Promise.all(keys.map(async (key) => consul.put(key, await sealed("old"))));
    const overwrite = async () => {
      // By then all were read by one of the two.
      await eventually(async () => assert.match(await valueOf("/busy/100"), /^remora:/), { every: 1 });
      for (const key of keys.filter((_, index) => index % 3 === 2).reverse()) await consul.put(key, "new");
    };
    const [one, two] = await Promise.all([t.import("/busy"), t.import("/busy"), overwrite()]);
    for (const { code, stderr } of [one, two]) assert.equal(code, 0, stderr);
    for (const [index, key] of keys.entries()) assert.match(await valueOf(key), index % 3 === 2 ? /^new$/ : /^remora:v1:/);
  });

  test("takes values that were copied into an etcd of version 3, below a prefix, and then they open under their own keys", async () => {
    await using etcd = await startEtcd();
    await using t = await importing('{{ cgetv("/db/password") }}\n');
    const etcdFlags = ["--backend", "etcd", "--etcd-endpoints", etcd.url, "--prefix", "/production"];
    await crypt("set", ["-backend", "consul", "-endpoint", `127.0.0.1:${consul.port}`, "-keyring", app.pub, "moved", await gpg.directory.write("content", "secret")]);
    assert.equal((await t.remora(["keys", ...etcdFlags, "put", "/db/password", await valueOf("/moved")])).code, 0);
    assert.equal((await t.remora(["render", ...etcdFlags])).code, 0);
    assert.equal(await t.read("out/app.conf"), "secret\n");

    const imported = await t.import("/", ...etcdFlags);
    assert.match(imported.stdout, /^Sealed 1 /, imported.stderr);
    assert.match(await etcd.ctl("get", "--print-value-only", "/production/db/password"), /^remora:v1:/);
    await t.write("templates/app.njk", '{{ cgetv("/db/password") }} still\n');
    assert.equal((await t.remora(["render", ...etcdFlags])).code, 0);
    assert.equal(await t.read("out/app.conf"), "secret still\n");
  });

  test("says what is missing: a recipient, a keyring, one without a passphrase, one that is nobody else's to read", async () => {
    await using t = await importing();
    await consul.put("/lacking", await sealed("secret"));
    const nobody = await t.remora(["secret", "import-crypt", "/lacking"]);
    assert.equal(nobody.code, 2);
    assert.match(nobody.stderr, /nobody is named who may open it/);

    await chmod(await t.write("public.asc", quick.publicKey.armor()), 0o600);
    await chmod(await t.write("open.asc", quick.privateKey.armor()), 0o644);
    await chmod(await t.write("locked.asc", (await openpgp.encryptKey({ privateKey: quick.privateKey, passphrase: "x" })).armor()), 0o600);
    for (const [file, why] of [["absent.asc", /there is no such file/], ["public.asc", /there is no secret key in it.*gpg --export-secret-keys/s], ["locked.asc", /has a passphrase.*Export a secret key without a passphrase/s], ["open.asc", /its mode 0644 lets others use it.*--insecure-keyring/s]] as const) {
      const { code, stderr } = await t.import("/lacking", "--openpgp-keyring", t.directory.join(file));
      assert.equal(code, 4);
      assert.match(stderr, why);
      assert.ok(stderr.includes(quick.id), stderr);
    }
    const lifted = await t.import("/lacking", "--openpgp-keyring", t.directory.join("open.asc"), "--insecure-keyring");
    assert.equal(lifted.code, 0, lifted.stderr);
    assert.match(lifted.stderr, /Key file is not safe/);
  });
});
