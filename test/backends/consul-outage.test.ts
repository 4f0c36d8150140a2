import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Backend, Position } from "../../src/core/backend.ts";
import { toKey } from "../../src/core/key.ts";
import { startWatch } from "../contract/backend.ts";
import { type Consul, openConsul, startConsul } from "../support/consul.ts";
import { eventually } from "../support/eventually.ts";

describe("consul after an outage", () => {
  let consul: Consul;
  before(async () => void (consul = await startConsul({ keeps: true })));
  after(() => consul?.[Symbol.asyncDispose]());

  test("a killed agent ends the watch, and once it is back the same backend reads and watches", async () => {
    await consul.put("/restart/key", "1");
    await using backend = await openConsul(consul.url);
    const broken = await beginWatch(backend, "/restart");
    await consul.kill();
    await assert.rejects(broken, { code: "BACKEND_UNREACHABLE" });
    await assert.rejects(read(backend, "/restart"), { code: "BACKEND_UNREACHABLE" });

    await consul.start();
    const watched = await startWatch(backend, "/restart");
    await consul.put("/restart/key", "2");
    await watched.until({ "/restart/key": "2" });
    await watched.stop();
  });

  test("after its data were wiped the index is lower, and changes are seen at once", async () => {
    const many = Array.from({ length: 50 }, (_, number) => `/wiped/${number}`);
    await consul.putMany(many, "1");
    await using backend = await openConsul(consul.url);
    const former = await read(backend, "/wiped");
    const broken = await beginWatch(backend, "/wiped");
    await consul.wipe();
    await assert.rejects(broken, { code: "BACKEND_UNREACHABLE" });

    assert.deepEqual((await read(backend, "/wiped")).keys, []);
    const watched = await startWatch(backend, "/wiped");
    await consul.put("/wiped/key", "2");
    await watched.until({ "/wiped/key": "2" });
    await watched.stop();
    assert.ok((await read(backend, "/wiped")).position.revision < former.position.revision);
  });

  test("a snapshot restored while the agent runs is seen, and so are the changes after it", async () => {
    await consul.put("/restored/old", "1");
    const snapshot = await consul.saveSnapshot();
    await consul.putMany(Array.from({ length: 20 }, (_, number) => `/restored/${number}`), "2");
    await using backend = await openConsul(consul.url);
    const watched = await eventually(() => startWatch(backend, "/restored"));
    await consul.restoreSnapshot(snapshot);
    // Where Consul forgets a query that is held as it restores, the glance beside it tells.
    await watched.until({ "/restored/old": "1" }, { within: 20_000 });
    await eventually(() => consul.put("/restored/new", "3"));
    await watched.until({ "/restored/new": "3", "/restored/old": "1" });
    await watched.stop();
  });
});

/** Begins to follow a prefix; the function waits for the first batch. */
async function beginWatch(backend: Backend, prefix: string): Promise<() => Promise<unknown>> {
  const { position } = await read(backend, prefix);
  const batches = backend.watch([toKey(prefix)], position, AbortSignal.timeout(20_000))[Symbol.asyncIterator]();
  const first = batches.next();
  first.catch(() => {});
  return () => first;
}

async function read(backend: Backend, prefix: string): Promise<{ position: Position; keys: string[] }> {
  const { position, entries } = await backend.read([toKey(prefix)], { signal: AbortSignal.timeout(5_000) });
  return { position, keys: entries.map(({ key }) => key) };
}
