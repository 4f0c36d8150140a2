import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { parseCryptMessage } from "../../src/secrets/crypt-message.ts";
import { type Consul, startConsul } from "../support/consul.ts";
import { type Etcd, startEtcd } from "../support/etcd.ts";
import { runProgram } from "../support/process.ts";
import { project, remora } from "../support/remora.ts";
import { requireProgram } from "../support/requires.ts";
import { crypt, type Gpg, openerOf, PATH, startGpg } from "./crypt-support.ts";
import { refusal } from "./support.ts";

const VALUE = "correct horse 'battery' staple\n";

describe("What the program crypt writes", () => {
  let gpg: Gpg;
  let consul: Consul;
  let app: Awaited<ReturnType<Gpg["makeKeyring"]>>;
  let other: typeof app;

  before(async () => {
    [gpg, consul] = await Promise.all([startGpg(), startConsul()]);
    [app, other] = [await gpg.makeKeyring("app"), await gpg.makeKeyring("other")];
  });
  after(() => Promise.all([gpg?.[Symbol.asyncDispose](), consul?.[Symbol.asyncDispose]()]));

  /** Has crypt seal a content for a public keyring and write it into Consul; answers the value there. */
  async function sealed(key: string, keyring: string, content: string | Uint8Array): Promise<string> {
    await crypt("set", ["-backend", "consul", "-endpoint", `127.0.0.1:${consul.port}`, "-keyring", keyring, key, await gpg.directory.write("content", content)]);
    return (await fetch(`${consul.url}/v1/kv/${key}?raw`)).text();
  }

  test("into Consul opens with an armored keyring and with a binary one", async () => {
    const value = await sealed("db/password", app.pub, VALUE);
    for (const keyring of [app.armored, app.binary]) assert.equal(text(await (await openerOf([keyring]))(value, PATH)), VALUE);
  });

  test("into etcd, whose API of version 2 it speaks, opens", async () => {
    await using etcd: Etcd = await startEtcd({ flags: ["--enable-v2"] });
    await crypt("set", ["-backend", "etcd", "-endpoint", etcd.url, "-keyring", app.pub, "/db/password", await gpg.directory.write("content", VALUE)]);
    const { node } = (await (await fetch(`${etcd.url}/v2/keys/db/password`)).json()) as { node: { value: string } };
    assert.equal(text(await (await openerOf([app.binary]))(node.value, PATH)), VALUE);
  });

  test("is opened byte by byte as it was, be it empty, binary or of 100 KiB", async () => {
    const open = await openerOf([app.binary]);
    for (const content of [Buffer.alloc(0), Buffer.from([0, 255, 10, 13, 0]), Buffer.from("0123456789abcdef".repeat(6_400))]) {
      assert.deepEqual(Buffer.from(await open(await sealed("content", app.pub, content), PATH)), content);
    }
  });

  test("for a public keyring of two keys opens with either of them", async () => {
    const both = await gpg.directory.write("both.pub.asc", "");
    await runProgram([requireProgram("gpg"), "--batch", "--yes", "--armor", "--output", both, "--export"], { env: { ...process.env, GNUPGHOME: gpg.directory.path } });
    const value = await sealed("for-both", both, VALUE);
    for (const { armored } of [app, other]) assert.equal(text(await (await openerOf([armored]))(value, PATH)), VALUE);
  });

  test("for another key is refused, and the message names the key that it is for", async () => {
    const value = await sealed("for-other", other.pub, VALUE);
    const message = parseCryptMessage(value);
    const id = typeof message === "string" ? message : message.recipients.join();
    assert.match(id, /^[0-9a-f]{16}$/);
    await assert.rejects((await openerOf([app.binary]))(value, PATH), refusal("SECRET_KEY_MISSING", new RegExp(`it is sealed for OpenPGP key ${id}, which the keyring does not have$`)));
    assert.equal(text(await (await openerOf([app.binary, other.binary]))(value, PATH)), VALUE);
  });

  test("is told from what GnuPG writes without integrity protection, or in a cipher of its own", async () => {
    const open = await openerOf([app.binary]);
    assert.equal(text(await open(await gpg.seal("app", VALUE, []), PATH)), VALUE);
    await assert.rejects(open(await gpg.seal("app", VALUE, ["--rfc2440"]), PATH), refusal("SECRET_MALFORMED", /it has no integrity protection: nobody could tell whether it was changed$/));
    for (const cipher of ["TWOFISH", "BLOWFISH", "IDEA"]) {
      await assert.rejects(open(await gpg.seal("app", VALUE, ["--cipher-algo", cipher]), PATH), refusal("SECRET_MALFORMED", /its cipher is not one that crypt uses$/));
    }
  });

  test("is rendered by cgetv into a target that nobody else can read, and read by getv once it was imported", async () => {
    await sealed("app/password", app.pub, "secret-1");
    await using t = await project({
      "remora.toml": `backend = "consul"\n[backends.consul]\naddress = "${consul.url}"\n[secrets]\nopenpgp_keyring = ["${app.armored}"]\nkeyring = ["$DIR/own.key"]\n`,
      "templates/app.njk": '{{ cgetv("/app/password") }}\n',
    });
    const { stdout: publicKey } = await remora(["secret", "keygen", "--out", t.directory.join("own.key")]);
    // The OpenPGP library would tell its troubles when it believes to be developed.
    const first = await t.remora(["render"], { env: { NODE_ENV: "development" } });
    assert.equal(first.code, 0, first.stderr);
    assert.doesNotMatch(first.stdout + first.stderr, /OpenPGP|Decryption/);
    assert.equal(await t.read("out/app.conf"), "secret-1\n");
    assert.equal((await stat(t.directory.join("out/app.conf"))).mode & 0o777, 0o600);

    const imported = await t.remora(["secret", "import-crypt", "/app", "--to", publicKey.trim()]);
    assert.equal(imported.code, 0, imported.stderr);
    assert.match(await (await fetch(`${consul.url}/v1/kv/app/password?raw`)).text(), /^remora:v1:/);
    await t.write("templates/app.njk", 'now {{ getv("/app/password") }} {{ cgetv("/app/password") }}\n');
    const second = await t.remora(["render"]);
    assert.equal(second.code, 0, second.stderr);
    assert.equal(await t.read("out/app.conf"), "now secret-1 secret-1\n");
  });
});

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
