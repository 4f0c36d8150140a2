import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failure, rendered } from "../support.ts";

describe("json, jsonArray and fromJson", () => {
  test("read what a text holds", async () => {
    const data = { "/db": '{"host": "h", "ports": [1, 2], "tls": {"on": true}}', "/list": '["a", {"b": null}]' };
    assert.equal(await rendered('{% set db = json(getv("/db")) %}{{ db.host }} {{ db.ports }} {{ db.tls.on }}', { data }), "h 1,2 true");
    assert.equal(await rendered('{% for x in jsonArray(getv("/list")) %}{{ x if loop.first else "[" ~ x.b ~ "]" }}{% endfor %}', { data }), "a[]");
    assert.equal(await rendered('{{ fromJson("3") }} {{ fromJson("[1]") }} {{ "true" | fromJson }} [{{ fromJson("null") }}]'), "3 1 true []");
  });

  test("print whole numbers as they are written, however large", async () => {
    const text = '{"a": 1234567, "b": 12345678901234567890, "c": -98765432109876543210, "d": [9007199254740993], "e": "12345678901234567890", "f": 0.1234567890123456789, "g": 9007199254740991, "h\\"1234567890123456789": 1}';
    const source = `{% set j = json(getv("/j")) %}{{ j.a }} {{ j.b }} {{ j.c }} {{ j.d }} {{ j.e }} {{ j.g + 0 }}`;
    assert.equal(await rendered(source, { data: { "/j": text } }), "1234567 12345678901234567890 -98765432109876543210 9007199254740993 12345678901234567890 9007199254740991");
  });

  test("fail for a member that is not there", async () => {
    assert.match((await failure('{{ json(\'{"a": 1}\').b }}')).message, /an object has no member "b"/);
  });

  test("fail for the wrong kind", async () => {
    assert.match((await failure('{{ json("[]") }}')).message, /json\(\): the JSON text holds a list, not an object/);
    assert.match((await failure('{{ jsonArray("{}") }}')).message, /jsonArray\(\): the JSON text holds an object, not a list/);
  });

  test("fail for what is not JSON without a word of it", async () => {
    const error = await failure('{{ json(getv("/secret")) }}', { data: { "/secret": '{"password": hunter2}' } });
    assert.equal(error.message, 'Cannot render "main.njk": json(): the text is not JSON');
    assert.equal(JSON.stringify([error.message, error.hint]).includes("hunter"), false);
  });
});

describe("toJson and toPrettyJson", () => {
  test("write JSON with sorted members", async () => {
    assert.equal(await rendered('{{ toJson({ b: [1, null], a: "<&>" }) }} {{ "x" | toJson }}'), '{"a":"<&>","b":[1,null]} "x"');
    assert.equal(await rendered('{{ toPrettyJson(map("b", 1, "a", [])) }}'), '{\n  "a": [],\n  "b": 1\n}');
  });

  test("write pairs", async () => {
    assert.equal(await rendered('{{ toJson(gets("/*")) }}', { data: { "/a": "1" } }), '[{"key":"/a","value":"1"}]');
  });

  test("fail for a function", async () => {
    assert.match((await failure("{{ toJson([getv]) }}")).message, /a function has no JSON/);
  });
});
