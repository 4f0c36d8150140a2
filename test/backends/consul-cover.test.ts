import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { fewPrefixes } from "../../src/backends/consul-cover.ts";
import { covers, type Key, specialKey, toKey } from "../../src/core/key.ts";

describe("fewPrefixes()", () => {
  test("keeps what is few, without what is covered already", () => {
    assert.deepEqual(few(["/b", "/a", "/a/x"], 2), ["/a", "/b"]);
  });

  test("merges the most siblings first", () => {
    assert.deepEqual(few(["/a/1", "/a/2", "/b/1", "/b/2", "/b/3"], 3), ["/a/1", "/a/2", "/b"]);
  });

  test("merges the deepest of equal families first", () => {
    assert.deepEqual(few(["/a/1", "/a/2", "/b/c/1", "/b/c/2"], 3), ["/a/1", "/a/2", "/b/c"]);
  });

  test("leaves keys at the top apart while there is something else to merge", () => {
    assert.deepEqual(few(["/1", "/2", "/3", "/a/1", "/a/2"], 4), ["/1", "/2", "/3", "/a"]);
  });

  test("raises the deepest when no two are siblings", () => {
    assert.deepEqual(few(["/app/1/key", "/app/2/key", "/app/3/key"], 1), ["/app"]);
  });

  test("ends at the root", () => {
    assert.deepEqual(few(["/1", "/2", "/3"], 2), ["/"]);
  });

  test("neither merges nor counts keys that the backend makes", () => {
    const special = [specialKey("service", "a"), specialKey("service", "b"), specialKey("services", "")];
    assert.deepEqual(fewPrefixes([...special, toKey("/a"), toKey("/b")], 1), ["/", ...special]);
  });

  test("covers all with at most so many, whatever the keys are", () => {
    const key = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 5 }).map((segments) => toKey(segments.join("/")));
    fc.assert(
      fc.property(fc.array(key, { maxLength: 40 }), fc.integer({ min: 1, max: 16 }), (keys, most) => {
        const prefixes = fewPrefixes(keys, most);
        return prefixes.length <= most && keys.every((wanted) => prefixes.some((prefix) => covers(prefix, wanted)));
      }),
    );
  });

  test("takes 10,000 keys of as many folders in less than a second", () => {
    const keys = Array.from({ length: 10_000 }, (_, number) => `/app/${number % 5_000}/${number}`);
    const started = performance.now();
    assert.deepEqual(few(keys, 16), ["/app"]);
    assert.ok(performance.now() - started < 1_000);
  });
});

function few(keys: readonly string[], most: number): Key[] {
  return fewPrefixes(keys.map(toKey), most);
}
