import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toKey } from "../../src/core/key.ts";
import { writerContract } from "../contract/writer.ts";
import { openEtcd, startEtcd } from "../support/etcd.ts";
import { freePort } from "../support/process.ts";

writerContract("etcd", async () => {
  const etcd = await startEtcd();
  return { open: async () => (await openEtcd([etcd.url])).backend, [Symbol.asyncDispose]: () => etcd[Symbol.asyncDispose]() };
});

describe("the writer of etcd", () => {
  test("put() and delete() change what is read", async () => {
    await using etcd = await startEtcd();
    await using opened = await openEtcd([etcd.url]);
    await using writer = await opened.backend.writer?.();
    assert.ok(writer);
    await writer.put(toKey("/app/text"), "fish 🐟");
    await writer.put(toKey("/app/bytes"), Uint8Array.of(0xff, 0));
    const { entries } = await opened.backend.read([toKey("/app")], { signal: AbortSignal.timeout(10_000) });
    assert.deepEqual(entries.map(({ key, value }) => [key, typeof value === "string" ? value : [...value]]), [["/app/bytes", [0xff, 0]], ["/app/text", "fish 🐟"]]);
    assert.equal(await writer.delete(toKey("/app/text")), true);
    assert.equal(await writer.delete(toKey("/app/text")), false);
  });

  test("put() fails within seconds, again and again, where nothing listens", async () => {
    const port = await freePort();
    await using opened = await openEtcd([`http://127.0.0.1:${port}`]);
    await using writer = await opened.backend.writer?.();
    for (let tries = 0; tries < 5; tries++) {
      await assert.rejects(async () => writer?.put(toKey("/app/key"), "1"), { code: "BACKEND_UNREACHABLE", message: `Cannot write "/app/key" in etcd at http://127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`, hint: /^Check that etcd runs/ });
    }
  });

  test("what is too large for etcd is refused with its limit", async () => {
    await using etcd = await startEtcd();
    await using opened = await openEtcd([etcd.url]);
    await using writer = await opened.backend.writer?.();
    for (const size of [1.6, 3]) {
      const value = "x".repeat(size * 1024 * 1024);
      const refused = { code: "BACKEND_REFUSED", message: /^Cannot write "\/big" in etcd at /, hint: /^etcd takes requests of up to 1.5 MiB/ };
      await assert.rejects(async () => writer?.put(toKey("/big"), value), refused);
      await assert.rejects(async () => writer?.swap([{ key: toKey("/big"), expected: undefined, value }]), refused);
    }
  });
});
