import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AppError } from "../../src/core/error.ts";
import { toKey } from "../../src/core/key.ts";
import { openEtcd, startCluster, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { readPosition, watching } from "../support/watching.ts";

describe("the watch of etcd", { concurrency: 3 }, () => {
  test("a transaction over two keys comes as one batch, whichever prefixes they are below", async () => {
    await using etcd = await startEtcd();
    await using opened = await openEtcd([etcd.url]);
    const watch = watching(opened.backend, ["/a", "/b"], await readPosition(opened.backend, "/a", "/b"));
    await etcd.put("/a/ready", "");
    await eventually(() => assert.deepEqual(watch.keys, ["/a/ready"]));
    await etcd.putTogether({ "/a": "1", "/a/x": "1", "/b/x": "1" });
    await eventually(() => assert.equal(watch.keys.length, 4));
    // The first one tells that the watch stands.
    assert.equal(watch.batches.length, 3);
    assert.deepEqual([...watch.keys].sort(), ["/a", "/a/ready", "/a/x", "/b/x"]);
    await watch.stop();
  });

  test("a transaction over two prefixes comes as one batch when the network lets its parts arrive far apart", async () => {
    await using etcd = await startEtcd();
    await using proxy = await tcpProxy(etcd.port);
    await using opened = await openEtcd([`http://127.0.0.1:${proxy.port}`]);
    const watch = watching(opened.backend, ["/a", "/b"], await readPosition(opened.backend, "/a", "/b"));
    await etcd.put("/a/ready", "");
    await eventually(() => assert.deepEqual(watch.keys, ["/a/ready"]));
    proxy.trickle(16);
    await etcd.putTogether({ "/a/x": "1", "/b/x": "1" });
    await eventually(() => assert.equal(watch.keys.length, 3));
    assert.deepEqual(watch.batches.map((batch) => batch.kind === "changes" && batch.changes.length), [0, 1, 2]);
    await watch.stop();
  });

  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    test(`a watch goes on where it broke when etcd got ${signal} and was started again`, async () => {
      await using etcd = await startEtcd();
      await using opened = await openEtcd([etcd.url]);
      const before = watching(opened.backend, ["/app"], await readPosition(opened.backend, "/app"));
      await etcd.put("/app/one", "1");
      await eventually(() => assert.deepEqual(before.keys, ["/app/one"]));
      await etcd.kill(signal);
      assert.equal(codeOf(await before.failure), "BACKEND_UNREACHABLE");
      await etcd.start();
      await etcd.put("/app/two", "2");
      const after = watching(opened.backend, ["/app"], before.position);
      await eventually(() => assert.deepEqual(after.keys, ["/app/two"]));
      await after.stop();
    });
  }

  test("a watch that would begin before a compaction is stale", async () => {
    await using etcd = await startEtcd();
    await using opened = await openEtcd([etcd.url]);
    const since = await readPosition(opened.backend, "/app");
    for (const value of ["1", "2", "3"]) await etcd.put("/app/key", value);
    await etcd.compact();
    assert.equal(codeOf(await watching(opened.backend, ["/app"], since).failure), "WATCH_STALE");
  });

  test("a watch is stale when the data directory was wiped", async () => {
    await using etcd = await startEtcd();
    await using opened = await openEtcd([etcd.url]);
    for (const value of ["1", "2", "3"]) await etcd.put("/app/key", value);
    const since = await readPosition(opened.backend, "/app");
    await etcd.wipe();
    assert.equal(codeOf(await watching(opened.backend, ["/app"], since).failure), "WATCH_STALE");
  });

  test("a watch is stale when the store was restored from an older snapshot", async () => {
    await using etcd = await startEtcd();
    await using opened = await openEtcd([etcd.url]);
    await etcd.put("/app/key", "1");
    const snapshot = await etcd.saveSnapshot();
    for (const value of ["2", "3"]) await etcd.put("/app/key", value);
    const since = await readPosition(opened.backend, "/app");
    await etcd.restoreSnapshot(snapshot);
    const error = await watching(opened.backend, ["/app"], since).failure;
    assert.equal(codeOf(error), "WATCH_STALE");
    assert.match(String(error), /went back from revision \d+ to \d+/);
  });

  test("a cut while it catches up on 6,000 revisions loses nothing and repeats nothing", async () => {
    await using etcd = await startEtcd();
    await using proxy = await tcpProxy(etcd.port);
    await using opened = await openEtcd([`http://127.0.0.1:${proxy.port}`]);
    let position = await readPosition(opened.backend, "/app", "/other");
    const expected = Array.from({ length: 6_000 }, (_, index) => `${index % 5 === 0 ? "/other" : "/app"}/${index}`);
    await etcd.putMany(expected, "x".repeat(100));
    const keys: string[] = [];
    let cuts = 0;
    for (; keys.length < expected.length; cuts++) {
      assert.ok(cuts < 20, `only ${keys.length} changes after ${cuts} cuts`);
      proxy.cutAfter(150_000);
      const watch = watching(opened.backend, ["/app", "/other"], position);
      await Promise.race([watch.failure, eventually(() => assert.equal(keys.length + watch.keys.length, expected.length), { within: 10_000 })]);
      proxy.cut();
      await watch.failure;
      keys.push(...watch.keys);
      position = watch.position;
    }
    assert.ok(cuts > 2);
    assert.deepEqual(keys.sort(), expected.sort());
  });

  test("a catch-up comes in the order of the revisions", async () => {
    await using etcd = await startEtcd();
    await using opened = await openEtcd([etcd.url]);
    const since = await readPosition(opened.backend, "/a", "/b");
    const keys = Array.from({ length: 2_500 }, (_, index) => `/${index % 2 === 0 ? "a" : "b"}/${index}`);
    await etcd.putMany(keys, "");
    const watch = watching(opened.backend, ["/a", "/b"], since);
    await eventually(() => assert.equal(watch.keys.length, keys.length));
    const revisions = watch.batches.flatMap((batch) => (batch.kind === "changes" ? batch.changes.map((change) => (change.type === "put" ? change.entry.revision : 0)) : []));
    assert.deepEqual(revisions, [...revisions].sort((a, b) => a - b));
    await watch.stop();
  });

  test("a connection that carries nothing any more ends the watch within 9 s", async () => {
    await using etcd = await startEtcd();
    await using proxy = await tcpProxy(etcd.port);
    await using opened = await openEtcd([`http://127.0.0.1:${proxy.port}`]);
    const before = watching(opened.backend, ["/app"], await readPosition(opened.backend, "/app"));
    await etcd.put("/app/one", "1");
    await eventually(() => assert.deepEqual(before.keys, ["/app/one"]));
    proxy.blackhole();
    const from = performance.now();
    await etcd.put("/app/two", "2");
    assert.equal(codeOf(await before.failure), "BACKEND_UNREACHABLE");
    assert.ok(performance.now() - from < 9_000);
    const after = watching(opened.backend, ["/app"], before.position);
    await eventually(() => assert.deepEqual(after.keys, ["/app/two"]));
    await after.stop();
  });

  test("an idle watch outlives the pings and needs one connection", async () => {
    await using etcd = await startEtcd();
    await using proxy = await tcpProxy(etcd.port);
    await using opened = await openEtcd([`http://127.0.0.1:${proxy.port}`]);
    const watch = watching(opened.backend, ["/app"], await readPosition(opened.backend, "/app"));
    const from = performance.now();
    // Two pings, and the second one's answer: etcd closes connections that ping too often at the third.
    await eventually(() => assert.ok(performance.now() - from > 11_000, "not yet"), { within: 12_000, every: 500 });
    await etcd.put("/app/one", "1");
    await eventually(() => assert.deepEqual(watch.keys, ["/app/one"]));
    assert.equal(proxy.accepted, 1);
    await watch.stop();
  });

  test("a watch goes on at another member when one of three is killed", async () => {
    await using cluster = await startCluster();
    const { members, first } = cluster;
    await using opened = await openEtcd(members.map(({ url }) => url));
    const before = watching(opened.backend, ["/app"], await readPosition(opened.backend, "/app"));
    await first.put("/app/one", "1");
    await eventually(() => assert.deepEqual(before.keys, ["/app/one"]));
    await first.kill("SIGKILL");
    assert.equal(codeOf(await before.failure), "BACKEND_UNREACHABLE");
    await eventually(async () => {
      await using writer = await opened.backend.writer?.();
      await writer?.put(toKey("/app/two"), "2");
    }, { within: 10_000 });
    const after = watching(opened.backend, ["/app"], before.position);
    await eventually(() => assert.deepEqual(after.keys, ["/app/two"]));
    await after.stop();
  });

  test("a watch at a member that lost its cluster ends", async () => {
    await using cluster = await startCluster();
    const { members, first } = cluster;
    await using opened = await openEtcd([first.url]);
    const watch = watching(opened.backend, ["/app"], await readPosition(opened.backend, "/app"));
    await first.put("/app/one", "1");
    await eventually(() => assert.deepEqual(watch.keys, ["/app/one"]));
    await Promise.all(members.slice(1).map((member) => member.kill("SIGKILL")));
    const error = await watch.failure;
    assert.equal(codeOf(error), "BACKEND_UNREACHABLE");
    assert.match(String(error), /no leader/);
  });
});

function codeOf(error: unknown): string | undefined {
  return error instanceof AppError ? error.code : undefined;
}
