import assert from "node:assert/strict";
import { test } from "node:test";
import { tempDir } from "../support/temp.ts";
import { keysAt, keysIn } from "./data-support.ts";

test("YAML scalars are text as they are written", async () => {
  const written = ["1.10", "0755", "0o17", "0x1F", "yes", "No", "on", "true", "1e3", ".inf", "1_000", "2001-12-14", "12:30:45", "12345678901234567890", "1.0"];
  const expected = Object.fromEntries(written.map((text, index) => [`/k${index}`, text]));
  assert.deepEqual(await keysIn("d.yaml", written.map((text, index) => `k${index}: ${text}\n`).join("")), expected);
  assert.deepEqual(await keysIn("d.yml", `%YAML 1.1\n---\na: 0755\nb: !!int 010\nc: !custom x\n1.50: n\n`), { "/a": "0755", "/b": "010", "/c": "x", "/1.50": "n" });
});

test("JSON numbers are text as they are written", async () => {
  assert.deepEqual(await keysIn("d.json", '{"a":1.10,"b":-0.0,"c":1E+3,"d":12345678901234567890,"e":true}'), { "/a": "1.10", "/b": "-0.0", "/c": "1E+3", "/d": "12345678901234567890", "/e": "true" });
});

test("TOML numbers and dates are text as they are written", async () => {
  const text = "a = 1.10\nb = 0o755\nc = 1_000\nd = 1979-05-27T07:32:00Z\ne = 1979-05-27\nf = 07:32:00.50\ng = 9007199254740993\nh = inf\n";
  assert.deepEqual(await keysIn("d.toml", text), { "/a": "1.10", "/b": "0o755", "/c": "1_000", "/d": "1979-05-27T07:32:00Z", "/e": "1979-05-27", "/f": "07:32:00.50", "/g": "9007199254740993", "/h": "inf" });
});

test("Strings are read by the rules of each format", async () => {
  assert.deepEqual(await keysIn("d.yaml", "a: 'it''s'\nb: \"x\\ty\"\nc: |\n  one\n  two\nd: >-\n  one\n  two\ne: ''\n"), { "/a": "it's", "/b": "x\ty", "/c": "one\ntwo\n", "/d": "one two", "/e": "" });
  assert.deepEqual(await keysIn("d.json", String.raw`{"a":"\u00e9\n\"","b":""}`), { "/a": 'é\n"', "/b": "" });
  assert.deepEqual(await keysIn("d.toml", "a = 'C:\\x'\nb = \"\"\"\none\ntwo\"\"\"\nc = ''\n"), { "/a": "C:\\x", "/b": "one\ntwo", "/c": "" });
});

test("A text of many megabytes is read", async () => {
  const text = "é\n".repeat(2_000_000);
  assert.equal((await keysIn("d.json", JSON.stringify({ text })))["/text"], text);
});

test("Null, empty tables, empty lists and empty files hold no keys", async () => {
  assert.deepEqual(await keysIn("d.yaml", "a:\nb: ~\nc: null\nd: {}\ne: []\nf: 'null'\ng: !!str null\n"), { "/f": "null", "/g": "null" });
  assert.deepEqual(await keysIn("d.json", '{"a": null, "b": {}, "c": []}'), {});
  for (const name of ["d.yaml", "d.json", "d.toml"]) for (const text of ["", "\n", "\uFEFF"]) assert.deepEqual(await keysIn(name, text), {}, name);
  assert.deepEqual(await keysIn("d.yaml", "# nothing yet\n"), {});
});

test("Names may hold slashes, and one at their begin", async () => {
  const expected = { "/a/b": "1", "/a/c": "2", "/d/e/f": "3" };
  assert.deepEqual(await keysIn("d.yaml", "a/b: 1\na: {c: 2}\n/d/e: {f: 3}\n"), expected);
  assert.deepEqual(await keysIn("d.json", '{"a/b": 1, "a": {"c": 2}, "/d/e": {"f": 3}}'), expected);
  assert.deepEqual(await keysIn("d.toml", '"a/b" = 1\na = {c = 2}\n["/d/e"]\nf = 3\n'), expected);
});

test("Lists of tables are keys by their place", async () => {
  const expected = { "/srv/0/port": "80", "/srv/1/port": "81", "/srv/1/tags/0": "x" };
  assert.deepEqual(await keysIn("d.yaml", "srv:\n- port: 80\n- port: 81\n  tags: [x]\n"), expected);
  assert.deepEqual(await keysIn("d.json", '{"srv":[{"port":80},{"port":81,"tags":["x"]}]}'), expected);
  assert.deepEqual(await keysIn("d.toml", '[[srv]]\nport = 80\n[[srv]]\nport = 81\ntags = ["x"]\n'), expected);
});

test("YAML anchors and merge keys are read, and what a table says itself goes first", async () => {
  const text = "base: &base {host: a, port: 1}\nmore: &more {port: 2, user: u}\none:\n  <<: *base\n  port: 9\ntwo:\n  <<: [*base, *more]\nname: &n web\nsame: *n\n";
  const base = { "/base/host": "a", "/base/port": "1", "/more/port": "2", "/more/user": "u", "/name": "web", "/same": "web" };
  assert.deepEqual(await keysIn("d.yaml", text), { ...base, "/one/host": "a", "/one/port": "9", "/two/host": "a", "/two/port": "1", "/two/user": "u" });
});

test("CRLF and a byte order mark are no part of values", async () => {
  for (const [name, text] of [["d.yaml", "a: 1\r\nb: x\r\n"], ["d.json", '{"a": 1,\r\n"b": "x"}\r\n'], ["d.toml", 'a = 1\r\nb = "x"\r\n']] as const) {
    assert.deepEqual(await keysIn(name, `\uFEFF${text}`), { "/a": "1", "/b": "x" }, name);
  }
});

test("A directory is read without hidden files and files of other kinds", async () => {
  await using dir = await tempDir();
  await dir.write("a.yaml", "db: {host: h}\n");
  await dir.write("b.toml", "[db]\nport = 1\n");
  await dir.write("c.json", '{"x": 1}');
  await dir.write(".hidden.yaml", "x: 2\n");
  await dir.write("notes.txt", "x: 3\n");
  assert.deepEqual(await keysAt(dir.path), { "/db/host": "h", "/db/port": "1", "/x": "1" });
});

test("A name of JavaScript's own is a name like any other", async () => {
  const expected = { "/__proto__/a": "1", "/constructor": "2" };
  assert.deepEqual(await keysIn("d.json", '{"__proto__": {"a": 1}, "constructor": 2}'), expected);
  assert.deepEqual(await keysIn("d.yaml", "__proto__: {a: 1}\nconstructor: 2\n"), expected);
  assert.deepEqual(await keysIn("d.toml", "constructor = 2\n[__proto__]\na = 1\n"), expected);
});
