import assert from "node:assert/strict";
import { chmod, chown, lstat, readdir, readFile, stat, symlink } from "node:fs/promises";
import { test } from "node:test";
import { toKey } from "../../src/core/key.ts";
import { tempDir } from "../support/temp.ts";
import { keysAt, writingTo } from "./data-support.ts";

const YAML = "# Ours\nbig: 12345678901234567890 # keep\nfloat: 1.10\nmode: 0755\nday: 2001-12-14\nlist:\n- a\n- b\n\n# The database\ndb:\n  host: 'x'\n  port: 5432\n";
const JSON_TEXT = '{\n    "big": 12345678901234567890,\n    "float": 1.10,\n    "db": {\n        "host": "x",\n        "port": 5432\n    }\n}\n';
const TOML = "# Ours\nbig = 9007199254740993 # keep\nfloat = 1.10\nday = 1979-05-27\npoint = { x = 1, y = 2 }\n\n# The database\n[db]\nhost = 'x' # first\nport = 5_432\n\n[other]\nz = 1\n";

/** What a file says after some keys were put; undefined deletes. */
async function after(name: string, text: string, changes: Record<string, string | undefined>): Promise<string> {
  await using dir = await tempDir();
  const path = await dir.write(name, text);
  await writingTo(path, async (writer) => {
    for (const [key, value] of Object.entries(changes)) await (value === undefined ? writer.delete(toKey(key)) : writer.put(toKey(key), value));
  });
  return readFile(path, "utf8");
}

test("put() into YAML keeps comments, order, indentation and all that other values say", async () => {
  assert.equal(await after("d.yaml", YAML, { "/db/host": "z" }), YAML.replace("'x'", "z"));
  assert.equal(await after("d.yaml", YAML, { "/big": "7" }), YAML.replace("12345678901234567890", '"7"'));
  assert.equal(await after("d.yaml", YAML, { "/db/tls/on": "yes" }), `${YAML}  tls:\n    "on": "yes"\n`);
});

test("put() into JSON keeps order, indentation and all that other values say", async () => {
  assert.equal(await after("d.json", JSON_TEXT, { "/db/host": "y" }), JSON_TEXT.replace('"x"', '"y"'));
  assert.equal(await after("d.json", JSON_TEXT, { "/db/tls/on": "1" }), JSON_TEXT.replace("5432\n", '5432,\n        "tls": {\n            "on": "1"\n        }\n'));
});

test("put() into TOML keeps comments, order and all that other values say", async () => {
  assert.equal(await after("d.toml", TOML, { "/db/host": "y", "/point/y": "3" }), TOML.replace("'x'", '"y"').replace("y = 2", 'y = "3"'));
  assert.equal(await after("d.toml", TOML, { "/db/tls/on": "1", "/top": "t", "/point/z": "3" }), TOML.replace("5_432\n", '5_432\ntls.on = "1"\n').replace("y = 2 }", 'y = 2, z = "3" }').replace("\n\n# The", '\ntop = "t"\n\n# The'));
  assert.equal(await after("d.toml", "[db]\nhost = 'x'", { "/db/odd name": "1", "/a/b": "2" }), "a.b = \"2\"\n[db]\nhost = 'x'\n\"odd name\" = \"1\"\n");
});

test("delete() takes the key alone", async () => {
  assert.equal(await after("d.yaml", YAML, { "/float": undefined }), YAML.replace("float: 1.10\n", ""));
  assert.equal(await after("d.json", JSON_TEXT, { "/float": undefined }), JSON_TEXT.replace('    "float": 1.10,\n', ""));
  assert.equal(await after("d.toml", TOML, { "/float": undefined, "/db/host": undefined, "/point/x": undefined }), TOML.replace("float = 1.10\n", "").replace("host = 'x' # first\n", "").replace("x = 1, ", ""));
});

