import assert from "node:assert/strict";
import { test } from "node:test";
import { covering, covers, joinKey, type Key, lineage, relativeKey, specialKey, storedKey, toKey } from "../../src/core/key.ts";

test("toKey() makes one form of what people write", () => {
  for (const written of ["db/host", "/db/host", "/db//host/", "db//host"]) assert.equal(toKey(written), "/db/host");
  for (const written of ["", "/", "//"]) assert.equal(toKey(written), "/");
});

test("storedKey() refuses names that are not canonical", () => {
  assert.equal(storedKey("/a/b"), "/a/b");
  for (const name of ["a", "/a/", "/a//b", ""]) assert.equal(storedKey(name), undefined);
});

test("covers() keeps to whole segments", () => {
  assert.ok(covers(toKey("/app"), toKey("/app")));
  assert.ok(covers(toKey("/app"), toKey("/app/x/y")));
  assert.ok(!covers(toKey("/app"), toKey("/apple")));
  assert.ok(!covers(toKey("/app/x"), toKey("/app")));
  assert.ok(covers(toKey("/"), toKey("/app")));
  assert.ok(!covers(toKey("/"), specialKey("service", "web")));
});

test("joinKey() and relativeKey() undo each other", () => {
  const prefix = toKey("/production");
  assert.equal(joinKey(prefix, toKey("/db/host")), "/production/db/host");
  assert.equal(relativeKey(prefix, toKey("/production/db/host")), "/db/host");
  assert.equal(relativeKey(prefix, joinKey(prefix, toKey("/"))), "/");
  assert.equal(joinKey(prefix, specialKey("service", "web")), "service:web");
});

test("lineage() goes up to the root, and stays with a special key", () => {
  assert.deepEqual([...lineage(toKey("/a/b"))], ["/a/b", "/a", "/"]);
  assert.deepEqual([...lineage(specialKey("ip", "a/b"))], ["ip:a/b"]);
});

test("covering() keeps the fewest prefixes", () => {
  const keys = ["/b", "/a/x", "/a", "/a/y/z", "service:web"] as Key[];
  assert.deepEqual(covering(keys), ["/a", "/b", "service:web"]);
});
