import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { withKey, withoutKey } from "../../src/backends/data-edit.ts";
import { leavesOf, syntaxOf } from "../../src/backends/data-file.ts";
import { toKey } from "../../src/core/key.ts";

const TEXTS: Readonly<Record<string, string>> = {
  "d.yaml": "# Ours\na: 1.10 # one\ndb: {host: 'x', on: yes}\nlist:\n- 0755\n- b\ntext: |\n  one\n    two\n\nlast: {}\n",
  "d.json": '{"a": 1.10, "db": {"host": "x"}, "list": [12345678901234567890, "b"], "last": {}}',
  "d.toml": "# Ours\na = 1.10 # one\nlist = [1_000, 'b']\ndb = {host = 'x'}\n[last]\nday = 1979-05-27\n[[srv]]\nport = 1\n",
};

/** Any Unicode text, and those that are likely to be taken for something else. */
const value = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom(..."\n\r\t :#-'\"{}[]|>&*!%@`\\,0e~ax\u0085\u2028\uFEFF\u007F") }), fc.constantFrom("null", "~", "yes", "0755", "1.10", "<<", "---", "...", "2001-12-14"));
const name = fc.string({ unit: fc.constantFrom(..."ab-_. 0:#'\"\\é~<\n"), minLength: 1, maxLength: 4 });
const newKey = fc.array(fc.oneof(name, fc.constantFrom("<<", "null", "1.10", "---")), { minLength: 1, maxLength: 3 }).map((names) => toKey(`/new/${names.join("/")}`));

for (const [path, text] of Object.entries(TEXTS)) {
  const syntax = await syntaxOf(path);
  const keysOf = (of: string) => Object.fromEntries(leavesOf(path, of, syntax).map((leaf) => [leaf.key, leaf.value]));

  test(`what is put into ${path} is read, and other keys stay`, () => {
    const key = fc.oneof(fc.constantFrom(...["/a", "/db/host", "/list/1", "/db/port", "/last/x", "/z"].map(toKey)), newKey);
    fc.assert(
      fc.property(key, value, (one, content) => {
        assert.deepEqual(keysOf(withKey({ path, text, syntax }, one, content)), { ...keysOf(text), [one]: content });
      }),
      { numRuns: 300 },
    );
  });

  test(`what was put into ${path} can be put again and deleted`, () => {
    fc.assert(
      fc.property(newKey, value, value, (key, first, second) => {
        const once = withKey({ path, text, syntax }, key, first);
        const twice = withKey({ path, text: once, syntax }, key, second);
        const without = withoutKey({ path, text: twice, syntax }, key);
        assert.deepEqual(keysOf(without ?? ""), keysOf(text));
      }),
      { numRuns: 100 },
    );
  });
}
