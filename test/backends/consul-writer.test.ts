import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Key, ROOT, specialKey, toKey } from "../../src/core/key.ts";
import { writerContract } from "../contract/writer.ts";
import { type Consul, openConsul, startConsul } from "../support/consul.ts";
import { oddConsul, says } from "../support/odd-consul.ts";

writerContract("consul", async () => {
  const consul = await startConsul();
  return { open: () => openConsul(consul.url), [Symbol.asyncDispose]: () => consul[Symbol.asyncDispose]() };
});

describe("the writer of consul", () => {
  let consul: Consul;
  before(async () => void (consul = await startConsul()));
  after(() => consul?.[Symbol.asyncDispose]());

  test("put() writes text, bytes and nothing", async () => {
    await using backend = await openConsul(consul.url);
    await using writer = await backend.writer?.();
    const values = { "/written/a b%ü": "größer", "/written/bytes": Uint8Array.of(0xff, 0, 0xfe), "/written/empty": "" };
    for (const [key, value] of Object.entries(values)) await writer?.put(toKey(key), value);
    const { entries } = await backend.read([toKey("/written")], { signal: AbortSignal.timeout(5_000) });
    assert.deepEqual(Object.fromEntries(entries.map(({ key, value }) => [key, value])), values);
  });

  test("delete() answers whether the key was there", async () => {
    await using backend = await openConsul(consul.url);
    await using writer = await backend.writer?.();
    await writer?.put(toKey("/deleted/key"), "1");
    await writer?.put(toKey("/deleted/key/below"), "2");
    assert.equal(await writer?.delete(toKey("/deleted/key")), true);
    assert.equal(await writer?.delete(toKey("/deleted/key")), false);
    const { entries } = await backend.read([toKey("/deleted")], { signal: AbortSignal.timeout(5_000) });
    assert.deepEqual(entries.map(({ key }) => key), ["/deleted/key/below"]);
  });

  test("put() refuses what is not a key, and a value that is too long", async () => {
    await using backend = await openConsul(consul.url);
    await using writer = await backend.writer?.();
    for (const key of [ROOT, specialKey("service", "web")]) await assert.rejects(async () => writer?.put(key, "1"), { code: "BACKEND_REFUSED", message: /it is not a key$/ });
    for (const key of ["/a/../b", "/./a", "/.."]) await assert.rejects(async () => writer?.put(toKey(key), "1"), { code: "BACKEND_REFUSED", message: /steps of a path/ });
    await assert.rejects(async () => writer?.put(toKey("/long"), "x".repeat(600 * 1024)), { code: "BACKEND_REFUSED", message: /^Cannot write "\/long" to Consul at / });
  });

  test("swap() refuses what is not a key, and what is too long", async () => {
    await using backend = await openConsul(consul.url);
    await using writer = await backend.writer?.();
    const swap = (value: string, ...keys: Key[]) => assert.rejects(async () => writer?.swap(keys.map((key) => ({ key, expected: undefined, value }))), { code: "BACKEND_REFUSED", hint: value === "" ? /^A key is as/ : /512 KiB/ });
    await swap("", specialKey("service", "web"));
    await swap("x".repeat(600 * 1024), toKey("/long"));
    await swap("x".repeat(300 * 1024), toKey("/long/a"), toKey("/long/b"));
  });

  test("swap() of one value takes the length that put() does", async () => {
    await using backend = await openConsul(consul.url);
    await using writer = await backend.writer?.();
    assert.equal(await writer?.swap([{ key: toKey("/just-long"), expected: undefined, value: "x".repeat(500 * 1024) }]), true);
  });

  test("swap() of keys that the token may not write is denied, not lost", async () => {
    await using guarded = await startConsul({ acl: true });
    const token = await guarded.makeToken('key_prefix "" { policy = "read" }');
    await using backend = await openConsul(guarded.url, { token });
    await using writer = await backend.writer?.();
    for (const names of [["/one"], ["/one", "/two"]]) {
      await assert.rejects(async () => writer?.swap(names.map((name) => ({ key: toKey(name), expected: undefined, value: "1" }))), { code: "BACKEND_DENIED", message: /Permission denied/i });
    }
  });

  test("put() fails with the reason when Consul is away or refuses", async () => {
    await using away = await openConsul("http://127.0.0.1:1");
    await using lost = await away.writer?.();
    await assert.rejects(async () => lost?.put(toKey("/db"), "1"), { code: "BACKEND_UNREACHABLE", message: 'Cannot write "/db" to Consul at http://127.0.0.1:1: nothing listens there' });
    await using server = await oddConsul(says(500, "No cluster leader", { "content-type": "text/plain" }));
    await using backend = await openConsul(server.url);
    await using writer = await backend.writer?.();
    await assert.rejects(async () => writer?.put(toKey("/db"), "1"), { code: "BACKEND_REFUSED", message: /: No cluster leader$/ });
  });
});
