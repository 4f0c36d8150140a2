import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { openZookeeperBackend, type ZookeeperPen, zookeeperPen } from "../support/zookeeper-backend.ts";
import { startZookeeper, type Zookeeper } from "../support/zookeeper.ts";
import { type TcpProxy, tcpProxy } from "../support/tcp-proxy.ts";
import { type Mirroring, mirroring, ONE_OUTAGE, timed } from "./mirroring.ts";

/** The package waits up to a second between its tries. */
const BACK_WITHIN_MS = 4_000;

describe("a mirror of ZooKeeper", { concurrency: 4 }, () => {
  let zookeeper: Zookeeper;
  let pen: ZookeeperPen;
  before(async () => {
    zookeeper = await startZookeeper();
    pen = await zookeeperPen(zookeeper.server);
  });
  after(async () => {
    pen?.[Symbol.dispose]();
    await zookeeper?.[Symbol.asyncDispose]();
  });

  test("has what changed while connections were refused, as one outage", () =>
    throughProxy("/refused", async (mirrored, proxy) => {
      await pen.put("/refused/gone", "1");
      await pen.put("/refused/key", "1");
      await mirrored.holds({ "/refused/gone": "1", "/refused/key": "1" });
      proxy.refuse(true);
      proxy.cut();
      assert.equal(await mirrored.down(), "BACKEND_UNREACHABLE");
      await pen.put("/refused/key", "2");
      await pen.delete("/refused/gone");
      proxy.refuse(false);
      const took = await timed(() => mirrored.holds({ "/refused/key": "2" }));
      assert.ok(took < BACK_WITHIN_MS, `it took ${Math.round(took)} ms`);
      assert.deepEqual(mirrored.said, ONE_OUTAGE);
    }));

  test("says within 9 s that nothing comes through, and has a change when the path is back", () =>
    throughProxy("/silent", async (mirrored, proxy) => {
      proxy.swallow(true);
      proxy.blackhole();
      assert.equal(await mirrored.down(9_500), "BACKEND_UNREACHABLE");
      await pen.put("/silent/key", "1");
      proxy.swallow(false);
      const took = await timed(() => mirrored.holds({ "/silent/key": "1" }, 12_000));
      assert.ok(took < 3_000 + BACK_WITHIN_MS, `it took ${Math.round(took)} ms`);
      assert.deepEqual(mirrored.said, ONE_OUTAGE);
    }));

  test("survives connections that are cut in the middle of an answer", () =>
    throughProxy("/cut", async (mirrored, proxy) => {
      for (let number = 0; number < 50; number += 1) await pen.put(`/cut/${number}`, "x".repeat(500));
      await eventually(() => assert.equal(Object.keys(mirrored.values).length, 50));
      proxy.cutAfter(5_000);
      proxy.cut();
      await eventually(() => assert.deepEqual(mirrored.said.slice(0, 2), ONE_OUTAGE), { within: 10_000 });
      await pen.put("/cut/0", "last");
      await eventually(() => assert.equal(mirrored.values["/cut/0"], "last"), { within: 10_000 });
    }));

  test("leaves nothing behind that goes on trying", () =>
    throughProxy("/quiet", async (mirrored, proxy) => {
      proxy.refuse(true);
      proxy.cut();
      await mirrored.down();
      const tried = proxy.accepted;
      await eventually(() => assert.ok(proxy.accepted >= tried + 4, "not yet"), { within: 15_000 });
      const from = [performance.now(), proxy.accepted] as const;
      await eventually(() => assert.ok(performance.now() - from[0] > 3_000, "not yet"), { within: 5_000, every: 50 });
      assert.ok(proxy.accepted - from[1] < 8, `${proxy.accepted - from[1]} connections in 3 s`);
    }));

  async function throughProxy(prefix: string, act: (mirrored: Mirroring, proxy: TcpProxy) => Promise<void>): Promise<void> {
    await using proxy = await tcpProxy(zookeeper.port);
    await using backend = await openZookeeperBackend(`127.0.0.1:${proxy.port}`);
    await using mirrored = await mirroring(backend, [prefix]);
    await act(mirrored, proxy);
  }
});

describe("a mirror of a ZooKeeper that is restarted", () => {
  test("follows the same nodes under another session", async () => {
    await using zookeeper = await startZookeeper();
    using pen = await zookeeperPen(zookeeper.server);
    await pen.put("/kept/key", "1");
    await using backend = await openZookeeperBackend(zookeeper.server);
    await using mirrored = await mirroring(backend, ["/kept"]);
    await zookeeper.kill();
    await mirrored.down();
    await zookeeper.start();
    await mirrored.live(10_000);
    await pen.put("/kept/key", "2");
    await mirrored.holds({ "/kept/key": "2" });
    assert.deepEqual(mirrored.said, ONE_OUTAGE);
  });

  test("has what a wiped one holds", async () => {
    await using zookeeper = await startZookeeper();
    await using backend = await openZookeeperBackend(zookeeper.server);
    {
      using pen = await zookeeperPen(zookeeper.server);
      await pen.put("/wiped/key", "1");
    }
    await using mirrored = await mirroring(backend, ["/wiped"]);
    await zookeeper.kill();
    await zookeeper.wipe();
    await zookeeper.start();
    using pen = await zookeeperPen(zookeeper.server);
    await pen.put("/wiped/other", "2");
    await mirrored.holds({ "/wiped/other": "2" }, 10_000);
  });
});
