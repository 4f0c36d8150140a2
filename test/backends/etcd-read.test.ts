import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import { AppError } from "../../src/core/error.ts";
import { toKey } from "../../src/core/key.ts";
import { type Etcd, openEtcd, startEtcd } from "../support/etcd.ts";
import { freePort } from "../support/process.ts";
import { readPosition } from "../support/watching.ts";

const signal = () => AbortSignal.timeout(20_000);

describe("reading etcd", () => {
  let etcd: Etcd;
  before(async () => void (etcd = await startEtcd({ flags: ["--max-txn-ops=10000"] })));
  after(() => etcd?.[Symbol.asyncDispose]());

  test("120,000 keys are read, and told of page by page", async () => {
    for (let page = 0; page < 24; page++) {
      await etcd.putTogether(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`/many/${String(page * 5_000 + index).padStart(6, "0")}`, "a value of some length, as they are"])));
    }
    await using opened = await openEtcd([etcd.url]);
    const counts: number[] = [];
    const { entries } = await opened.backend.read([toKey("/many")], { signal: signal(), onProgress: (count) => void counts.push(count) });
    assert.equal(entries.length, 120_000);
    assert.equal(entries[0]?.key, "/many/000000");
    assert.equal(entries.at(-1)?.key, "/many/119999");
    assert.equal(new Set(entries.map(({ key }) => key)).size, 120_000);
    assert.ok(counts.length >= 24);
    assert.equal(counts.at(-1), 120_000);
  });

  test("a value of 1.4 MB comes whole", async () => {
    const value = "0123456789abcdef".repeat(87_500);
    await etcd.put("/big/key", value);
    await using opened = await openEtcd([etcd.url]);
    const { entries } = await opened.backend.read([toKey("/big")], { signal: signal() });
    assert.equal(entries[0]?.value, value);
  });

  test("read() at a position answers what was there then", async () => {
    await using opened = await openEtcd([etcd.url]);
    await etcd.put("/at/key", "then");
    const at = await readPosition(opened.backend, "/at");
    await etcd.put("/at/key", "now");
    const reading = await opened.backend.read([toKey("/at")], { at, signal: signal() });
    assert.deepEqual(reading.entries.map(({ value }) => value), ["then"]);
    assert.equal(reading.position.revision, at.revision);
  });

  test("read() at a position that is compacted, or not reached yet, is stale", async () => {
    await using opened = await openEtcd([etcd.url]);
    await etcd.put("/compacted/key", "1");
    const at = await readPosition(opened.backend, "/compacted");
    await etcd.put("/compacted/key", "2");
    const newest = await etcd.compact();
    await assert.rejects(opened.backend.read([toKey("/compacted")], { at, signal: signal() }), { code: "WATCH_STALE" });
    await assert.rejects(opened.backend.read([toKey("/compacted")], { at: { revision: newest + 1_000 }, signal: signal() }), { code: "WATCH_STALE" });
  });

  test("several prefixes are read as of one revision while they are written", async () => {
    await etcd.putTogether({ "/pair/a/x": "0", "/pair/b/x": "0" });
    await using opened = await openEtcd([etcd.url]);
    let writing = true;
    const writes = (async () => {
      for (let count = 1; writing; count++) await etcd.putTogether({ "/pair/a/x": String(count), "/pair/b/x": String(count) });
    })();
    for (let reads = 0; reads < 50; reads++) {
      const { entries } = await opened.backend.read([toKey("/pair/a"), toKey("/pair/b")], { signal: signal() });
      assert.equal(entries[0]?.value, entries[1]?.value);
    }
    writing = false;
    await writes;
  });

  test("keys that are not canonical are left out with one warning", async () => {
    for (const key of ["/odd//key", "/odd/directory/", "/odd/key"]) await etcd.put(key, "1");
    await using opened = await openEtcd([etcd.url]);
    for (let reads = 0; reads < 2; reads++) {
      const { entries } = await opened.backend.read([toKey("/odd")], { signal: signal() });
      assert.deepEqual(entries.map(({ key }) => key), ["/odd/key"]);
    }
    assert.deepEqual(opened.log.lines.map(({ level, message }) => `${level}: ${message}`), ["warn: Left out keys that are not canonical"]);
  });

  test("read() goes to another endpoint when one does not answer", async () => {
    await using opened = await openEtcd([`http://127.0.0.1:${await freePort()}`, etcd.url]);
    assert.ok((await readPosition(opened.backend, "/app")).revision > 0);
  });

  test("an endpoint where nothing listens is named with the reason and a hint", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await using opened = await openEtcd([url]);
    const error = await failureOf(readPosition(opened.backend, "/app"));
    assert.equal(error.code, "BACKEND_UNREACHABLE");
    assert.match(error.message, /^Cannot read "\/app" from etcd at http:\/\/127\.0\.0\.1:\d+: connect ECONNREFUSED/);
    assert.match(error.hint ?? "", /"endpoints"/);
  });

  test("a listener that never says a word is given up after 3 s", async () => {
    const silent = createServer(() => {});
    const port = await freePort();
    await new Promise<void>((resolve) => silent.listen(port, "127.0.0.1", resolve));
    await using opened = await openEtcd([`http://127.0.0.1:${port}`]);
    const error = await failureOf(readPosition(opened.backend, "/app"));
    silent.close();
    assert.equal(error.code, "BACKEND_UNREACHABLE");
    assert.match(error.message, /no answer within 3 s/);
  });

  test("a server that speaks something else is unreachable", async () => {
    const other = createServer((socket) => socket.on("error", () => {}).end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const port = await freePort();
    await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
    await using opened = await openEtcd([`http://127.0.0.1:${port}`]);
    const error = await failureOf(readPosition(opened.backend, "/app"));
    other.close();
    assert.equal(error.code, "BACKEND_UNREACHABLE");
    assert.match(error.hint ?? "", /client port/);
  });

  test("read() stops when its signal aborts", async () => {
    const silent = createServer(() => {});
    const port = await freePort();
    await new Promise<void>((resolve) => silent.listen(port, "127.0.0.1", resolve));
    await using opened = await openEtcd([`http://127.0.0.1:${port}`]);
    const stop = new AbortController();
    const reading = opened.backend.read([toKey("/app")], { signal: stop.signal });
    stop.abort(new Error("enough"));
    await assert.rejects(reading, { message: "enough" });
    silent.close();
  });
});

async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(() => assert.fail("It did not fail"), (thrown: unknown) => thrown);
  assert.ok(error instanceof AppError);
  return error;
}
