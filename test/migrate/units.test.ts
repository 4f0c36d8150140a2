import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parse } from "smol-toml";
import { UNIT_KEYS } from "../../src/config/unit-keys.ts";
import { migrateUnits, type Resource, tomlDocument } from "../../src/migrate/index.ts";

describe("units of resources", () => {
  test("are named after what they reload, and have what is theirs in [unit]", () => {
    const [unit, ...others] = migrateUnits([resource("vhosts", { reload_cmd: "systemctl reload nginx.service", prefix: "/app" }), resource("main", { reload_cmd: "systemctl reload nginx.service", prefix: "/app", mode: "0600" })]);
    assert.deepEqual(others, []);
    assert.equal(unit?.name, "nginx");
    assert.deepEqual(JSON.parse(JSON.stringify(parse(unit?.text ?? ""))), {
      unit: { reload_cmd: "systemctl reload nginx.service", prefix: "/app" },
      template: [{ src: "vhosts.tmpl", dest: "/etc/vhosts" }, { src: "main.tmpl", dest: "/etc/main", mode: "0600" }],
    });
  });

  for (const [why, one, other] of [
    ["the commands differ", { reload_cmd: "a" }, { reload_cmd: "b" }],
    ["there is none", {}, {}],
    ["their prefixes differ", { reload_cmd: "a", prefix: "/x" }, { reload_cmd: "a", prefix: "/y" }],
    ["the command is about one file", { reload_cmd: "cp {{.dest}} /x" }, { reload_cmd: "cp {{.dest}} /x" }],
  ] as const) {
    test(`are not put together where ${why}`, () => {
      assert.deepEqual(migrateUnits([resource("a", one), resource("b", other)]).map(({ name }) => name), ["a", "b"]);
    });
  }

  test("have all that is the whole unit's in [unit], whatever keys units come to have", () => {
    const values = Object.fromEntries(Object.keys(UNIT_KEYS).map((key) => [key, "x"]));
    const [unit] = migrateUnits([resource("a", values), resource("b", values)]);
    // A check_cmd of one template is of its file alone.
    assert.deepEqual(Object.keys(parse(unit?.text ?? "")["unit"] as object).sort(), Object.keys(UNIT_KEYS).filter((key) => key !== "check_cmd").sort());
  });

  test("take no name that another unit has", () => {
    const names = migrateUnits([resource("nginx", { reload_cmd: "x" }), resource("a", { reload_cmd: "nginx -s reload" }), resource("b", { reload_cmd: "nginx -s reload" })]).map(({ name }) => name);
    assert.deepEqual(names, ["nginx", "nginx-2"]);
  });

  test("carry remarks as comments, line by line", () => {
    const [unit] = migrateUnits([{ ...resource("a", {}), remarks: ["one\ntwo = 1"] }]);
    assert.match(unit?.text ?? "", /^# one\n# two = 1\n\[template\]\n/);
  });
});

test("a TOML document reads as what it was made of", () => {
  const text = tomlDocument({ backend: "etcd", "backends.etcd.endpoints": ["http://a", 'b"\\\n\u007f'], "wait.min": "1s", on: true, "own key": { a: 1 } });
  assert.deepEqual(JSON.parse(JSON.stringify(parse(text))), { backend: "etcd", on: true, "own key": { a: 1 }, wait: { min: "1s" }, backends: { etcd: { endpoints: ["http://a", 'b"\\\n\u007f'] } } });
});

function resource(name: string, keys: Readonly<Record<string, unknown>>): Resource {
  return { name, label: `${name}.toml`, keys: { src: `${name}.tmpl`, dest: `/etc/${name}`, ...keys }, remarks: [] };
}
