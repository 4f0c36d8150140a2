import assert from "node:assert/strict";
import { readdir, readFile, rm } from "node:fs/promises";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { opensslVerify } from "../certificates/support.ts";
import { type KeyedProject, keyedProject, makeKey } from "../support/keyed.ts";
import { type Project, project } from "../support/remora.ts";

interface Stored {
  readonly certificate: string;
  readonly private_key: string;
}

interface Told {
  readonly outcome: string;
  readonly names: readonly string[];
  readonly fingerprint: string;
  readonly sealedFor?: unknown;
}

/** Runs `remora cert`, which must succeed, and answers what it told in JSON. */
async function cert(app: Project, ...args: string[]): Promise<Told> {
  const { code, stdout, stderr } = await app.remora(["cert", ...args, "--json"]);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

async function stored(app: KeyedProject, ...path: string[]): Promise<Stored> {
  return path.reduce((table, name) => table[name], parse((await app.read("data.yaml")) ?? ""));
}

describe("remora cert", () => {
  test("ensure makes a pair whose private key is sealed, then uses the one that is there", async () => {
    await using app = await keyedProject();
    const made = await app.remora(["cert", "ensure", "logstash", "--key-prefix", "/logstash/ssl", "--san", "logstash", "--san", "10.0.0.5"]);
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /^outcome +made\nsubject +CN=logstash\nsigned by +itself\nnames +logstash, 10\.0\.0\.5\n/);
    const { certificate, private_key } = await stored(app, "logstash", "ssl");
    assert.match(certificate, /^-----BEGIN CERTIFICATE-----\n/);
    assert.match(private_key, /^remora:v1:[0-9a-f]{16}:/);
    const again = await cert(app, "ensure", "logstash", "--key-prefix", "/logstash/ssl");
    assert.equal(again.outcome, "reused");
    assert.ok(made.stdout.includes(again.fingerprint));
  });

  test("ensure adds a name that is missing", async () => {
    await using app = await keyedProject();
    await cert(app, "ensure", "a", "--key-prefix", "/ssl");
    const { outcome, names } = await cert(app, "ensure", "a", "--key-prefix", "/ssl", "--san", "b");
    assert.deepEqual([outcome, names], ["renewed", ["a", "b"]]);
  });

  test("the private key opens at its own key, for those of --to, and belongs to the certificate", async () => {
    await using app = await keyedProject();
    const other = await makeKey(app.directory.join("other.key"));
    await cert(app, "ensure", "a", "--key-prefix", "/ssl", "--rsa", "2048", "--to", app.publicKey, "--to", other);
    const key = await app.remora(["secret", "get", "/ssl/private_key", "--keyring", app.directory.join("other.key")]);
    assert.match(key.stdout, /^-----BEGIN PRIVATE KEY-----\n/);
    const { private_key } = await stored(app, "ssl");
    const elsewhere = await app.remora(["secret", "open", "--key", "/other/private_key"], { input: private_key });
    assert.match(elsewhere.stderr, /it was sealed for "\/ssl\/private_key" and stands at another key/);
  });

  test("an authority signs certificates that openssl verifies, and is not replaced by one", async () => {
    await using app = await keyedProject();
    await cert(app, "ca", "Log CA", "--key-prefix", "/ca");
    assert.equal((await cert(app, "ca", "Log CA", "--key-prefix", "/ca")).outcome, "reused");
    for (const host of ["one", "two"]) await cert(app, "ensure", host, "--key-prefix", `/hosts/${host}`, "--ca", "/ca");
    const ca = await stored(app, "ca");
    const [one, two] = [await stored(app, "hosts", "one"), await stored(app, "hosts", "two")];
    assert.equal(await opensslVerify(one.certificate, ca.certificate, "-purpose", "sslserver", "-verify_hostname", "one"), "cert: OK");
    assert.notEqual(one.certificate, two.certificate);
    const over = await app.remora(["cert", "ensure", "a", "--key-prefix", "/ca"]);
    assert.equal(over.code, 3);
    assert.match(over.stderr, /"\/ca\/certificate" is an authority/);
    assert.deepEqual(await stored(app, "ca"), ca);
  });

  test("show tells who can open the private key without opening it", async () => {
    await using app = await keyedProject();
    const { fingerprint } = await cert(app, "ensure", "a", "--key-prefix", "/ssl");
    await rm(app.directory.join("own.key"));
    const shown = await cert(app, "show", "/ssl");
    assert.equal(shown.fingerprint, fingerprint);
    assert.match(String(shown.sealedFor), /^[0-9a-f]{16}$/);
  });

  test("the library that makes certificates is loaded when one is made, and not for one that is there", async () => {
    await using app = await keyedProject();
    const loads = async (name: string) => {
      const { code, stderr } = await app.remora(["cert", "ensure", "a", "--key-prefix", "/ssl"], { env: { NODE_V8_COVERAGE: app.directory.join(name) } });
      assert.equal(code, 0, stderr);
      const reports = await Promise.all((await readdir(app.directory.join(name))).map((file) => readFile(app.directory.join(name, file), "utf8")));
      return /dist\/chunks\/x509-/.test(reports.join());
    };
    assert.equal(await loads("making"), true);
    assert.equal(await loads("using"), false);
  });
});

