import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Backend } from "../../src/core/backend.ts";
import { type Key, specialKey, toKey } from "../../src/core/key.ts";
import { backendContract, startWatch } from "../contract/backend.ts";
import { type Consul, openConsul, startConsul } from "../support/consul.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";

backendContract("consul", async () => {
  const consul = await startConsul();
  return { open: () => openConsul(consul.url), put: consul.put, delete: consul.delete, [Symbol.asyncDispose]: () => consul[Symbol.asyncDispose]() };
});

describe("consul", () => {
  let consul: Consul;
  before(async () => void (consul = await startConsul()));
  after(() => consul?.[Symbol.asyncDispose]());

  test("read() leaves out folder markers and names with empty segments", async () => {
    await consul.put("/marked/", "");
    await consul.put("/marked/key", "1");
    await consul.put("/marked/sub/", "");
    await using backend = await openConsul(consul.url);
    assert.deepEqual(await read(backend, "/marked"), { "/marked/key": "1" });
  });

  test("read() finds keys whose names need encoding", async () => {
    await consul.put("/odd/a b%?#ü/x+y", "1");
    await using backend = await openConsul(consul.url);
    assert.deepEqual(await read(backend, "/odd/a b%?#ü"), { "/odd/a b%?#ü/x+y": "1" });
  });

  test("read() of a key with dots or half a character in it finds what there is, and is no error", async () => {
    await consul.put("/dotted/key", "1");
    await using backend = await openConsul(consul.url);
    const covered = backend.cover(["/dotted/./key", "/dotted/../key", "/dotted/\ud800", "/dotted/.../x"].map(toKey));
    assert.deepEqual(covered, ["/dotted"]);
    assert.deepEqual(await read(backend, ...covered, "/dotted/\ud800", specialKey("service", "\ud800")), { "/dotted/key": "1", "service:\ud800": "[]" });
  });

  test("read() tells how many entries it has so far", async () => {
    await consul.put("/counted/a/1", "1");
    await consul.put("/counted/b/1", "1");
    await using backend = await openConsul(consul.url);
    const counts: number[] = [];
    await backend.read([toKey("/counted/a"), toKey("/counted/b")], { signal: AbortSignal.timeout(5_000), onProgress: (count) => counts.push(count) });
    assert.deepEqual(counts, [1, 2]);
  });

  test("read() fails with what to do when nothing listens", async () => {
    await using backend = await openConsul("http://127.0.0.1:1");
    await assert.rejects(read(backend, "/db"), { code: "BACKEND_UNREACHABLE", message: 'Cannot read "/db" from Consul at http://127.0.0.1:1: nothing listens there', hint: /agent running/ });
  });

  test("read() fails when the datacenter is unknown", async () => {
    await using backend = await openConsul(consul.url, { datacenter: "atlantis" });
    await assert.rejects(read(backend, "/db"), { code: "BACKEND_REFUSED", message: /No path to datacenter/, hint: /"datacenter"/ });
  });

  test("read() of the agent's own datacenter by name works", async () => {
    await consul.put("/named/key", "1");
    await using backend = await openConsul(consul.url, { datacenter: "dc1" });
    assert.deepEqual(await read(backend, "/named"), { "/named/key": "1" });
  });

  test("250 distinct keys load in less than 2 s with default limits", async () => {
    const keys = Array.from({ length: 250 }, (_, number) => toKey(`/wide/app-${number}/key`));
    await consul.putMany(keys, "1");
    await using backend = await openConsul(consul.url);
    const started = performance.now();
    const covered = backend.cover(keys);
    assert.ok(covered.length <= 16);
    assert.equal(Object.keys(await read(backend, ...covered)).length, 250);
    assert.ok(performance.now() - started < 2_000);
  });

  test("250 services load in less than 2 s with default limits", async () => {
    const keys = Array.from({ length: 250 }, (_, number) => specialKey("service", `none-${number}`));
    await using backend = await openConsul(consul.url);
    const started = performance.now();
    assert.equal(Object.keys(await read(backend, ...backend.cover(keys))).length, 250);
    assert.ok(performance.now() - started < 2_000);
  });

  test("watch() sees the last of 300 puts", async () => {
    await using backend = await openConsul(consul.url);
    const watched = await startWatch(backend, "/burst");
    for (let number = 1; number <= 300; number += 1) await consul.put("/burst/key", String(number));
    await watched.until({ "/burst/key": "300" });
    await watched.stop();
  });

  test("watch() begins at the reading and yields nothing for what was read", async () => {
    await consul.put("/quiet/a/x", "1");
    await using backend = await openConsul(consul.url);
    // Two readings, as when a template is found to need more: the position of the second knows the first.
    const options = { signal: AbortSignal.timeout(5_000) };
    await backend.read([toKey("/quiet/a")], options);
    const { position } = await backend.read([toKey("/quiet/b")], options);
    const stop = new AbortController();
    const batches = backend.watch([toKey("/quiet/a"), toKey("/quiet/b")], position, stop.signal)[Symbol.asyncIterator]();
    const first = batches.next();
    await consul.put("/quiet/b/x", "2");
    const { value } = await first;
    assert.equal(value.kind === "subtree" && value.prefix, "/quiet/b");
    assert.ok(value.position.revision > position.revision);
    const next = batches.next();
    stop.abort(new Error("enough"));
    await assert.rejects(Promise.resolve(next), { message: "enough" });
  });

  test("watch() fails when the connection is cut", async () => {
    await using proxy = await tcpProxy(consul.port);
    await using backend = await openConsul(`http://127.0.0.1:${proxy.port}`);
    const { position } = await backend.read([toKey("/cut")], { signal: AbortSignal.timeout(5_000) });
    const batches = backend.watch([toKey("/cut")], position, AbortSignal.timeout(5_000))[Symbol.asyncIterator]();
    const next = batches.next();
    const failed = assert.rejects(Promise.resolve(next), { code: "BACKEND_UNREACHABLE" });
    await consul.put("/cutter/key", "1");
    proxy.refuse(true);
    proxy.cut();
    await failed;
  });
});

async function read(backend: Backend, ...prefixes: string[]): Promise<Record<string, unknown>> {
  const { entries } = await backend.read(prefixes as Key[], { signal: AbortSignal.timeout(10_000) });
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}
