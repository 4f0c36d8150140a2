import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toKey } from "../../src/core/key.ts";
import { openEtcd, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { mirroring } from "./mirroring.ts";

const RANGES = "etcd_debugging_mvcc_range_total";

describe("a mirror of etcd", { concurrency: 3 }, () => {
  test("is read once, and 300 changes cost no further range request", async () => {
    await using etcd = await startEtcd();
    await etcd.put("/app/key", "1");
    await using opened = await openEtcd([etcd.url]);
    await using mirrored = await mirroring(opened.backend, ["/app"]);
    const ranges = await etcd.metric(RANGES);
    const keys = Array.from({ length: 300 }, (_, number) => `/app/${number}`);
    await etcd.putMany(keys, "x");
    await eventually(() => assert.deepEqual([...mirrored.keys].sort(), [...keys].sort()));
    assert.equal(await etcd.metric(RANGES), ranges);
    assert.equal(mirrored.mirror.reads, 1);
    assert.deepEqual(mirrored.said, []);
    assert.equal(mirrored.mirror.state.kind, "live");
  });

  test("reads a prefix that is wanted later, and nothing that it has", async () => {
    await using etcd = await startEtcd();
    for (const key of ["/a/1", "/b/1"]) await etcd.put(key, "1");
    await using opened = await openEtcd([etcd.url]);
    await using mirrored = await mirroring(opened.backend, ["/a"]);
    const ranges = await etcd.metric(RANGES);
    mirrored.mirror.want([toKey("/b")]);
    await mirrored.holds({ "/a/1": "1", "/b/1": "1" });
    // The key itself and what is below it.
    assert.equal((await etcd.metric(RANGES)) - ranges, 2);
    assert.deepEqual(mirrored.keys, ["/b/1"]);
    await etcd.putTogether({ "/a/2": "2", "/b/2": "2" });
    await mirrored.holds({ "/a/1": "1", "/a/2": "2", "/b/1": "1", "/b/2": "2" });
    assert.equal(mirrored.sets.length, 2);
  });

  test("loses nothing of a catch-up on 6,000 revisions that is cut again and again, and is widened on the way", async () => {
    await using etcd = await startEtcd();
    await etcd.put("/late/key", "late");
    await using proxy = await tcpProxy(etcd.port);
    await using opened = await openEtcd([`http://127.0.0.1:${proxy.port}`]);
    await using mirrored = await mirroring(opened.backend, ["/app", "/other"]);
    proxy.refuse(true);
    proxy.cut();
    await mirrored.down();
    const keys = Array.from({ length: 6_000 }, (_, number) => `${number % 5 === 0 ? "/other" : "/app"}/${number}`);
    await etcd.putMany(keys, "x".repeat(100));
    proxy.refuse(false);
    for (const part of [0.2, 0.4, 0.6]) {
      proxy.cutAfter(150_000);
      await eventually(() => assert.ok(mirrored.keys.length > part * keys.length, "not yet"), { within: 10_000 });
      if (part === 0.4) mirrored.mirror.want([toKey("/late")]);
    }
    await eventually(() => assert.equal(mirrored.keys.length, keys.length + 1), { within: 10_000 });
    assert.deepEqual([...mirrored.keys].sort(), [...keys, "/late/key"].sort());
    assert.equal(Object.keys(mirrored.values).length, keys.length + 1);
    assert.equal(mirrored.mirror.reads, 2);
    assert.ok(proxy.accepted > 3, `${proxy.accepted} connections`);
  });
});