describe("remora cert refuses", () => {
  const REFUSED: readonly (readonly [string, string, number, RegExp])[] = [
    ["a name that is none", "ensure a --key-prefix /x --san a_b%", 2, /--san: "a_b%" is not a DNS name or an IP address/],
    ["a subject that is no host without names", "ensure x%y --key-prefix /x", 2, /"x%y" is not a DNS name or an IP address, and san names none/],
    ["no days at all", "ensure a --key-prefix /x --days 0", 2, /--days: 0 is not a whole number from 1 to 36500/],
    ["days that are no number", "ensure a --key-prefix /x --days soon", 2, /--days: "soon" is not a whole number/],
    ["an RSA key that is too short", "ensure a --key-prefix /x --rsa 1024", 2, /--rsa: 1024 is not one of 2048, 3072/],
    ["a prefix without an authority", "ensure a --key-prefix /x --ca /nope", 3, /there is no authority at "\/nope".*\n.*remora cert ca NAME --key-prefix \/nope makes one/],
    ["a backend that can only be read", "ensure a --key-prefix /x --backend env", 2, /Cannot write to backend "env": it can only be read/],
    ["no key prefix", "ensure a", 2, /--key-prefix is missing/],
    ["a recipient that is none", "ensure a --key-prefix /x --to nobody", 2, /Cannot seal for "nobody"/],
    ["to show what is not there", "show /x", 4, /there is no key "\/x\/certificate"/],
  ];
  for (const [what, args, status, message] of REFUSED) {
    test(what, async () => {
      await using app = await keyedProject();
      const { code, stderr, stdout } = await app.remora(["cert", ...args.split(" ")]);
      assert.match(stderr, message);
      assert.deepEqual([code, stdout], [status, ""]);
      assert.equal(await app.read("data.yaml"), "name: one\n");
    });
  }

  test("to make a private key that nobody could open", async () => {
    await using app = await project();
    const { code, stderr } = await app.remora(["cert", "ensure", "a", "--key-prefix", "/x"]);
    assert.equal(code, 2);
    assert.match(stderr, /nobody is named who may open it/);
  });

  test("a private key in the store that is not sealed", async () => {
    await using app = await keyedProject();
    await cert(app, "ensure", "a", "--key-prefix", "/ssl");
    const { stdout } = await app.remora(["secret", "get", "/ssl/private_key"]);
    await app.remora(["keys", "put", "/ssl/private_key"], { input: stdout });
    const { code, stderr } = await app.remora(["cert", "ensure", "a", "--key-prefix", "/ssl"]);
    assert.equal(code, 4);
    assert.match(stderr, /Cannot use the private key at "\/ssl\/private_key": it is not sealed/);
  });
});
