import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AppError } from "../../src/core/error.ts";
import { type Key, ROOT } from "../../src/core/key.ts";
import type { Opener } from "../../src/core/opener.ts";
import { Secret } from "../../src/core/secret.ts";
import { compileItems, type Lookup, renderItems } from "../../src/template/index.ts";
import { closed, type Data, lookupOf } from "./support.ts";

const opening: Opener = { ...closed, opened: ({ entry }) => ({ kind: "opened", secret: new Secret(`opened ${entry.key}`) }) };

function list(forEach: string, data: Data, { prefix = ROOT, lookup = lookupOf(data) }: { readonly prefix?: Key; readonly lookup?: Lookup } = {}) {
  return renderItems(compileItems(forEach), { lookup, opener: opening, prefix, defaultBackend: "etcd", env: {}, now: () => new Date(0) });
}

/** The items as plain objects. */
const items = (...given: Parameters<typeof list>) => list(...given).items.map(({ item }) => ({ ...item }));

describe("for_each of a glob", () => {
  test("has an item for each key and each directory right below, sorted, as seen below the unit's prefix", () => {
    const data = { "/p/v/b": "1", "/p/v/a/x": "2", "/p/v/a/y": "3", "/p/w": "4" };
    assert.deepEqual(items("/v/*", data, { prefix: "/p" as Key }), [{ name: "a", key: "/v/a" }, { name: "b", key: "/v/b", value: "1" }]);
  });

  test("names an item after the last segment that has a wildcard", () => {
    assert.deepEqual(items("/v/*/ready", { "/v/a/ready": "1", "/v/b/other": "2" }), [{ name: "a", key: "/v/a/ready", value: "1" }]);
    assert.deepEqual(items("/*/v-?/end", { "/x/v-1/end": "" }), [{ name: "v-1", key: "/x/v-1/end", value: "" }]);
  });

  test("has keys of another backend by which templates find them", () => {
    assert.deepEqual(items("consul:/v/*", { "consul:/v/a": "1", "/v/b": "2" }), [{ name: "a", key: "consul:/v/a", value: "1" }]);
  });

  test("opens what is sealed for the item alone that it stands in", () => {
    const { items: listed } = list("/v/*", { "/v/a": "plain", "/v/b": "remora:v1:0123456789abcdef:x" });
    assert.deepEqual(listed.map(({ item, opened }) => [item["value"], opened.length]), [["plain", 0], ["opened /v/b", 1]]);
  });

  test("calls every item secret whose backend holds secrets", () => {
    const plain = lookupOf({ "vault:/v/a": "1", "vault:/v/b": "2" });
    const lookup: Lookup = { ...plain, entries: (ref) => plain.entries(ref).map((entry) => ({ ...entry, secret: true })) };
    assert.deepEqual(list("vault:/v/*", {}, { lookup }).items.map(({ opened }) => opened.length > 0), [true, true]);
  });

  test("wants what is not followed yet", () => {
    const { rendering } = list("/v/*", {}, { lookup: lookupOf({}, () => false) });
    assert.deepEqual(rendering, { kind: "uncovered", wanted: [{ backend: "etcd", key: "/v", scope: "prefix" }] });
  });

  test("refuses a pattern that is none as it is compiled", () => {
    assert.throws(() => compileItems("/v/[a"), (thrown) => thrown instanceof AppError && thrown.code === "TEMPLATE_INVALID" && /for_each = "\/v\/\[a": "\/v\/\[a" is not a pattern/.test(thrown.message));
  });
});

describe("for_each of an expression", () => {
  test("has an item for each text or object in its list; what has a key is named after it", () => {
    const data = { "/v/a": "1", "/list": '["x", 2, {"name": "y", "more": {"z": true}}]' };
    assert.deepEqual(items('gets("/v/*")', data), [{ name: "a", key: "/v/a", value: "1" }]);
    assert.deepEqual(JSON.parse(JSON.stringify(items('jsonArray(getv("/list"))', data))), [{ name: "x" }, { name: "2" }, { name: "y", more: { z: true } }]);
  });

  test("calls every item secret where anything in its list was sealed", () => {
    const { items: listed } = list('gets("/v/*")', { "/v/a": "plain", "/v/b": "remora:v1:0123456789abcdef:x" });
    assert.deepEqual(listed.map(({ opened }) => opened.length), [1, 1]);
  });

  test("waits for a key that it misses, and says for which", () => {
    const { rendering } = list('jsonArray(getv("/none"))', {});
    assert.ok(rendering.kind === "failed" && rendering.error.code === "TEMPLATE_MISSING_KEY");
    assert.match(rendering.error.message, /for_each = .*: key "\/none" does not exist/);
    assert.deepEqual(rendering.missing, [{ backend: "etcd", key: "/none", scope: "key" }]);
  });
});
