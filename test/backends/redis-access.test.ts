import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startWatch } from "../contract/backend.ts";
import { memoryLog } from "../support/ports.ts";
import { openRedisBackend, readBelow } from "../support/redis-backend.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { tempDir } from "../support/temp.ts";
import { makeAuthority } from "../support/tls.ts";

describe("redis with users", () => {
  let redis: RedisServer;
  before(async () => void (redis = await startRedis({ password: "größer & #1" })));
  after(() => redis?.[Symbol.asyncDispose]());
  const address = () => `127.0.0.1:${redis.port}`;

  test("takes a password, from a file too", async () => {
    await using dir = await tempDir();
    await redis.client.set("/pw/key", "1");
    await using backend = await openRedisBackend(address(), { password: "größer & #1" });
    assert.deepEqual(await readBelow(backend, "/pw"), { "/pw/key": "1" });
    await using other = await openRedisBackend(address(), { passwordFile: await dir.write("password", "größer & #1\n") });
    assert.deepEqual(await readBelow(other, "/pw"), { "/pw/key": "1" });
  });

  test("says what to do where the password is wrong, missing or cannot be read", async () => {
    await using none = await openRedisBackend(address());
    await assert.rejects(readBelow(none, "/db"), { code: "BACKEND_DENIED", hint: /wants a password/ });
    await using wrong = await openRedisBackend(address(), { password: "hunter2" });
    await assert.rejects(readBelow(wrong, "/db"), { code: "BACKEND_DENIED", message: /^(?!.*hunter2)/, hint: 'Check "username" and "password_file" of [backends.redis]' });
    await using lost = await openRedisBackend(address(), { passwordFile: "/nowhere/password" });
    await assert.rejects(readBelow(lost, "/db"), { code: "BACKEND_DENIED", message: 'Cannot read "/nowhere/password" of [backends.redis]: there is no such file' });
  });

  test("reads the password anew at each connection", async () => {
    await using dir = await tempDir();
    const passwordFile = await dir.write("password", "old");
    await using backend = await openRedisBackend(address(), { username: "turning", passwordFile });
    await redis.client.acl("SETUSER", "turning", "on", ">new", "~*", "+@all", "&*");
    await assert.rejects(readBelow(backend, "/db"), { code: "BACKEND_DENIED" });
    await dir.write("password", "new");
    assert.deepEqual(await readBelow(backend, "/db"), {});
  });

  test("a user needs no more than the hint of a refusal says", async () => {
    await redis.client.acl("SETUSER", "reader", "on", ">p", "~/mine*", "+@read", "+@connection", "+@transaction", "+@pubsub", "&*");
    await redis.client.set("/mine/key", "1");
    const log = memoryLog();
    await using backend = await openRedisBackend(address(), { username: "reader", password: "p" }, { log });
    const watched = await startWatch(backend, "/mine");
    await redis.client.set("/mine/key", "2");
    await watched.until({ "/mine/key": "2" });
    await watched.stop();
    assert.deepEqual(log.lines, []);
    await assert.rejects(readBelow(backend, "/other"), { code: "BACKEND_DENIED", hint: /ACL SETUSER/ });
  });

  test("follows by keyspace notifications where tracking is not allowed", async () => {
    await redis.client.config("SET", "notify-keyspace-events", "KA");
    await redis.client.acl("SETUSER", "notified", "on", ">p", "~*", "+@all", "-client|tracking", "&*");
    await redis.client.hset("/told/h", { a: "1" });
    const log = memoryLog();
    await using backend = await openRedisBackend(address(), { username: "notified", password: "p" }, { log });
    const watched = await startWatch(backend, "/told", "/told-of/h/field");
    await redis.client.hset("/told/h", { b: "2" });
    await redis.client.set("/told/[*]", "3", "PX", 60_000);
    await redis.client.hset("/told-of/h", { field: "4", other: "5" });
    await watched.until({ "/told-of/h/field": "4", "/told/[*]": "3", "/told/h/a": "1", "/told/h/b": "2" });
    await redis.client.del("/told/h");
    await watched.until({ "/told-of/h/field": "4", "/told/[*]": "3" });
    await watched.stop();
    assert.deepEqual(log.lines, []);
  });

  test("reads again and again where nothing tells, and says so once", async () => {
    await redis.client.config("SET", "notify-keyspace-events", "");
    await redis.client.acl("SETUSER", "silent", "on", ">p", "~*", "+@all", "-client|tracking", "&*");
    const log = memoryLog();
    await using backend = await openRedisBackend(address(), { username: "silent", password: "p", interval: 50 }, { log });
    for (const value of ["1", "2"]) {
      const watched = await startWatch(backend, "/untold");
      await redis.client.set("/untold/key", value);
      await watched.until({ "/untold/key": value });
      await watched.stop();
    }
    assert.deepEqual(log.lines.map(({ level, message, fields }) => [level, message, fields["every_ms"]]), [["warn", "Redis does not tell what changes, all is read again from time to time", 50]]);
  });
});

describe("redis over TLS and sockets", () => {
  test("speaks TLS, with a client certificate", async () => {
    await using authority = await makeAuthority();
    const [server, client] = [await authority.issue("server", ["IP:127.0.0.1"]), await authority.issue("client")];
    await using redis = await startRedis({ tls: { caFile: authority.caFile, ...server } });
    await redis.client.set("/tls/key", "1");
    const address = `127.0.0.1:${redis.tlsPort}`;
    await using backend = await openRedisBackend(address, { tls: true, caFile: authority.caFile, ...client });
    assert.deepEqual(await readBelow(backend, "/tls"), { "/tls/key": "1" });
    await using stranger = await openRedisBackend(address, { tls: true, ...client });
    await assert.rejects(readBelow(stranger, "/tls"), { code: "BACKEND_UNREACHABLE", hint: /"ca_file"/ });
    await using plain = await openRedisBackend(`127.0.0.1:${redis.port}`, { tls: true, caFile: authority.caFile });
    await assert.rejects(readBelow(plain, "/tls"), { code: "BACKEND_UNREACHABLE" });
  });

  test("listens on a Unix socket", async () => {
    await using dir = await tempDir();
    await using redis = await startRedis({ socket: dir.join("redis.sock") });
    await redis.client.set("/socket/key", "1");
    await using backend = await openRedisBackend(dir.join("redis.sock"));
    assert.deepEqual(await readBelow(backend, "/socket"), { "/socket/key": "1" });
    await using lost = await openRedisBackend(dir.join("none.sock"));
    await assert.rejects(readBelow(lost, "/socket"), { code: "BACKEND_UNREACHABLE", hint: /"address"/ });
  });
});
