import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { openRedisBackend } from "../support/redis-backend.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { slowProxy } from "../support/slow-proxy.ts";
import { type TcpProxy, tcpProxy } from "../support/tcp-proxy.ts";
import { BACK_WITHIN_MS, fastClock, type Mirroring, mirroring, ONE_OUTAGE, timed } from "./mirroring.ts";

describe("a mirror of Redis", { concurrency: 4 }, () => {
  let redis: RedisServer;
  before(async () => void (redis = await startRedis()));
  after(() => redis?.[Symbol.asyncDispose]());

  test("has what changed while connections were refused, as one outage", () =>
    throughProxy("/refused", async (mirrored, proxy) => {
      await redis.client.mset("/refused/gone", "1", "/refused/key", "1");
      await mirrored.holds({ "/refused/gone": "1", "/refused/key": "1" });
      proxy.refuse(true);
      proxy.cut();
      assert.equal(await mirrored.down(), "BACKEND_UNREACHABLE");
      await redis.client.set("/refused/key", "2");
      await redis.client.del("/refused/gone");
      proxy.refuse(false);
      assert.ok((await timed(() => mirrored.holds({ "/refused/key": "2" }))) < BACK_WITHIN_MS);
      assert.deepEqual(mirrored.said, ONE_OUTAGE);
    }));

  test("says within 9 s that nothing comes through, and has a change within 2 s of the path's return", () =>
    throughProxy("/silent", async (mirrored, proxy) => {
      proxy.swallow(true);
      proxy.blackhole();
      assert.equal(await mirrored.down(9_500), "BACKEND_UNREACHABLE");
      await redis.client.set("/silent/key", "1");
      proxy.swallow(false);
      const took = await timed(() => mirrored.holds({ "/silent/key": "1" }, 12_000));
      assert.ok(took < 3_000 + BACK_WITHIN_MS, `it took ${Math.round(took)} ms`);
      assert.deepEqual(mirrored.said, ONE_OUTAGE);
    }));

  test("survives a connection that is cut in the middle of an answer", () =>
    throughProxy("/cut", async (mirrored, proxy) => {
      proxy.cutAfter(20_000);
      await redis.client.mset(Object.fromEntries(Array.from({ length: 1_000 }, (_, number) => [`/cut/${number}`, "x".repeat(100)])));
      await eventually(() => assert.equal(Object.keys(mirrored.values).length, 1_000), { within: 5_000 });
      await redis.client.set("/cut/0", "last");
      await eventually(() => assert.equal(mirrored.values["/cut/0"], "last"));
    }));

  test("is told of every one of 2,000 quick changes, and reads nothing beside them", () =>
    throughProxy("/quick", async (mirrored) => {
      for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: 100 }, (_, number) => redis.client.set(`/quick/${number}`, round)));
      await mirrored.holds(Object.fromEntries(Array.from({ length: 100 }, (_, number) => [`/quick/${number}`, "19"] as const).sort()));
      assert.equal(mirrored.mirror.reads, 1);
      assert.deepEqual(mirrored.said, []);
    }));

  test("waits for a large answer for as long as it comes in", async () => {
    await redis.client.set("/large/key", "x".repeat(3_000_000));
    // What takes a second here is ten of its own.
    await using proxy = await slowProxy(redis.port);
    await using backend = await openRedisBackend(`127.0.0.1:${proxy.port}`, {}, { clock: fastClock(10) });
    await using mirrored = await mirroring(backend, ["/large"], fastClock(10));
    assert.equal(String(mirrored.values["/large/key"]).length, 3_000_000);
    assert.equal(mirrored.mirror.reads, 1);
  });

  test("follows more keys as they are wanted, though one begins with the other", () =>
    throughProxy("/more-of-it", async (mirrored) => {
      mirrored.mirror.want(["/more/key" as never]);
      await redis.client.mset("/more/key", "1", "/more-of-it/key", "1");
      await mirrored.holds({ "/more-of-it/key": "1", "/more/key": "1" });
      await redis.client.mset("/more/key", "2", "/more-of-it/key", "2");
      await mirrored.holds({ "/more-of-it/key": "2", "/more/key": "2" });
    }));

  async function throughProxy(prefix: string, act: (mirrored: Mirroring, proxy: TcpProxy) => Promise<void>): Promise<void> {
    await using proxy = await tcpProxy(redis.port);
    await using backend = await openRedisBackend(`127.0.0.1:${proxy.port}`);
    await using mirrored = await mirroring(backend, [prefix]);
    await act(mirrored, proxy);
  }
});

describe("a mirror of a Redis that is restarted", () => {
  test("has what the new one holds, though it was wiped", async () => {
    await using redis = await startRedis();
    await redis.client.set("/wiped/key", "1");
    await using backend = await openRedisBackend(`127.0.0.1:${redis.port}`);
    await using mirrored = await mirroring(backend, ["/wiped"]);
    await redis.kill();
    await mirrored.down();
    await redis.start();
    await mirrored.live();
    await redis.client.set("/wiped/other", "2");
    await mirrored.holds({ "/wiped/other": "2" });
    assert.deepEqual(mirrored.said, ONE_OUTAGE);
  });

  test("sees that it was flushed", async () => {
    await using redis = await startRedis();
    await redis.client.mset("/flushed/a", "1", "/flushed/b", "1");
    await using backend = await openRedisBackend(`127.0.0.1:${redis.port}`);
    await using mirrored = await mirroring(backend, ["/flushed"]);
    await redis.client.flushall();
    await mirrored.holds({});
    await redis.client.set("/flushed/c", "1");
    await mirrored.holds({ "/flushed/c": "1" });
    assert.deepEqual(mirrored.said, []);
  });

  test("sees a swapped database when its interval is over", async () => {
    await using redis = await startRedis();
    await redis.client.set("/swapped/key", "1");
    await using backend = await openRedisBackend(`127.0.0.1:${redis.port}`, { interval: 100 });
    await using mirrored = await mirroring(backend, ["/swapped"]);
    await redis.client.swapdb(0, 1);
    await mirrored.holds({});
  });
});
