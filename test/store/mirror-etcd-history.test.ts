import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toKey } from "../../src/core/key.ts";
import { openEtcd, startEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { readPosition, watching } from "../support/watching.ts";
import { mirroring } from "./mirroring.ts";

const READ_AGAIN = "Reading everything again";

describe("a mirror of etcd whose history is gone", { concurrency: 3 }, () => {
  test("is read again after a compaction past its watch, and drops what vanished in the same change set", async () => {
    await using etcd = await startEtcd();
    for (const key of ["/app/gone", "/app/kept", "/app/old"]) await etcd.put(key, "1");
    await using proxy = await tcpProxy(etcd.port);
    await using opened = await openEtcd([`http://127.0.0.1:${proxy.port}`]);
    await using mirrored = await mirroring(opened.backend, ["/app"]);
    proxy.refuse(true);
    proxy.cut();
    await mirrored.down();
    await etcd.delete("/app/gone");
    await etcd.put("/app/old", "2");
    await etcd.put("/app/new", "2");
    await etcd.compact();
    proxy.refuse(false);
    await mirrored.holds({ "/app/kept": "1", "/app/old": "2", "/app/new": "2" });
    assert.equal(mirrored.sets.length, 1);
    assert.deepEqual([...mirrored.keys].sort(), ["/app/gone", "/app/new", "/app/old"]);
    assert.deepEqual(mirrored.said.filter((message) => message === READ_AGAIN), [READ_AGAIN]);
    assert.equal(mirrored.mirror.reads, 2);
    await etcd.put("/app/after", "3");
    await eventually(() => assert.equal(mirrored.values["/app/after"], "3"));
    assert.equal(mirrored.mirror.reads, 2);
  });

  for (const [what, age] of [["an older snapshot", "restoreSnapshot"], ["nothing, its data wiped", "wipe"]] as const) {
    test(`is read again when etcd comes back with ${what}`, async () => {
      await using etcd = await startEtcd();
      await etcd.put("/app/kept", "1");
      const snapshot = await etcd.saveSnapshot();
      for (const key of ["/app/kept", "/app/young", "/app/younger"]) await etcd.put(key, "2");
      await using opened = await openEtcd([etcd.url]);
      await using mirrored = await mirroring(opened.backend, ["/app"]);
      await (age === "wipe" ? etcd.wipe() : etcd.restoreSnapshot(snapshot));
      await mirrored.holds(age === "wipe" ? {} : { "/app/kept": "1" });
      assert.equal(mirrored.sets.length, 1);
      assert.deepEqual([...mirrored.keys].sort(), ["/app/kept", "/app/young", "/app/younger"]);
      await etcd.put("/app/after", "3");
      await eventually(() => assert.equal(mirrored.values["/app/after"], "3"));
      await mirrored.live();
    });
  }

  test("a prefix that is read in the middle of a catch-up leaves the others where they are", async () => {
    await using etcd = await startEtcd();
    await using opened = await openEtcd([etcd.url]);
    const behind = await readPosition(opened.backend, "/app");
    for (const key of ["/app/1", "/app/2", "/late/1"]) await etcd.put(key, "1");
    const at = { ...(await readPosition(opened.backend, "/app")), reached: new Map(["/app", "/app/"].map((range) => [range, behind.revision])) };
    const late = await opened.backend.read([toKey("/late")], { at, signal: AbortSignal.timeout(5_000) });
    assert.deepEqual(late.entries.map(({ key }) => key), ["/late/1"]);
    const watch = watching(opened.backend, ["/app", "/late"], late.position);
    await eventually(() => assert.deepEqual(watch.keys, ["/app/1", "/app/2"]));
    await watch.stop();
  });
});
