import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { test } from "node:test";
import { tempDir } from "../support/temp.ts";
import { keysAt, refusalOf } from "./data-support.ts";

const refused: readonly [string, string, string, string][] = [
  ["A comment in JSON", "d.json", '{"a": 1,\n // no\n "b": 2}', 'd.json:2:2: Cannot read "d.json": JSON has no comments\n  2 |  // no\n       ^'],
  ["A comment in JSON that spans lines", "d.json", '{"a": 1 /* no */}', 'd.json:1:9: Cannot read "d.json": JSON has no comments\n  1 | {"a": 1 /* no */}\n              ^'],
  ["A trailing comma in a JSON table", "d.json", '{\n  "a": 1,\n}', 'd.json:3:1: Cannot read "d.json": a comma before "}"\n  3 | }\n      ^'],
  ["A trailing comma in a JSON list", "d.json", '{"a": [1,]}', 'd.json:1:10: Cannot read "d.json": a comma before "]"\n  1 | {"a": [1,]}\n               ^'],
  ["A name without quotes in JSON", "d.json", "{a: 1}", 'd.json:1:2: Cannot read "d.json": a name in double quotes is missing\n  1 | {a: 1}\n       ^'],
  ["A number that JSON does not have", "d.json", '{"a": 0755}', 'd.json:1:7: Cannot read "d.json": a value is missing\n  1 | {"a": 0755}\n            ^'],
  ["A line break in a JSON text", "d.json", '{"a": "x\n"}', 'd.json:1:7: Cannot read "d.json": a text has no end, or holds a line break or an unknown escape\n  1 | {"a": "x\n            ^'],
  ["A JSON text without an end", "d.json", '{"a": "x\\"}', 'd.json:1:7: Cannot read "d.json": a text has no end, or holds a line break or an unknown escape\n  1 | {"a": "x\\"}\n            ^'],
  ["More behind a JSON value", "d.json", '{"a": 1} x', 'd.json:1:10: Cannot read "d.json": nothing may follow\n  1 | {"a": 1} x\n               ^'],
  ["A name that is twice in JSON", "d.json", '{"a": 1,\n"a": 2}', 'd.json:2:1: Cannot read "d.json": "a" is there twice\n  2 | "a": 2}\n      ^'],
  ["A name that is twice in YAML", "d.yaml", "a: 1\r\na: 2\r\n", 'd.yaml:2:1: Cannot read "d.yaml": a name is there twice\n  2 | a: 2\n      ^'],
  ["A name that is twice in TOML", "d.toml", "a = 1\na = 2\n", 'd.toml:2:1: Cannot read "d.toml": Defining a key multiple times is invalid\n  2 | a = 2\n      ^'],
  ["An unknown YAML alias", "d.yaml", "a: 1\nb: *no\n", 'd.yaml:2:4: Cannot read "d.yaml": there is no anchor "no" before it\n  2 | b: *no\n         ^'],
  ["A YAML alias of what it is in", "d.yaml", "a: &a\n  b: *a\n", 'd.yaml:2:6: Cannot read "d.yaml": alias "a" stands for what it is in\n  2 |   b: *a\n           ^'],
  ["A YAML table that merges itself", "d.yaml", "a: &a\n  <<: *a\n", 'd.yaml:2:7: Cannot read "d.yaml": alias "a" stands for what it is in\n  2 |   <<: *a\n            ^'],
  ["A second YAML document", "d.yaml", "a: 1\n---\nb: 1\n", 'd.yaml:2:1: Cannot read "d.yaml": it holds more than one document\n  2 | ---\n      ^'],
  ["An empty name", "d.yaml", 'ok: 1\n"": x\n', 'd.yaml:2:1: Cannot read "d.yaml": name "" is no key, an empty segment is in it\n  2 | "": x\n      ^'],
  ["An empty name of a table", "d.json", '{"a": {"": {"b": 1}}}', 'd.json:1:13: Cannot read "d.json": name "a//b" is no key, an empty segment is in it\n  1 | {"a": {"": {"b": 1}}}\n                  ^'],
  ["A name with a slash at its end", "d.toml", '"a/" = 1\n', 'd.toml:1:1: Cannot read "d.toml": name "a/" is no key, an empty segment is in it\n  1 | "a/" = 1\n      ^'],
  ["A key that is written in two ways", "d.yaml", "a/b: 1\na: {b: 2}\n", 'd.yaml:2:5: Cannot read "d.yaml": key "/a/b" is there twice\n  2 | a: {b: 2}\n          ^'],
  ["A file of one value", "d.yaml", "just text\n", 'd.yaml:1:1: Cannot read "d.yaml": it holds one value and no names\n  1 | just text\n      ^'],
];

for (const [what, name, text, message] of refused) {
  test(`${what} is refused with its line`, async () => assert.equal(await refusalOf(name, text), message));
}

test("What is not UTF-8 is refused", async () => assert.equal(await refusalOf("d.yaml", Uint8Array.of(0x61, 0x3a, 0x20, 0xff)), 'Cannot read "d.yaml": it is not UTF-8'));

test("Aliases of aliases cannot fill the memory", async () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let depth = 1; depth < 9; depth++) lines.push(`a${depth}: &a${depth} [${Array(10).fill(`*a${depth - 1}`).join(", ")}]`);
  assert.match(await refusalOf("d.yaml", lines.join("\n")), /its aliases make more than 1000000 values/);
});

test("What is nested too deeply is refused", async () => {
  for (const name of ["d.json", "d.yaml"]) assert.match(await refusalOf(name, "[".repeat(20_000)), /it is nested too deeply/, name);
});

test("The line of a fault is left out when it is long", async () => {
  assert.equal(await refusalOf("d.json", `{"a": "${"x".repeat(1_000)}",}`), 'd.json:1:1010: Cannot read "d.json": a comma before "}"');
});

test("A missing file is told, with where its name comes from", async () => {
  await using dir = await tempDir();
  await assert.rejects(keysAt(dir.join("none.yaml")), { code: "BACKEND_DATA", message: /none\.yaml": there is no such file$/, hint: /--file-path/ });
});

test("A file that may not be read is told", async () => {
  await using dir = await tempDir();
  const path = await dir.write("d.yaml", "a: 1\n");
  await chmod(dir.path, 0o755);
  await chmod(path, 0);
  process.seteuid?.(65_534);
  try {
    await assert.rejects(keysAt(path), { code: "BACKEND_DATA", message: /^Cannot read ".*": EACCES/ });
  } finally {
    process.seteuid?.(0);
  }
});
