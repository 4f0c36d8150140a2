import assert from "node:assert/strict";
import { chmod, stat, utimes } from "node:fs/promises";
import { describe, test } from "node:test";
import type { Entry } from "../../src/core/entry.ts";
import { toKey } from "../../src/core/key.ts";
import { SnapshotCache } from "../../src/store/cache.ts";
import { Store } from "../../src/store/store.ts";
import { manualClock } from "../support/manual-clock.ts";
import { realPorts } from "../support/ports.ts";
import { tempDir } from "../support/temp.ts";

const ENTRIES: readonly Entry[] = [
  { key: toKey("/app/bytes"), value: Uint8Array.of(0xff, 0x00), revision: 3 },
  { key: toKey("/app/sealed"), value: "remora:v1:abc:xyz", revision: 2 },
  { key: toKey("/app/text"), value: 'quo"te\n', revision: 1 },
];

describe("the cache of a backend", () => {
  test("gives back what was saved, text and bytes, for this user alone", async () => {
    await using directory = await tempDir();
    const cache = cacheIn(directory.join("cache"));
    cache.changed(snapshotOf(ENTRIES));
    await cache.flush();
    const loaded = await cacheIn(directory.join("cache")).load();
    assert.deepEqual(loaded?.prefixes, ["/app"]);
    assert.deepEqual(loaded?.entries.map(({ key, value }) => [key, value]), ENTRIES.map(({ key, value }) => [key, value]));
    assert.equal((await stat(directory.join("cache/etcd.json"))).mode & 0o777, 0o600);
    assert.equal((await stat(directory.join("cache"))).mode & 0o777, 0o700);
  });

  test("keeps nothing of a backend whose values are secrets, and forgets what it had", async () => {
    await using directory = await tempDir();
    const cache = cacheIn(directory.path);
    cache.changed(snapshotOf(ENTRIES));
    await cache.flush();
    cache.changed(snapshotOf([{ key: toKey("/app/x"), value: "open", revision: 1, secret: true }]));
    await cache.flush();
    assert.equal(await cacheIn(directory.path).load(), undefined);
  });

  for (const [what, text] of [
    ["cut short", '{"format":1,"prefixes":["/app"],"entr'],
    ["of another format", '{"format":2}'],
    ["no cache at all", "[]"],
  ] as const) {
    test(`that is ${what} is passed over with a warning`, async () => {
      await using directory = await tempDir();
      await directory.write("etcd.json", text);
      const ports = realPorts();
      assert.equal(await cacheIn(directory.path, ports).load(), undefined);
      assert.deepEqual(ports.log.lines.map(({ message }) => message), ["Cache cannot be used"]);
    });
  }

  test("whose directory cannot be written says so once, and goes on", async () => {
    await using directory = await tempDir();
    const file = await directory.write("file", "");
    await chmod(file, 0o400);
    const ports = realPorts();
    const cache = cacheIn(`${file}/cache`, ports);
    for (let twice = 0; twice < 2; twice++) {
      cache.changed(snapshotOf(ENTRIES));
      await cache.flush();
    }
    assert.deepEqual(ports.log.lines.map(({ message }) => message), ["Cache cannot be saved"]);
  });

  test("tells by the time of its file until when it was right, which is set anew each minute that the backend lives", async () => {
    await using directory = await tempDir();
    const clock = manualClock();
    const cache = cacheIn(directory.path, { ...realPorts(), clock });
    cache.changed(snapshotOf(ENTRIES));
    await cache.flush();
    await utimes(directory.join("etcd.json"), new Date(0), new Date(0));
    let live = false;
    const stop = cache.keepFresh(() => live);
    await clock.advance(60_000);
    await cache.flush();
    assert.equal((await cache.load())?.heldAt, 0);
    live = true;
    await clock.advance(60_000);
    await cache.flush();
    assert.ok(Date.now() - ((await cache.load())?.heldAt ?? 0) < 10_000);
    stop();
  });
});

function cacheIn(directory: string, ports: Omit<ReturnType<typeof realPorts>, "clock"> & { clock: ConstructorParameters<typeof SnapshotCache>[0]["ports"]["clock"] } = realPorts()): SnapshotCache {
  return new SnapshotCache({ directory, backend: "etcd", ports });
}

function snapshotOf(entries: readonly Entry[]) {
  const store = new Store("etcd");
  return store.load([toKey("/app")], { position: { revision: 3 }, entries }, [toKey("/app")]).snapshot;
}
