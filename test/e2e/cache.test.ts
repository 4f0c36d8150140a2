import assert from "node:assert/strict";
import { readFile, rm, stat, utimes } from "node:fs/promises";
import { describe, test } from "node:test";
import { startConsul } from "../support/consul.ts";
import { startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { type Project, project, remora } from "../support/remora.ts";

describe("A cache directory", { concurrency: 2 }, () => {
  for (const [name, open, flags] of [
    ["etcd", startEtcd, (url: string) => ["--backend", "etcd", "--etcd-endpoints", url]],
    ["consul", () => startConsul({ keeps: true }), (url: string) => ["--backend", "consul", "--consul-address", url]],
  ] as const) {
    test(`lets a container that starts while ${name} is away begin with what it last held, which says so, and catch up`, async () => {
      await using store = await open();
      await store.put("/name", "one");
      await using app = await project();
      const args = [...flags(store.url), ...cached(app)];
      {
        await using first = await app.start(args);
        await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = one\n"));
        assert.equal(await first.stop(), 0);
      }
      await store.kill();
      for (const each of ["out", "state"]) await rm(app.directory.join(each), { recursive: true });
      await using second = await app.start(args);
      const told = await second.waitForLog("Going on with what the backend last held");
      assert.ok(Date.now() - Date.parse(String(told.since)) < 60_000);
      await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = one\n"));
      const { stdout } = await app.remora(["status", "--json"]);
      const [backend] = (JSON.parse(stdout) as { backends: { state: string; cached_at: string; staleness_seconds: number }[] }).backends;
      assert.equal(backend?.state, "down");
      assert.equal(backend?.cached_at, told.since);
      assert.ok((backend?.staleness_seconds ?? 0) > 0);
      await store.start();
      await eventually(() => store.put("/name", "two"), { within: 10_000 });
      await eventually(async () => assert.equal(await app.read("out/app.conf"), "name = two\n"), { within: 10_000 });
      await second.waitForLog("Backend is back");
      assert.equal(await second.stop(), 0);
    });
  }

  test("drops on its return what vanished while the store was away", async () => {
    await using etcd = await startEtcd();
    for (const key of ["/name", "/list/a", "/list/b"]) await etcd.put(key, "1");
    await using app = await project({ "templates/app.njk": '{% for pair in gets("/list/*") %}{{ pair.key }} {% endfor %}' });
    const args = ["--backend", "etcd", "--etcd-endpoints", etcd.url, ...cached(app)];
    assert.equal((await app.remora(["render", ...args])).code, 0);
    await etcd.delete("/list/b");
    await etcd.kill();
    await using running = await app.start(args);
    await running.waitForLog("Going on with what the backend last held");
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "/list/a /list/b "));
    await etcd.start();
    await eventually(async () => assert.equal(await app.read("out/app.conf"), "/list/a "), { within: 10_000 });
  });

  test("holds what is sealed as it was sealed", async () => {
    await using etcd = await startEtcd();
    await using app = await project({ "remora.toml": '[secrets]\nkeyring = ["$DIR/key"]\n', "templates/app.njk": 'secret = {{ getv("/secret") }}\n' });
    const made = await remora(["secret", "keygen", "--out", app.directory.join("key")]);
    assert.equal(made.code, 0, made.stderr);
    const args = ["--backend", "etcd", "--etcd-endpoints", etcd.url];
    const put = await app.remora(["secret", "put", "/secret", ...args, "--to", made.stdout.trim()], { input: "hunter2-hunter2" });
    assert.equal(put.code, 0, put.stderr);
    assert.equal((await app.remora(["render", ...args, ...cached(app)])).code, 0);
    assert.equal(await app.read("out/app.conf"), "secret = hunter2-hunter2\n");
    const text = await readFile(app.directory.join("cache/etcd.json"), "utf8");
    assert.match(text, /remora:v1:/);
    assert.doesNotMatch(text, /hunter2/);
    assert.equal((await stat(app.directory.join("cache/etcd.json"))).mode & 0o777, 0o600);
  });

  test("serves remora render --stale-ok while it is no older, and nobody who did not ask", async () => {
    await using etcd = await startEtcd();
    await etcd.put("/name", "one");
    await using app = await project();
    const args = ["--backend", "etcd", "--etcd-endpoints", etcd.url, "--timeout", "1s", ...cached(app)];
    assert.equal((await app.remora(["render", ...args])).code, 0);
    await app.write("out/app.conf", "");
    await etcd.kill();
    assert.equal((await app.remora(["render", ...args])).code, 3);
    const { code, stderr } = await app.remora(["render", ...args, "--stale-ok", "1h"]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /what the backend last held/);
    assert.equal(await app.read("out/app.conf"), "name = one\n");
    const twoHoursAgo = new Date(Date.now() - 7_200_000);
    await utimes(app.directory.join("cache/etcd.json"), twoHoursAgo, twoHoursAgo);
    const old = await app.remora(["render", ...args, "--stale-ok", "1h"]);
    assert.equal(old.code, 3);
    assert.match(old.stderr, /too old/);
    const odd = await app.remora(["render", ...args, "--stale-ok", "soon"]);
    assert.equal(odd.code, 2);
    assert.match(odd.stderr, /--stale-ok: /);
  });
});

function cached(app: Project): readonly string[] {
  return ["--cache-dir", app.directory.join("cache")];
}
