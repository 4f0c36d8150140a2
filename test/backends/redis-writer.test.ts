import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Key } from "../../src/core/key.ts";
import { writerContract } from "../contract/writer.ts";
import { openRedisBackend } from "../support/redis-backend.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";

writerContract("redis", async () => {
  const redis = await startRedis();
  return { open: () => openRedisBackend(`127.0.0.1:${redis.port}`), [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose]() };
});

describe("what writes to redis", () => {
  let redis: RedisServer;
  before(async () => void (redis = await startRedis()));
  after(() => redis?.[Symbol.asyncDispose]());

  test("put() writes a field where a hash has the key, and a string where none has", async () => {
    await redis.client.hset("/app/db", { host: "old" });
    await using writer = await openWriter();
    await writer.put("/app/db/host" as Key, "new");
    await writer.put("/app/db/port" as Key, "5432");
    assert.deepEqual(await redis.client.hgetall("/app/db"), { host: "new" });
    assert.equal(await redis.client.get("/app/db/port"), "5432");
  });

  test("put() does not write over a hash or a list", async () => {
    await redis.client.hset("/kept/hash", { a: "1" });
    await redis.client.rpush("/kept/list", "1");
    await using writer = await openWriter();
    await assert.rejects(writer.put("/kept/hash" as Key, "x"), { code: "BACKEND_REFUSED", hint: 'Write one of its fields: "/kept/hash/FIELD"' });
    await assert.rejects(writer.put("/kept/list" as Key, "x"), { code: "BACKEND_REFUSED", message: 'Cannot write "/kept/list" to Redis: "/kept/list" is a list there' });
    assert.deepEqual([await redis.client.hgetall("/kept/hash"), await redis.client.lrange("/kept/list", 0, -1)], [{ a: "1" }, ["1"]]);
  });

  test("delete() answers whether the key was there, as a string or as a field", async () => {
    await redis.client.hset("/ended/hash", { a: "1", b: "2" });
    await redis.client.set("/ended/string", "1");
    await using writer = await openWriter();
    assert.deepEqual([await writer.delete("/ended/hash/a" as Key), await writer.delete("/ended/string" as Key), await writer.delete("/ended/string" as Key)], [true, true, false]);
    assert.deepEqual([await redis.client.hgetall("/ended/hash"), await redis.client.exists("/ended/string")], [{ b: "2" }, 0]);
  });

  test("the root is no key, and a Redis that is away is said to be", async () => {
    await using writer = await openWriter();
    await assert.rejects(writer.put("/" as Key, "x"), { code: "BACKEND_REFUSED", hint: /"\/db\/host"/ });
    await using away = await (await openRedisBackend("127.0.0.1:1")).writer?.();
    await assert.rejects(async () => away?.put("/a" as Key, "x"), { code: "BACKEND_UNREACHABLE", message: 'Cannot write "/a" to Redis at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1' });
  });

  async function openWriter() {
    const backend = await openRedisBackend(`127.0.0.1:${redis.port}`);
    assert.ok(backend.writer);
    return backend.writer();
  }
});
