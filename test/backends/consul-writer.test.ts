import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ROOT, specialKey, toKey } from "../../src/core/key.ts";
import { type Consul, openConsul, startConsul } from "../support/consul.ts";
import { oddConsul, says } from "../support/odd-consul.ts";

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
    await assert.rejects(async () => writer?.put(toKey("/long"), "x".repeat(600 * 1024)), { code: "BACKEND_REFUSED", message: /^Cannot write "\/long" to Consul at / });
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
