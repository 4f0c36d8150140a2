import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dependency } from "../../src/core/dependency.ts";
import { toKey } from "../../src/core/key.ts";
import { DependencyIndex } from "../../src/engine/dependency-index.ts";

function reads(scope: Dependency["scope"], key: string, backend = "etcd"): Dependency {
  return { backend, key: toKey(key), scope };
}

function indexed(units: Record<string, Dependency[]>): DependencyIndex {
  const index = new DependencyIndex();
  for (const [unit, dependencies] of Object.entries(units)) index.set(unit, dependencies);
  return index;
}

test("readersOf() finds who read the key or a prefix above it, and nobody else", () => {
  const index = indexed({ key: [reads("key", "/a/b")], prefix: [reads("prefix", "/a")], root: [reads("prefix", "/")], neighbour: [reads("prefix", "/a/bc")], elsewhere: [reads("key", "/a/b", "consul")] });
  assert.deepEqual([...index.readersOf("etcd", [toKey("/a/b")])].sort(), ["key", "prefix", "root"]);
  assert.deepEqual([...index.readersOf("etcd", [toKey("/a/b/c")])].sort(), ["prefix", "root"]);
  assert.deepEqual([...index.readersOf("consul", [toKey("/a/b")])], ["elsewhere"]);
});

test("set() replaces what a unit read before", () => {
  const index = indexed({ unit: [reads("key", "/old")] });
  index.set("unit", [reads("key", "/new")]);
  assert.deepEqual([...index.readersOf("etcd", [toKey("/old")])], []);
  assert.deepEqual([...index.readersOf("etcd", [toKey("/new")])], ["unit"]);
});
