import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openLayout } from "../../../src/registrar/layouts/index.ts";
import { instance } from "../../support/instance.ts";

function own(key: string | undefined, value: string | undefined) {
  return openLayout({ layout: "own", key, value });
}

describe("a layout of one's own", () => {
  test("fills in key and value", () => {
    const [entry] = own("/app/server/{{ port }}", "{{ address }}:{{ port }}")(instance("a", { port: 5000 }));
    assert.deepEqual(entry, { key: "/app/server/5000", value: "10.0.0.5:5000" });
  });

  test("knows each placeholder", () => {
    const one = instance("i", { address: "fd00::1", tags: ["x", "y"], attributes: { "com.zone": "eu" }, health: "warning" });
    const [entry] = own("/{{id}}/{{ name }}", "{{ host }}:{{ port }} {{ address }} {{ tags }} {{ attributes.com.zone }} {{ health }} $1 {}")(one);
    assert.deepEqual(entry, { key: "/i/web", value: "[fd00::1]:80 fd00::1 x,y eu warning $1 {}" });
  });

  test("does not fill in what is filled in", () => {
    assert.equal(own("/a", "{{ name }}")(instance("a", { name: "{{ id }}" }))[0]?.value, "{{ id }}");
  });

  const refused: readonly [string | undefined, string | undefined, RegExp, RegExp][] = [
    ["/app/{{ prot }}", "x", /^Cannot use the key of the layout: placeholder "prot" is not known$/, /^Did you mean "port"\?$/],
    ["/app", "{{ attribute.zone }}", /value of the layout: placeholder "attribute\.zone" is not known$/, /^Did you mean "attributes\.zone"\?$/],
    ["/app", "{{ attributes. }}", /placeholder "attributes\." is not known$/, /Known: id, name/],
    ["/app", "{{ nothing-like-it }}", /is not known$/, /^Known: id, name, address, host, port, tags, health, attributes\.X$/],
    ["/app", "{{ constructor }}", /is not known$/, /^Known/],
    ["/app", "{{ port", /has braces without a placeholder$/, /^It is as/],
    ["app", "x", /"app" does not begin with a slash$/, /^It is as/],
    [undefined, "x", /the key of the layout: it is missing$/, /^It is as/],
    ["/app", undefined, /the value of the layout: it is missing$/, /^It is as/],
  ];
  for (const [key, value, message, hint] of refused) {
    test(`is refused as key ${key}, value ${value}`, () => {
      assert.throws(() => own(key, value), { code: "CONFIG_INVALID", message, hint });
    });
  }
});
