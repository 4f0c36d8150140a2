import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmod, readdir, stat, writeFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { mountDir } from "../output/support.ts";
import { type Project, project, remora, type RemoraOptions } from "../support/remora.ts";

const PASSWORD = "correct horse 'battery' staple";

/** A project with a key "own.key", its public key and a way to run `remora secret`. */
async function keyed() {
  const app = await project({ "data.yaml": "db:\n  host: 10.0.0.1\n" });
  const secret = (args: readonly string[], options?: RemoraOptions) => app.remora(["secret", ...args], options);
  const publicKey = await makeKey(app, "own");
  const id = (await app.read("own.key"))?.match(/id ([0-9a-f]{16})/)?.[1] ?? "";
  return { app, secret, publicKey, id, keyring: ["--keyring", app.directory.join("own.key")], [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

async function makeKey(app: Project, name: string): Promise<string> {
  const { code, stdout, stderr } = await remora(["secret", "keygen", "--out", app.directory.join(`${name}.key`)]);
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

describe("remora secret", () => {
  test("keygen writes a private key that nobody else can read, prints the public one alone, and overwrites nothing", async () => {
    await using app = await project();
    const path = app.directory.join("own.key");
    const made = await remora(["secret", "keygen", "--out", path]);
    assert.match(made.stdout, /^remora-public-key:v1:[A-Za-z0-9+/]{43}=\n$/);
    assert.match(made.stderr, /^Wrote private key [0-9a-f]{16} to /);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    const before = await app.read("own.key");
    const again = await remora(["secret", "keygen", "--out", path]);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /it exists, and a private key is not overwritten/);
    assert.equal(await app.read("own.key"), before);
    assert.equal((await remora(["secret", "keygen"])).code, 2);
  });

  test("keygen leaves nothing behind on a full disk, and says why", async () => {
    await using dir = await mountDir();
    await dir.write("small/.keep", "");
    await dir.mount("-t", "tmpfs", "-o", "size=4k", "tmpfs", dir.join("small"));
    await dir.write("small/full", "x".repeat(4_096));
    const { code, stderr } = await remora(["secret", "keygen", "--out", dir.join("small/own.key")]);
    assert.deepEqual([code, stderr], [5, `remora: Cannot write "${dir.join("small/own.key")}": no space left on the device\n`]);
    assert.deepEqual(await readdir(dir.join("small")), ["full"]);
  });

  test("put and seal refuse nothing on standard input, which a failed command before the pipe leaves; a file may be empty", async () => {
    await using t = await keyed();
    for (const args of [["put", "/db/password"], ["seal", "--key", "/db/password"]]) {
      const { code, stderr } = await t.secret([...args, "--to", t.publicKey], { input: "" });
      assert.equal(code, 2);
      assert.match(stderr, /standard input is empty\n  hint: .*--file \/dev\/null/);
    }
    assert.equal((await t.secret(["put", "/db/password", "--to", t.publicKey, "--file", "/dev/null"])).code, 0);
    assert.deepEqual(await t.secret(["get", "/db/password", ...t.keyring]).then(({ code, stdout }) => [code, stdout]), [0, ""]);
  });

  test("seal and open give back what was sealed, from standard input and from a file", async () => {
    await using t = await keyed();
    const sealed = await t.secret(["seal", "--to", t.publicKey, "--key", "/db/password"], { input: `${PASSWORD}\n` });
    assert.match(sealed.stdout, new RegExp(`^remora:v1:${t.id}:[A-Za-z0-9+/=]+\\n$`));
    const opened = await t.secret(["open", "--key", "/db/password", ...t.keyring], { input: sealed.stdout });
    assert.equal(opened.stdout, PASSWORD);

    const bytes = randomBytes(3_000);
    await writeFile(t.app.directory.join("blob"), bytes);
    const ofFile = await t.secret(["seal", "--to", t.app.directory.join("own.key"), "--any-path", "--file", t.app.directory.join("blob")]);
    await t.app.write("envelope", ofFile.stdout);
    const elsewhere = await t.secret(["open", "--key", "/anywhere", "--file", t.app.directory.join("envelope"), ...t.keyring]);
    assert.deepEqual(elsewhere.bytes, bytes);
  });

  test("open says that an envelope was sealed for another key", async () => {
    await using t = await keyed();
    const sealed = await t.secret(["seal", "--to", t.publicKey, "--key", "/db/password"], { input: PASSWORD });
    const refused = await t.secret(["open", "--key", "/copy", ...t.keyring], { input: sealed.stdout });
    assert.equal(refused.code, 4);
    assert.equal(refused.stdout, "");
    assert.match(refused.stderr, /the sealed value of "\/copy" with key .*: it was sealed for "\/db\/password" and stands at another key|the sealed value of "\/copy": it was sealed for "\/db\/password"/);
  });

  test("put seals into the backend, get opens, and the value is in no file of the store", async () => {
    await using t = await keyed();
    const put = await t.secret(["put", "/db/password", "--to", t.publicKey], { input: `${PASSWORD}\n` });
    assert.equal(put.stderr, `Sealed /db/password for ${t.id}\n`);
    assert.doesNotMatch((await t.app.read("data.yaml")) ?? "", /horse/);
    assert.equal((await t.secret(["get", "/db/password", ...t.keyring])).stdout, PASSWORD);
    const plain = await t.secret(["get", "/db/host", ...t.keyring]);
    assert.deepEqual([plain.code, plain.stdout], [4, ""]);
    assert.match(plain.stderr, /it is not sealed\n  hint: remora keys get prints plain values/);
  });

  test("put takes no value from the command line, and names somebody who may open it", async () => {
    await using t = await keyed();
    const value = await t.secret(["put", "/db/password", PASSWORD, "--to", t.publicKey]);
    assert.equal(value.code, 2);
    assert.match(value.stderr, /never from the command line/);
    assert.doesNotMatch(value.stderr, /horse/);
    const nobody = await t.secret(["put", "/db/password"], { input: PASSWORD });
    assert.match(nobody.stderr, /nobody is named who may open it/);
    const configured = await t.secret(["put", "/db/password", "--recipients", t.publicKey], { input: PASSWORD });
    assert.equal(configured.code, 0, configured.stderr);
  });

  test("seal refuses a private key, a file without a key and a damaged key, and shows nothing of the private one", async () => {
    await using t = await keyed();
    const lines = ((await t.app.read("own.key")) ?? "").split("\n");
    const privateKey = lines.find((line) => line.startsWith("remora-private-key:")) ?? "";
    const refusals = [
      { to: privateKey, says: /it is a private key/ },
      { to: t.app.directory.join("data.yaml"), says: /there is no public key in that file/ },
      { to: "/nowhere", says: /neither a public key nor a file/ },
      { to: t.publicKey.slice(0, -3), says: /it is damaged/ },
    ];
    for (const { to, says } of refusals) {
      const { code, stderr, stdout } = await t.secret(["seal", "--to", to, "--key", "/a"], { input: "x" });
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, says);
      assert.ok(!stderr.includes(privateKey.slice(-20)));
    }
  });

  test("list tells for whom values are sealed and which open here, as a table and as JSON, without values", async () => {
    await using t = await keyed();
    const other = await makeKey(t.app, "other");
    await t.secret(["put", "/db/password", "--to", t.publicKey, "--to", other], { input: PASSWORD });
    await t.secret(["put", "/db/token", "--to", other], { input: "token-of-others" });
    const table = await t.secret(["list", ...t.keyring]);
    assert.match(table.stdout, new RegExp(`^KEY +SEALED FOR +OPENS HERE\n/db/password +${t.id}, [0-9a-f]{16} +yes\n/db/token +[0-9a-f]{16} +no: .*which the keyring does not have\n$`));
    const rows = JSON.parse((await t.secret(["list", "/db/password", "--json", ...t.keyring])).stdout) as unknown[];
    assert.equal(rows.length, 1);
    assert.doesNotMatch(table.stdout, /horse|token-of-others/);
  });

  test("verify tells whether all that the units need opens here", async () => {
    await using t = await keyed();
    await t.app.write("templates/app.njk", '{{ secret("/db/password") }}\n');
    await t.secret(["put", "/db/password", "--to", t.publicKey], { input: PASSWORD });
    const good = await t.secret(["verify", ...t.keyring]);
    assert.deepEqual([good.code, good.stdout], [0, "app: opens /db/password\n"]);
    const bad = await t.secret(["verify"]);
    assert.equal(bad.code, 4);
    assert.match(bad.stderr, /app\.njk:1:4: .*No keyring is configured/s);
  });

  test("a key file that others can read is refused, and used with --insecure-keyring, with a warning", async () => {
    await using t = await keyed();
    await t.secret(["put", "/db/password", "--to", t.publicKey], { input: PASSWORD });
    await chmod(t.app.directory.join("own.key"), 0o644);
    const refused = await t.secret(["get", "/db/password", ...t.keyring]);
    assert.deepEqual([refused.code, refused.stdout], [4, ""]);
    assert.match(refused.stderr, /its mode 0644 lets others use it\)\n  hint: chmod 600/);
    const forced = await t.secret(["get", "/db/password", "--insecure-keyring", ...t.keyring]);
    assert.equal(forced.stdout, PASSWORD);
    assert.match(forced.stderr, /Key file is not safe, used all the same/);
  });

  test("a family without a command lists its commands, and a wrong one names the nearest", async () => {
    const family = await remora(["secret", "--help"]);
    assert.equal(family.code, 0);
    assert.match(family.stdout, /^Usage: remora secret COMMAND[\s\S]*secret keygen /);
    const wrong = await remora(["secret", "keygan"]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /There is no command "secret keygan"\n  hint: Did you mean "secret keygen"\?/);
  });
});
