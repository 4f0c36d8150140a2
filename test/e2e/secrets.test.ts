import assert from "node:assert/strict";
import { chmod, rename, stat } from "node:fs/promises";
import { describe, test } from "node:test";
import { toKey } from "../../src/core/key.ts";
import { recipientsOf } from "../../src/core/opener.ts";
import { parsePublicKey } from "../../src/secrets/keys.ts";
import { seal } from "../../src/secrets/seal.ts";
import { openEtcd, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { type Project, project, remora, startRemora } from "../support/remora.ts";

const PASSWORD = "correct horse battery staple";

async function makeKey(app: Project, name: string): Promise<string> {
  const { code, stdout, stderr } = await remora(["secret", "keygen", "--out", app.directory.join(name)]);
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

const secretUnit = (more = "") => ({
  "templates/app.njk": 'password = {{ getv("/db/password") }}\n',
  "conf.d/app.toml": `[template]\nsrc = "app.njk"\ndest = "$DIR/out/app.conf"\nreload_cmd = "echo reload >> $DIR/reloads"\n${more}`,
});

describe("targets with secrets", () => {
  test("A key that is mounted later is picked up without a restart, and other units do not wait for it", async () => {
    await using app = await project({
      ...secretUnit(),
      "templates/plain.njk": "{{ getv(\"/name\") }}\n",
      "conf.d/plain.toml": '[template]\nsrc = "plain.njk"\ndest = "$DIR/out/plain"\n',
    });
    const publicKey = await makeKey(app, "made.key");
    assert.equal((await app.remora(["secret", "put", "/db/password", "--to", publicKey], { input: PASSWORD })).code, 0);
    await using running = await app.start(["--keyring", app.directory.join("mounted.key")]);
    const failed = await running.waitForLog("Unit failed");
    assert.match(String(failed.error), /sealed for key [0-9a-f]{16}, which the keyring does not have .*there is no such file/);
    await eventually(async () => assert.equal(await app.read("out/plain"), "one\n"));
    assert.equal(await app.read("out/app.conf"), undefined);
    await rename(app.directory.join("made.key"), app.directory.join("mounted.key"));
    await eventually(async () => assert.equal(await app.read("out/app.conf"), `password = ${PASSWORD}\n`));
    await running.waitForLog("Reloaded");
    assert.equal(await running.stop(), 0);
  });

  test("A target that holds a secret is 0600, also when it was readable before, and its diff is withheld", async () => {
    await using app = await project(secretUnit());
    const publicKey = await makeKey(app, "own.key");
    const keyring = ["--keyring", app.directory.join("own.key")];
    await app.write("out/app.conf", "password = none yet\n");
    await chmod(app.directory.join("out/app.conf"), 0o644);
    await app.remora(["secret", "put", "/db/password", "--to", publicKey], { input: PASSWORD });

    const dry = await app.remora(["render", "--dry-run", ...keyring]);
    assert.equal(dry.code, 10);
    assert.match(dry.stdout, /Withheld, for it holds secrets: lines removed 1, lines added 1/);
    assert.doesNotMatch(dry.stdout, /horse|none yet/);

    assert.equal((await app.remora(["render", ...keyring])).code, 0);
    assert.equal((await stat(app.directory.join("out/app.conf"))).mode & 0o777, 0o600);
    await app.write("templates/app.njk", "nothing secret any more\n");
    const after = await app.remora(["render", "--dry-run"]);
    assert.match(after.stdout, /Withheld/, "what is there still holds the secret");
    assert.doesNotMatch(after.stdout, /horse/);
  });

  test("A target with a mode that lets all read it is written so, with one warning", async () => {
    await using app = await project(secretUnit('mode = "0644"\n'));
    const publicKey = await makeKey(app, "own.key");
    await app.remora(["secret", "put", "/db/password", "--to", publicKey], { input: PASSWORD });
    await using running = await app.start(["--keyring", app.directory.join("own.key"), "--reconcile", "50ms"]);
    await running.waitForLog("Reloaded");
    assert.equal((await stat(app.directory.join("out/app.conf"))).mode & 0o777, 0o644);
    await app.remora(["secret", "put", "/db/password", "--to", publicKey], { input: "another" });
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "password = another\n"));
    assert.equal(running.lines.filter(({ msg }) => msg === "Target with secrets is readable by all users").length, 1);
  });

  test("explain names the secrets of a unit and their key ids, and no value", async () => {
    await using app = await project(secretUnit());
    const publicKey = await makeKey(app, "own.key");
    await app.remora(["secret", "put", "/db/password", "--to", publicKey], { input: PASSWORD });
    const { stdout } = await app.remora(["explain", "--keyring", app.directory.join("own.key")]);
    assert.match(stdout, /^ {2}opens\n {4}\/db\/password {2}\(for [0-9a-f]{16}\)$/m);
    assert.doesNotMatch(stdout, /horse/);
  });
});

