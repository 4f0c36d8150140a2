import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { toKey } from "../../src/core/key.ts";
import { backendContract, startWatch } from "../contract/backend.ts";
import { memoryLog } from "../support/ports.ts";
import { openRedisBackend, readBelow } from "../support/redis-backend.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";

backendContract("redis", async () => {
  const redis = await startRedis();
  return subject(redis, (key) => key, {});
});

backendContract("redis with another separator", async () => {
  const redis = await startRedis();
  return subject(redis, (key) => key.slice(1).replaceAll("/", ":"), { separator: ":" });
});

function subject(redis: RedisServer, nameOf: (key: string) => string, options: Parameters<typeof openRedisBackend>[1]) {
  return {
    open: () => openRedisBackend(`127.0.0.1:${redis.port}`, options),
    put: async (key: string, value: string | Uint8Array) => void (await redis.client.set(nameOf(key), Buffer.from(value as string))),
    delete: async (key: string) => void (await redis.client.del(nameOf(key))),
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  };
}

describe("redis", () => {
  let redis: RedisServer;
  const open = (options: Parameters<typeof openRedisBackend>[1] = {}, database = 0) => openRedisBackend(`127.0.0.1:${redis.port}/${database}`, options);
  before(async () => void (redis = await startRedis()));
  after(() => redis?.[Symbol.asyncDispose]());

  test("read() takes the fields of a hash for keys below it", async () => {
    await redis.client.hset("/hash/db", { host: "h", "deep/er": "d", __proto__x: "p" });
    await redis.client.set("/hash/db/port", "5432");
    await using backend = await open();
    const all = { "/hash/db/__proto__x": "p", "/hash/db/deep/er": "d", "/hash/db/host": "h", "/hash/db/port": "5432" };
    assert.deepEqual(await readBelow(backend, "/hash/db"), all);
    assert.deepEqual(await readBelow(backend, "/hash"), all);
    assert.deepEqual(await readBelow(backend, "/hash/db/host"), { "/hash/db/host": "h" });
  });

  test("read() leaves out lists, sets, names that are no keys and other databases", async () => {
    await redis.client.rpush("/odd/list", "1");
    await redis.client.sadd("/odd/set", "1");
    await redis.client.zadd("/odd/sorted", 1, "1");
    await redis.client.set("/odd//empty", "1");
    await redis.client.set(Buffer.from([0x2f, 0x6f, 0x64, 0x64, 0x2f, 0xff]), "1");
    await redis.client.set("/odd/key", "1");
    const log = memoryLog();
    await using backend = await openRedisBackend(`127.0.0.1:${redis.port}`, {}, { log });
    assert.deepEqual(await readBelow(backend, "/odd"), { "/odd/key": "1" });
    assert.deepEqual(log.lines.map(({ message, fields }) => [message, fields["first"]]), [["Left out names that are no keys", "/odd//empty"]]);
    await using other = await open({}, 3);
    assert.deepEqual(await readBelow(other, "/odd"), {});
  });

  test("read() takes a string before a field where both hold a key", async () => {
    await redis.client.hset("/both", { key: "field" });
    await redis.client.set("/both/key", "string");
    await using backend = await open();
    const watched = await startWatch(backend, "/both/key");
    await watched.until({ "/both/key": "string" });
    await redis.client.del("/both/key");
    await watched.until({ "/both/key": "field" });
    await watched.stop();
  });

  test("read() finds names that a pattern would take for more", async () => {
    await redis.client.set("/glob/[a*]?/x", "1");
    await redis.client.set("/glob/aa/x", "2");
    await using backend = await open();
    assert.deepEqual(await readBelow(backend, "/glob/[a*]?"), { "/glob/[a*]?/x": "1" });
  });

  test("read() has 20,000 keys in a moment, and tells how many it has so far", async () => {
    const pairs = Array.from({ length: 20_000 }, (_, number) => [`/many/${number}`, "x".repeat(50)]).flat();
    await redis.client.mset(...pairs);
    await using backend = await open();
    const counts: number[] = [];
    const { entries } = await backend.read([toKey("/many")], { signal: AbortSignal.timeout(10_000), onProgress: (count) => counts.push(count) });
    assert.equal(entries.length, 20_000);
    assert.deepEqual([counts[0], counts.at(-1)], [999, 20_000]);
  });

  test("watch() follows fields that come and go, and the end of the hash", async () => {
    await redis.client.hset("/fields", { a: "1", b: "1" });
    await using backend = await open();
    const watched = await startWatch(backend, "/fields", "/elsewhere");
    await redis.client.hset("/fields", { a: "2", c: "3" });
    await redis.client.hdel("/fields", "b");
    await watched.until({ "/fields/a": "2", "/fields/c": "3" });
    await redis.client.set("/fields", "a string now");
    await watched.until({ "/fields": "a string now" });
    await redis.client.del("/fields");
    await watched.until({});
    await watched.stop();
  });

  test("watch() tells of keys that expire and are renamed", async () => {
    await redis.client.set("/ends/soon", "1", "PX", 200);
    await redis.client.set("/ends/old", "1");
    await using backend = await open();
    const watched = await startWatch(backend, "/ends");
    await redis.client.rename("/ends/old", "/ends/new");
    await watched.until({ "/ends/new": "1" });
    await watched.stop();
  });

  test("watch() never tells of half a transaction", async () => {
    await using backend = await open();
    const { position } = await backend.read([toKey("/pair")], { signal: AbortSignal.timeout(5_000) });
    const stop = new AbortController();
    const copy = new Map<string, unknown>();
    let last = 0;
    const writing = (async () => {
      for (let number = 1; number <= 300; number += 1) await redis.client.multi().set("/pair/a", number).set("/pair/b/c", number).hset("/pair/h", { f: number }).exec();
    })();
    for await (const batch of backend.watch([toKey("/pair")], position, stop.signal)) {
      if (batch.kind === "subtree") copy.clear();
      const changes = batch.kind === "subtree" ? batch.entries : batch.changes.flatMap((change) => (change.type === "put" ? [change.entry] : []));
      for (const { key, value } of changes) copy.set(key, value);
      assert.equal(new Set([copy.get("/pair/a"), copy.get("/pair/b/c"), copy.get("/pair/h/f")]).size, 1, JSON.stringify([...copy]));
      last = Number(copy.get("/pair/a") ?? 0);
      if (last === 300) break;
    }
    await writing;
    assert.equal(last, 300);
  });

  test("two watches of one backend both see every change", async () => {
    await using backend = await open();
    const [one, other] = [await startWatch(backend, "/shared"), await startWatch(backend, "/shared")];
    for (let number = 1; number <= 50; number += 1) await redis.client.set(`/shared/${number % 5}`, number);
    const last = { "/shared/0": "50", "/shared/1": "46", "/shared/2": "47", "/shared/3": "48", "/shared/4": "49" };
    await one.until(last);
    await other.until(last);
    await one.stop();
    await other.stop();
  });

  test("read() fails with what to do when nothing listens", async () => {
    await using backend = await openRedisBackend("127.0.0.1:1");
    await assert.rejects(readBelow(backend, "/db"), { code: "BACKEND_UNREACHABLE", message: 'Cannot read "/db" from Redis at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1', hint: /"address"/ });
  });

  test("read() of a database that there is not says so", async () => {
    await using backend = await open({}, 99);
    await assert.rejects(readBelow(backend, "/db"), { code: "BACKEND_REFUSED", message: /DB index is out of range/, hint: /"address"/ });
  });
});
