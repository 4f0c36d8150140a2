import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRedisAddress } from "../../src/schema/redis-address.ts";

test("an address is a host, a port and a database, or a socket", () => {
  assert.deepEqual(parseRedisAddress("redis.local"), { name: "redis.local:6379", host: "redis.local", port: 6379, database: 0 });
  assert.deepEqual(parseRedisAddress("10.0.0.1:7000/12"), { name: "10.0.0.1:7000", host: "10.0.0.1", port: 7000, database: 12 });
  assert.deepEqual(parseRedisAddress("[::1]:7000"), { name: "[::1]:7000", host: "::1", port: 7000, database: 0 });
  assert.deepEqual(parseRedisAddress("unix:///run/redis.sock"), { name: "/run/redis.sock", path: "/run/redis.sock", database: 0 });
  for (const wrong of ["", "a:b", "a:0", "a:70000", "a/b", "redis://a", "a:1/2/3", "a b", ":hunter2@a:1"]) assert.equal(parseRedisAddress(wrong), undefined, wrong);
});