for (const [name, text] of [["d.yaml", YAML], ["d.json", JSON_TEXT], ["d.toml", TOML]] as const) {
  test(`delete() of what is not in ${name} answers false and leaves the file as it is`, async () => {
    await using dir = await tempDir();
    const path = await dir.write(name, text);
    const { ino } = await stat(path);
    for (const key of ["/none", "/db", "/db/none/below", "/db/host/below", "/"]) assert.equal(await writingTo(path, (writer) => writer.delete(toKey(key))), false, key);
    assert.deepEqual([await readFile(path, "utf8"), (await stat(path)).ino], [text, ino]);
  });

  test(`put() of a table, or below a value, is refused in ${name}`, async () => {
    await using dir = await tempDir();
    const path = await dir.write(name, text);
    await assert.rejects(writingTo(path, (writer) => writer.put(toKey("/db"), "x")), { code: "BACKEND_CONFLICT", message: /^Cannot write "\/db" to ".*": it is a table$/ });
    await assert.rejects(writingTo(path, (writer) => writer.put(toKey("/"), "x")), { code: "BACKEND_CONFLICT", message: /it is a table$/ });
    await assert.rejects(writingTo(path, (writer) => writer.put(toKey("/db/host/below"), "x")), { code: "BACKEND_CONFLICT", message: /"\/db\/host" holds a value$/ });
    assert.equal(await readFile(path, "utf8"), text);
  });
}

test("An item of a list can be put, but no list grows or shrinks", async () => {
  assert.equal(await after("d.yaml", YAML, { "/list/1": "c" }), YAML.replace("- b", "- c"));
  await assert.rejects(after("d.yaml", YAML, { "/list/2": "c" }), { code: "BACKEND_CONFLICT", message: /"\/list" is a list$/ });
  await assert.rejects(after("d.yaml", YAML, { "/list/1": undefined }), { code: "BACKEND_CONFLICT", message: /it is an item of a list$/ });
});

test("What would change other keys through an anchor is refused", async () => {
  const text = "a: &x 1\nb: *x\nbase: &base {p: 1}\none:\n  <<: *base\n";
  await assert.rejects(after("d.yaml", text, { "/a": "2" }), { code: "BACKEND_CONFLICT", message: /other keys would change with it$/ });
  await assert.rejects(after("d.yaml", text, { "/one/p": undefined }), { code: "BACKEND_CONFLICT", message: /other keys would change with it$/ });
  assert.match(await after("d.yaml", text, { "/b": "2", "/one/p": "3" }), /a: &x 1\nb: "2"\n[^]*\n {2}<<: \*base\n {2}p: "3"\n$/);
});

test("CRLF stays, and an empty or missing file begins with the first key", async () => {
  assert.equal(await after("d.yaml", "a: x\r\nb: y\r\n", { "/b": "z" }), "a: x\r\nb: z\r\n");
  assert.equal(await after("d.toml", "a = 'x'\r\n", { "/b": "z" }), "a = 'x'\r\nb = \"z\"\r\n");
  assert.equal(await after("d.yaml", "# ours\n", { "/a/b": "z" }), "# ours\n\na:\n  b: z\n");
  assert.equal(await after("d.json", "", { "/a": "z" }), '{\n  "a": "z"\n}\n');
  await using dir = await tempDir();
  await writingTo(dir.join("new.toml"), (writer) => writer.put(toKey("/a"), "1"));
  assert.deepEqual(await keysAt(dir.join("new.toml")), { "/a": "1" });
});

test("A write keeps mode, owner and symlink, and leaves nothing behind", async () => {
  await using dir = await tempDir();
  const path = await dir.write("real/d.yaml", "a: 1\n");
  await chmod(path, 0o640);
  await chown(path, 1234, 2345);
  await symlink("real/d.yaml", dir.join("link.yaml"));
  await writingTo(dir.join("link.yaml"), (writer) => writer.put(toKey("/a"), "2"));
  const { mode, uid, gid } = await stat(path);
  assert.deepEqual([mode & 0o7777, uid, gid], [0o640, 1234, 2345]);
  assert.ok((await lstat(dir.join("link.yaml"))).isSymbolicLink());
  assert.deepEqual(await readdir(dir.join("real")), ["d.yaml"]);
  assert.deepEqual(await keysAt(path), { "/a": "2" });
});

test("Puts at once do not lose one another, and no reader sees half a file", async () => {
  await using dir = await tempDir();
  const path = await dir.write("d.json", JSON.stringify({ filler: "x".repeat(100_000) }));
  let done = false;
  const puts = Promise.all(Array.from({ length: 10 }, (_, index) => writingTo(path, (writer) => writer.put(toKey(`/k${index}`), `${index}`)))).finally(() => (done = true));
  let reads = 0;
  for (; !done; reads++) assert.equal((await keysAt(path))["/filler"], "x".repeat(100_000));
  await puts;
  assert.ok(reads > 0);
  assert.equal(Object.keys(await keysAt(path)).length, 11);
});
