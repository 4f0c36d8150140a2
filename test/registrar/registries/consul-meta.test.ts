import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { legalMeta } from "../../../src/registrar/registries/consul-meta.ts";

describe("legalMeta()", () => {
  test("What is legal stays as it is", () => {
    assert.deepEqual(legalMeta({ zone: "north", "a-B_9": "" }, []), { meta: { "a-B_9": "", zone: "north" }, left: [] });
  });

  test("Each character that Consul does not take is an underscore, and no attribute hides another", () => {
    const { meta, left } = legalMeta({ "a/b": "3", "a.b": "2", a_b: "1", "a 🐟": "4", "": "5" }, []);
    assert.deepEqual([meta, left], [{ a_b: "1", a_b_2: "2", a_b_3: "3", a__: "4", _: "5" }, []]);
  });

  test("Keys that belong to Consul or to the registrar are free for no attribute", () => {
    assert.deepEqual(legalMeta({ "consul-network": "1", "remora-registrar": "forged" }, ["remora-registrar"]).meta, { "consul_network": "1", "remora-registrar_2": "forged" });
  });

  test("Long keys are cut, and keep apart", () => {
    const [first, second] = [`${"k".repeat(130)}1`, `${"k".repeat(130)}2`];
    assert.deepEqual(legalMeta({ [first]: "1", [second]: "2" }, []).meta, { ["k".repeat(128)]: "1", [`${"k".repeat(126)}_2`]: "2" });
  });

  test("A value that is too long by its bytes is left out whole", () => {
    assert.deepEqual(legalMeta({ a: "x".repeat(512), b: "ü".repeat(257) }, []), { meta: { a: "x".repeat(512) }, left: ["b"] });
  });

  test("The first 64 pairs are kept, ours among them", () => {
    const attributes = Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`k${String(at).padStart(2, "0")}`, "v"]));
    const { meta, left } = legalMeta(attributes, ["one", "two"]);
    assert.equal(Object.keys(meta).length, 62);
    assert.deepEqual(left, ["k62", "k63", "k64", "k65", "k66", "k67", "k68", "k69"]);
  });

  test("Whatever the attributes are, Consul takes what they come to, and their order means nothing", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.string()), (attributes) => {
        const { meta, left } = legalMeta(attributes, ["remora-registrar"]);
        for (const key of Object.keys(meta)) assert.match(key, /^(?!consul-)[A-Za-z0-9_-]{1,128}$/);
        assert.equal(Object.keys(meta).length + left.length, Object.keys(attributes).length);
        assert.deepEqual(legalMeta(Object.fromEntries(Object.entries(attributes).reverse()), ["remora-registrar"]), { meta, left });
      }),
    );
  });
});
