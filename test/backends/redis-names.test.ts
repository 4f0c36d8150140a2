import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Journal } from "../../src/backends/redis/journal.ts";
import { commonStart, globOf, namesWith } from "../../src/backends/redis/names.ts";
import { covers, ROOT, toKey } from "../../src/core/key.ts";

const anyKey = fc.array(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }).map((parts) => toKey(parts.join("/"))).filter((key) => key !== ROOT);

describe("names of Redis", () => {
  test("are of one key each, whatever the separator", () => {
    fc.assert(
      fc.property(anyKey, fc.constantFrom("/", ":", "::", "."), (key, separator) => {
        const { nameOf, keyOf } = namesWith(separator);
        const found = keyOf(nameOf(key));
        // A key with the separator in it, or with a part of it beside a slash, would be another one's name.
        if (separator === "/" || ![...separator].some((char) => key.includes(char))) assert.equal(found, key);
        if (found !== undefined) assert.equal(nameOf(found), nameOf(key));
      }),
    );
  });

  test("below a prefix begin with what is asked for", () => {
    fc.assert(
      fc.property(anyKey, anyKey, (prefix, key) => {
        const { nameOf, startBelow } = namesWith("/");
        assert.equal(nameOf(key).startsWith(startBelow(prefix)), covers(prefix, key) && key !== prefix);
      }),
    );
  });

  test("have one beginning together, and a pattern takes it literally", () => {
    assert.equal(commonStart(["/app/a/", "/app/b/", "/apple/"]), "/app");
    assert.equal(commonStart(["/a/"]), "/a/");
    assert.equal(globOf("/a[b]*?\\^-/"), "/a\\[b\\]\\*\\?\\\\\\^\\-/*");
  });
});

describe("the journal of what was told", () => {
  test("answers the names after a number, each once", () => {
    const journal = new Journal();
    for (const name of ["a", "b", "a"]) journal.note(name);
    assert.deepEqual([journal.since(0), journal.since(2), journal.since(3)], [["b", "a"], ["a"], []]);
  });

  test("says that everything may have changed, where it cannot know", () => {
    const journal = new Journal();
    journal.note("a");
    journal.noteAll();
    journal.note("b");
    assert.deepEqual([journal.since(1), journal.since(2)], ["all", ["b"]]);
    for (let number = 0; number < 60_000; number += 1) journal.note(`name-${number}`);
    assert.equal(journal.since(3), "all");
    assert.equal((journal.since(journal.number - 5) as string[]).length, 5);
  });

  test("wakes whoever waits, at once where there is something already", () => {
    const journal = new Journal();
    let woken = 0;
    const end = journal.onMore(0, () => void (woken += 1));
    journal.note("a");
    end();
    journal.note("b");
    journal.onMore(1, () => void (woken += 1))();
    assert.equal(woken, 2);
  });
});
