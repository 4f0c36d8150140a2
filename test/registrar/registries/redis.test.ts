import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { type RedisServer, startRedis } from "../../support/redis.ts";
import { frontend, openRedisRegistry, served } from "./redis-support.ts";
import { anInstance, keepingAlive, NEVER, putAll } from "./support.ts";

describe("Redis as a registry for hipache", () => {
  let redis: RedisServer;
  before(async () => void (redis = await startRedis()));
  after(() => redis?.[Symbol.asyncDispose]());
  beforeEach(async () => void (await redis.client.flushall()));

  const open = (registrar: string, more: Parameters<typeof openRedisRegistry>[2] = {}) => openRedisRegistry(redis.url, registrar, more);
  const list = (domain: string) => frontend(redis.client, domain);

  test("A list has the name of the service first, and the URLs of its instances", async () => {
    await using registry = await open("aaaa");
    await putAll(registry, served("www.example.com", 8001));
    await putAll(registry, { ...served("www.example.com", 8002), address: "fd00::5" });
    assert.deepEqual(await list("www.example.com"), ["web", "http://10.0.0.5:8001", "http://[fd00::5]:8002"]);
  });

  test("An instance is in the list of each domain that it names, and of none when it names none", async () => {
    await using registry = await open("aaaa");
    await putAll(registry, served(" Www.Example.com, *.example.com,,www.example.com", 8001));
    await putAll(registry, anInstance("plain", { attributes: { domain: "plain.example.com" } }));
    assert.deepEqual(registry.registrations(anInstance("none")), []);
    assert.deepEqual((await redis.client.keys("frontend:*")).sort(), ["frontend:*.example.com", "frontend:plain.example.com", "frontend:www.example.com"]);
  });

  test("An instance that drains or fails is in no list", async () => {
    await using registry = await open("aaaa");
    const instance = served("www.example.com", 8001);
    assert.deepEqual([registry.registrations({ ...instance, draining: true }), registry.registrations({ ...instance, health: "critical" })], [[], []]);
    assert.equal(registry.registrations({ ...instance, health: "warning" }).length, 1);
  });

  test("The same again changes nothing, and after a restart no URL is there twice", async () => {
    {
      await using first = await open("aaaa");
      await putAll(first, served("www.example.com", 8001));
    }
    await using second = await open("aaaa");
    assert.deepEqual(await second.owned(NEVER), new Map([["frontend:www.example.com http://10.0.0.5:8001", "web"]]));
    for (let times = 0; times < 3; times++) await putAll(second, served("www.example.com", 8001));
    assert.deepEqual(await list("www.example.com"), ["web", "http://10.0.0.5:8001"]);
  });

  test("Members of others are kept, and the list ends with its last member", async () => {
    await redis.client.rpush("frontend:www.example.com", "by hand", "http://10.0.0.1:80", "http://10.0.0.2:80");
    await using registry = await open("aaaa");
    await putAll(registry, served("www.example.com", 8001));
    await registry.deregister("frontend:www.example.com http://10.0.0.1:80", NEVER);
    assert.deepEqual(await list("www.example.com"), ["by hand", "http://10.0.0.1:80", "http://10.0.0.2:80", "http://10.0.0.5:8001"]);
    for (let twice = 0; twice < 2; twice++) await registry.deregister("frontend:www.example.com http://10.0.0.5:8001", NEVER);
    assert.deepEqual(await list("www.example.com"), ["by hand", "http://10.0.0.1:80", "http://10.0.0.2:80"]);
    const [own] = await putAll(registry, served("own.example.com", 8001));
    await registry.deregister(own?.id ?? "", NEVER);
    assert.equal(await redis.client.exists("frontend:own.example.com"), 0);
  });

  test("A URL that somebody else has is refused, or taken over where that is configured", async () => {
    await redis.client.rpush("frontend:www.example.com", "by hand", "http://10.0.0.5:8001");
    await using first = await open("aaaa");
    await putAll(first, served("www.example.com", 8002));
    await using second = await open("bbbb");
    for (const port of [8001, 8002]) await assert.rejects(putAll(second, served("www.example.com", port)), { code: "REGISTRATION_CONFLICT" });
    await using greedy = await open("cccc", { onConflict: "take over" });
    for (const port of [8001, 8002]) await putAll(greedy, served("www.example.com", port));
    assert.deepEqual([(await first.owned(NEVER)).size, (await greedy.owned(NEVER)).size], [0, 2]);
    assert.deepEqual(await list("www.example.com"), ["by hand", "http://10.0.0.5:8001", "http://10.0.0.5:8002"]);
    assert.deepEqual(greedy.log.lines.map(({ fields }) => fields["from"]), [undefined, "aaaa"]);
  });

  test("Marks of dead backends move with them, and none falls on another", async () => {
    await using registry = await open("aaaa");
    for (const port of [8000, 8001, 8002, 8003]) await putAll(registry, served("www.example.com", port));
    await redis.client.sadd("dead:www.example.com", 1, 2);
    await redis.client.expire("dead:www.example.com", 30);
    await registry.deregister("frontend:www.example.com http://10.0.0.5:8001", NEVER);
    assert.deepEqual(await redis.client.smembers("dead:www.example.com"), ["1"]);
    assert.ok((await redis.client.pttl("dead:www.example.com")) > 20_000);
    await redis.client.sadd("dead:www.example.com", 3);
    await putAll(registry, served("www.example.com", 8004));
    assert.deepEqual(await redis.client.smembers("dead:www.example.com"), ["1"]);
  });

  test("A reader sees no list without its members while others come and go", async () => {
    await using registry = await open("aaaa");
    await using other = await open("bbbb");
    await putAll(registry, served("www.example.com", 8000));
    let [reading, reads] = [true, 0];
    const reader = (async () => {
      for (; reading; reads++) assert.equal((await list("www.example.com"))[1], "http://10.0.0.5:8000");
    })();
    const comeAndGo = async (which: typeof registry, port: number) => {
      for (let times = 0; times < 20; times++) for (const { id } of await putAll(which, served("www.example.com", port))) await which.deregister(id, NEVER);
    };
    await Promise.all([comeAndGo(registry, 8001), comeAndGo(registry, 8002), comeAndGo(other, 8003)]);
    reading = false;
    await reader;
    assert.ok(reads > 20);
    assert.deepEqual(await list("www.example.com"), ["web", "http://10.0.0.5:8000"]);
  });

  test("50 at once of two registrars are all there", async () => {
    const registries = [await open("aaaa"), await open("bbbb")];
    await Promise.all(registries.flatMap((registry, which) => Array.from({ length: 25 }, (_, at) => putAll(registry, served("www.example.com", 9000 + 100 * which + at)))));
    const there = await list("www.example.com");
    assert.deepEqual([there.length, new Set(there).size], [51, 51]);
    for (const registry of registries) await registry[Symbol.asyncDispose]();
  });

  for (const [what, instance] of Object.entries({ "a space in a domain": served("a b", 80), "a domain in Unicode": served("bücher.example", 80), "a port": served("www.example.com", 0) })) {
    test(`What hipache cannot hold is refused by name: ${what}`, async () => {
      await using registry = await open("aaaa");
      assert.throws(() => registry.registrations(instance), { code: "REGISTRATION_INVALID", message: new RegExp(`^Cannot register "${instance.id}" for hipache: `) });
    });
  }

  test("What a registrar left that died is removed by another one, and nothing else", async () => {
    await redis.client.rpush("frontend:www.example.com", "by hand", "http://10.0.0.1:80");
    {
      await using dying = await open("aaaa", { ttl: 500 });
      await putAll(dying, served("www.example.com", 8001));
      await putAll(dying, served("own.example.com", 8001));
    }
    await using survivor = await open("bbbb", { ttl: 3_000 });
    await putAll(survivor, served("www.example.com", 8002));
    await using beats = keepingAlive(survivor);
    await eventually(async () => assert.deepEqual(await list("www.example.com"), ["by hand", "http://10.0.0.1:80", "http://10.0.0.5:8002"]));
    await eventually(async () => assert.deepEqual([await redis.client.exists("frontend:own.example.com"), await redis.client.smembers("remora:registrars")], [0, ["bbbb"]]));
    assert.equal(beats.ended(), undefined);
  });
});
