import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "../../src/core/entry.ts";
import { AppError } from "../../src/core/error.ts";
import { type Key, toKey } from "../../src/core/key.ts";
import { Store } from "../../src/store/store.ts";

const root = toKey("/");

function entry(key: string, value: string, revision = 1): Entry {
  return { key: key as Key, value, revision };
}

function loaded(...entries: Entry[]): Store {
  const store = new Store("etcd");
  store.load([root], { position: { revision: 1 }, entries }, [root]);
  return store;
}

function keysOf(entries: readonly Entry[]): string[] {
  return entries.map(({ key }) => key);
}

test("entries() answers what is at and below a prefix, sorted, and no neighbour", () => {
  const store = loaded(entry("/app/b", "2"), entry("/apple", "x"), entry("/app", "0"), entry("/app/a", "1"), entry("/app-x", "y"));
  assert.deepEqual(keysOf(store.snapshot.entries(toKey("/app"))), ["/app", "/app/a", "/app/b"]);
  assert.equal(store.snapshot.entries(root).length, 5);
});

test("apply() tells the keys that changed and leaves earlier snapshots as they were", () => {
  const store = loaded(entry("/a", "1"), entry("/b", "1"));
  const before = store.snapshot;
  const { changed } = store.apply({
    kind: "changes",
    position: { revision: 2 },
    changes: [
      { type: "put", entry: entry("/a", "2", 2) },
      { type: "delete", key: toKey("/b") },
      { type: "put", entry: entry("/c", "3", 2) },
    ],
  });
  assert.deepEqual(changed, ["/a", "/b", "/c"]);
  assert.deepEqual(store.snapshot.entries(root).map(({ value }) => value), ["2", "3"]);
  assert.deepEqual(before.entries(root).map(({ value }) => value), ["1", "1"]);
  assert.equal(store.snapshot.revision, 2);
});

test("apply() of a change that is already known changes nothing", () => {
  const store = loaded(entry("/a", "1", 7));
  const again = store.apply({ kind: "changes", position: { revision: 7 }, changes: [{ type: "put", entry: entry("/a", "1", 7) }, { type: "delete", key: toKey("/gone") }] });
  assert.deepEqual(again.changed, []);
});

test("apply() of a subtree replaces what is below its prefix and nothing else", () => {
  const store = loaded(entry("/a/1", "x"), entry("/a/2", "x"), entry("/b", "x"));
  const { changed } = store.apply({ kind: "subtree", position: { revision: 3 }, prefix: toKey("/a"), entries: [entry("/a/2", "y"), entry("/a/3", "x")] });
  assert.deepEqual([...changed].sort(), ["/a/1", "/a/2", "/a/3"]);
  assert.deepEqual(keysOf(store.snapshot.entries(root)), ["/a/2", "/a/3", "/b"]);
});

test("A reading of a prefix replaces what is below it, and no neighbour", () => {
  const store = loaded(entry("/app", "0"), entry("/app/a", "1"), entry("/apple", "x"), entry("/app-x", "y"));
  const { changed } = store.load([toKey("/app")], { position: { revision: 2 }, entries: [] }, [root]);
  assert.deepEqual([...changed].sort(), ["/app", "/app/a"]);
  assert.deepEqual(keysOf(store.snapshot.entries(root)), ["/app-x", "/apple"]);
});

test("A reading that is denied a part keeps what it had of it, and says which", () => {
  const store = loaded(entry("/mine", "1"), entry("/theirs", "1"));
  const denied = new Map([[toKey("/theirs"), new AppError("BACKEND_DENIED", "Cannot read it")]]);
  const prefixes = [toKey("/mine"), toKey("/theirs")];
  assert.equal(store.load(prefixes, { position: { revision: 2 }, entries: [entry("/mine", "2", 2)], denied }, prefixes).permissions, true);
  const { snapshot } = store;
  assert.deepEqual([snapshot.covers({ key: toKey("/theirs/x") }), snapshot.denial({ key: toKey("/theirs") })?.code, snapshot.entry(toKey("/theirs"))?.value], [false, "BACKEND_DENIED", "1"]);
  assert.equal(store.load(prefixes, { position: { revision: 3 }, entries: [entry("/mine", "2", 2)], denied }, prefixes).permissions, false);
  assert.equal(store.load(prefixes, { position: { revision: 4 }, entries: [entry("/mine", "2", 2)] }, prefixes).permissions, true);
  assert.deepEqual(keysOf(store.snapshot.entries(root)), ["/mine"]);
});

test("a list that no change touched stays the same array", () => {
  const store = loaded(entry("/a/1", "x"), entry("/b/1", "x"));
  const [a, b] = [store.snapshot.entries(toKey("/a")), store.snapshot.entries(toKey("/b"))];
  store.apply({ kind: "changes", position: { revision: 2 }, changes: [{ type: "put", entry: entry("/b/1", "y", 2) }] });
  assert.equal(store.snapshot.entries(toKey("/a")), a);
  assert.notEqual(store.snapshot.entries(toKey("/b")), b);
});

test("load() of a further prefix widens what is covered", () => {
  const store = new Store("etcd");
  const [a, b] = [toKey("/a"), toKey("/b")];
  store.load([a], { position: { revision: 1 }, entries: [entry("/a/1", "x")] }, [a]);
  assert.ok(!store.snapshot.covers({ key: b }));
  const { changed } = store.load([b], { position: { revision: 1 }, entries: [entry("/b", "x")] }, [a, b]);
  assert.deepEqual(changed, ["/b"]);
  assert.ok(store.snapshot.covers({ key: toKey("/b/c") }) && store.snapshot.covers({ key: toKey("/a/1") }));
});

test("many keys put and deleted at once stay sorted", () => {
  const store = loaded(...Array.from({ length: 500 }, (_, index) => entry(`/k/${index}`, "x")));
  const changes = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? ({ type: "delete", key: toKey(`/k/${index}`) } as const) : ({ type: "put", entry: entry(`/n/${index}`, "x", 2) } as const)));
  store.apply({ kind: "changes", position: { revision: 2 }, changes });
  const keys = keysOf(store.snapshot.entries(root));
  assert.deepEqual(keys, [...keys].sort());
  assert.equal(keys.length, 500);
});