describe("remora secret rotate", () => {
  test("Killed again and again, it loses nothing, and at the end all values are for the new key alone", async () => {
    await using etcd = await startEtcd();
    await using app = await project(secretUnit());
    const [first, second] = [await makeKey(app, "first.key"), await makeKey(app, "second.key")];
    const names = Array.from({ length: 400 }, (_, index) => `/values/${index}`);
    const recipients = [parsePublicKey(first)] as const;
    await Promise.all(names.map((name) => etcd.put(name, seal({ content: Buffer.from(`value of ${name}`), recipients, path: toKey(name) }))));
    await etcd.put("/values/plain", "as it is");
    const backend = ["--backend", "etcd", "--etcd-endpoints", etcd.url, "--keyring", `${app.directory.join("first.key")},${app.directory.join("second.key")}`];
    const rotation = ["secret", "rotate", ...app.flags, "--from", first, "--to", second, "/values", ...backend];

    await using opened = await openEtcd([etcd.url]);
    const newOnes = async () => {
      const { entries } = await opened.backend.read([toKey("/values")], { signal: AbortSignal.timeout(10_000) });
      return entries.filter(({ value }) => recipientsOf(String(value)).join() === parsePublicKey(second).id).length;
    };
    for (const share of [1, 100, 200]) {
      await using rotating = await startRemora(rotation);
      await eventually(async () => assert.ok((await newOnes()) >= share, "not yet"), { within: 20_000 });
      rotating.signal("SIGKILL");
      await rotating.exit;
      assert.ok((await newOnes()) < names.length, "it was killed before its end");
    }
    const last = await remora(rotation);
    assert.equal(last.code, 0, last.stderr);
    assert.match(last.stdout, /^Rotated \d+ from .*; failed: 0$/m);
    assert.equal(await newOnes(), names.length);

    await app.write("templates/app.njk", '{% for p in gets("/values/*") %}{{ p.key }}: {{ p.value }}\n{% endfor %}');
    assert.equal((await app.remora(["render", ...backend])).code, 0);
    const lines = ((await app.read("out/app.conf")) ?? "").trimEnd().split("\n");
    assert.deepEqual(lines.sort(), [...names.map((name) => `${name}: value of ${name}`), "/values/plain: as it is"].sort());
  });

  test("Further recipients stay, a value that does not open stops no other, and one that is bound to no key stays so", async () => {
    await using app = await project(secretUnit());
    const [first, second, third] = [await makeKey(app, "first.key"), await makeKey(app, "second.key"), await makeKey(app, "third.key")];
    const put = (key: string, to: readonly string[], ...more: string[]) => app.remora(["secret", "put", key, ...to.flatMap((one) => ["--to", one]), ...more], { input: `value of ${key}` });
    await put("/a", [first, third]);
    await put("/any", [first], "--any-path");
    await put("/z", [first]);
    const moved = (await app.remora(["keys", "get", "/z"])).stdout.trim();
    await app.remora(["keys", "put", "/moved", moved]);
    const keyring = ["--keyring", app.directory.join("first.key")];

    const unknown = await app.remora(["secret", "rotate", "--from", app.directory.join("first.key"), "--to", second, ...keyring]);
    assert.equal(unknown.code, 4);
    assert.match(unknown.stderr, /"\/a" anew: it is also sealed for key [0-9a-f]{16}, whose public key is not known here/);
    assert.match(unknown.stderr, /"\/moved".* was sealed for "\/z"/);
    assert.match(unknown.stdout, /^Rotated 2 from .*; failed: 2$/m);

    await app.write("third.pub", `${third}\n`);
    const known = await app.remora(["secret", "rotate", "--from", first, "--to", second, "--recipients", app.directory.join("third.pub"), ...keyring]);
    assert.match(known.stdout, /^Rotated 1 from .*; failed: 1$/m);
    const get = async (key: string, ring: string) => (await app.remora(["secret", "get", key, "--keyring", app.directory.join(ring)])).stdout;
    assert.deepEqual([await get("/a", "second.key"), await get("/a", "third.key"), await get("/a", "first.key")], ["value of /a", "value of /a", ""]);
    const envelope = (await app.remora(["keys", "get", "/any"])).stdout;
    assert.equal((await app.remora(["secret", "open", "--key", "/elsewhere", "--keyring", app.directory.join("second.key")], { input: envelope })).stdout, "value of /any");
  });
});
