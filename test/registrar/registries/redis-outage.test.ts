import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseRedisUrl } from "../../../src/registrar/registries/redis-url.ts";
import { eventually } from "../../support/eventually.ts";
import { startRedis } from "../../support/redis.ts";
import { tcpProxy } from "../../support/tcp-proxy.ts";
import { frontend, openRedisRegistry, served } from "./redis-support.ts";
import { keepingAlive, NEVER, putAll } from "./support.ts";

describe("Redis as a registry, and what happens to it", () => {
  test("A Redis that forgot everything is noticed, whether it was restarted or emptied, and holds all again after one look", async () => {
    await using redis = await startRedis();
    await using registry = await openRedisRegistry(redis.url, "aaaa");
    await registry.owned(NEVER);
    for (const forget of [() => redis.client.flushall(), () => redis.kill().then(redis.start)]) {
      await putAll(registry, served("www.example.com", 8001));
      await using beats = keepingAlive(registry);
      await eventually(async () => assert.equal(await redis.client.exists("remora:alive:aaaa"), 1));
      await forget();
      await eventually(() => assert.notEqual(beats.ended(), undefined));
      await eventually(async () => assert.equal((await registry.owned(NEVER)).size, 0));
    }
    await putAll(registry, served("www.example.com", 8001));
    assert.deepEqual(await frontend(redis.client, "www.example.com"), ["web", "http://10.0.0.5:8001"]);
  });

  test("A registrar that others had to take for dead notices it", async () => {
    await using redis = await startRedis();
    await using paused = await openRedisRegistry(redis.url, "aaaa", { ttl: 200 });
    await putAll(paused, served("www.example.com", 8001));
    await using other = await openRedisRegistry(redis.url, "bbbb");
    await eventually(async () => {
      await other.owned(NEVER);
      assert.equal(await redis.client.exists("frontend:www.example.com"), 0);
    });
    await putAll(paused, served("www.example.com", 8002));
    await using beats = keepingAlive(paused);
    await eventually(() => assert.equal(beats.ended(), "lost"));
    assert.deepEqual([...(await paused.owned(NEVER)).keys()].filter((id) => id.endsWith("8001")), []);
  });

  test("A member that somebody took out of its list is no longer its registrar's, and can be put again", async () => {
    await using redis = await startRedis();
    await using registry = await openRedisRegistry(redis.url, "aaaa");
    const [registration] = await putAll(registry, served("www.example.com", 8001));
    await redis.client.del("frontend:www.example.com");
    assert.deepEqual([await registry.owned(NEVER), await redis.client.hlen("remora:members:aaaa")], [new Map(), 0]);
    await putAll(registry, served("www.example.com", 8001));
    assert.deepEqual(await registry.owned(NEVER), new Map([[registration?.id, "web"]]));
  });

  test("A Redis that is away is said to be, and one that says nothing is left at once when a call is aborted", async () => {
    await using redis = await startRedis();
    await using proxy = await tcpProxy(redis.port);
    await using registry = await openRedisRegistry(`redis://127.0.0.1:${proxy.port}`, "aaaa");
    await registry.owned(NEVER);
    proxy.blackhole();
    const stop = new AbortController();
    const aborted = registry.put({ id: "frontend:a http://b", value: "c" }, stop.signal);
    stop.abort(new Error("Stopped"));
    await assert.rejects(aborted, { message: "Stopped" });
    await redis.kill();
    await assert.rejects(registry.owned(NEVER), { code: "BACKEND_UNREACHABLE", message: new RegExp(`^Cannot read Redis at 127.0.0.1:${proxy.port}: `) });
    await redis.start();
    assert.deepEqual(await registry.owned(NEVER), new Map());
  });

  test("Password, database and prefix of the URL are used, and a wrong password is told without it", async () => {
    await using redis = await startRedis({ password: "s3cret" });
    await using registry = await openRedisRegistry(`redis://:s3cret@127.0.0.1:${redis.port}/3#site1:`, "aaaa");
    await putAll(registry, served("www.example.com", 8001));
    await redis.client.select(3);
    assert.deepEqual(await frontend(redis.client, "www.example.com", "site1:"), ["web", "http://10.0.0.5:8001"]);
    await using wrong = await openRedisRegistry(`redis://:wr0ng@127.0.0.1:${redis.port}`, "aaaa");
    await assert.rejects(wrong.owned(NEVER), ({ code, message }: Error & { code: string }) => code === "BACKEND_DENIED" && !message.includes("wr0ng"));
  });

  test("A URL is read as hipache writes it", () => {
    assert.deepEqual(parseRedisUrl("redis://:p%40ss@[::1]:6380/2#x:"), { host: "::1", port: 6380, secure: false, username: undefined, password: "p@ss", database: 2, prefix: "x:" });
    assert.deepEqual(parseRedisUrl("rediss://user:pw@redis"), { host: "redis", port: 6379, secure: true, username: "user", password: "pw", database: 0, prefix: "" });
    for (const wrong of ["127.0.0.1:6379", "http://:secret@redis", "redis://:secret@redis/x"]) assert.throws(() => parseRedisUrl(wrong), ({ code, message }: Error & { code: string }) => code === "CONFIG_INVALID" && !message.includes("secret"));
  });
});
