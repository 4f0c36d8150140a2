import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { AppError } from "../../../src/core/error.ts";
import type { Instance } from "../../../src/core/instance.ts";
import { storedKey } from "../../../src/core/key.ts";
import { layouts, type LayoutOptions, openLayout } from "../../../src/registrar/layouts/index.ts";

const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("", "/", "a/b", "..", ".", "web", "{{ id }}", "__proto__", "é", "\ud800"));
const anyInstance: fc.Arbitrary<Instance> = fc.record({
  id: text,
  name: text,
  address: fc.oneof(fc.ipV4(), fc.ipV6()),
  port: fc.integer({ min: 1, max: 65_535 }),
  tags: fc.array(text, { maxLength: 3 }),
  attributes: fc.dictionary(fc.oneof(text, fc.constantFrom("domain", "weight")), text, { maxKeys: 4 }),
  health: fc.constantFrom("passing" as const, "warning" as const, "critical" as const),
  draining: fc.boolean(),
});

const options = (layout: string): LayoutOptions => ({ layout, domain: "cluster.local", key: "/own/{{ name }}/x-{{ id }}", value: "{{ tags }}{{ attributes.domain }}", health: true, severalPorts: true });

describe("any instance", () => {
  for (const { name } of layouts) {
    test(`comes to canonical keys in "${name}", or is refused by name`, () => {
      const layout = openLayout(options(name));
      fc.assert(
        fc.property(anyInstance, (instance) => {
          try {
            const entries = layout(instance);
            for (const { key, value } of entries) {
              assert.equal(storedKey(key), key);
              // What is stored is what is compared: nothing is lost as UTF-8.
              assert.equal(Buffer.from(key).toString(), key);
              assert.equal(Buffer.from(value).toString(), value);
            }
            assert.deepEqual(layout({ ...instance, attributes: Object.fromEntries(Object.entries(instance.attributes).reverse()) }), entries);
          } catch (error) {
            assert.ok(error instanceof AppError && error.code === "REGISTRATION_INVALID", String(error));
            assert.ok(error.message.startsWith(`Cannot register "${instance.id}" of "${instance.name}": `));
          }
        }),
      );
    });
  }

  test('of "json" is read back as it was', () => {
    const layout = openLayout({ layout: "json", health: true });
    fc.assert(
      fc.property(anyInstance, fc.stringMatching(/^[a-z:.-]{3,9}$/), (instance, id) => {
        const [entry] = layout({ ...instance, id, name: "web" });
        assert.deepEqual({ ...JSON.parse(String(entry?.value)) }, { ...instance, id, name: "web", attributes: { ...instance.attributes } });
      }),
    );
  });

  test('with another id or name has other keys in "registrator" and "json"', () => {
    const place = fc.tuple(text, text);
    for (const name of ["registrator", "json", "nerve"]) {
      const layout = openLayout({ layout: name });
      const keyOf = (instance: Instance) => layout({ ...instance, health: "passing", draining: false, attributes: {} })[0]?.key;
      fc.assert(
        fc.property(anyInstance, place, place, (instance, [nameA, idA], [nameB, idB]) => {
          fc.pre(nameA !== nameB || idA !== idB);
          try {
            assert.notEqual(keyOf({ ...instance, name: nameA, id: idA }), keyOf({ ...instance, name: nameB, id: idB }));
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
          }
        }),
      );
    }
  });
});
