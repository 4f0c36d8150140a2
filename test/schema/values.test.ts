import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as v from "valibot";
import { command, mapPlaceholders, placeholdersOf } from "../../src/schema/command.ts";
import { readValue, setting, typeInfo, type ValueSchema } from "../../src/schema/setting.ts";
import { account, duration, key, listOf, mode, oneOf, signal } from "../../src/schema/values.ts";

const read = (schema: ValueSchema<unknown>, raw: unknown) => {
  const result = readValue(setting(schema, { doc: "" }), raw);
  return "value" in result ? result.value : result.refused.reason;
};

describe("Values", () => {
  test("a list of choices is any of them", () => {
    const families = listOf(oneOf(["IPv4", "IPv6"], "family"));
    assert.equal(typeInfo(setting(families, { doc: "" })).type, "any of IPv4, IPv6");
    assert.deepEqual([read(families, "IPv4"), read(families, ["IPv5"]), read(families, ["IPv6"])], ['"IPv4" is not a list', '"IPv5" is not a family', ["IPv6"]]);
    assert.equal(read(listOf(mode), "0644"), '"0644" is not a list of modes');
  });

  test("mode reads octal text with and without its zero, and nothing else", () => {
    assert.equal(read(mode, "0644"), 0o644);
    assert.equal(read(mode, "644"), 0o644);
    assert.equal(read(mode, "4755"), 0o4755);
    for (const raw of ["0o644", "u=rw", "0689", "64", "00644", "", 644, 0o644]) assert.equal(read(mode, raw), `${JSON.stringify(raw)} is not a mode`);
  });

  test("duration reads a number and a unit, and zero without one", () => {
    assert.equal(read(duration, "1m30s"), 90_000);
    assert.equal(read(duration, 0), 0);
    assert.equal(read(duration, 5), "5 is not a duration");
    assert.equal(read(duration, "5"), '"5" is not a duration');
  });

  test("signal reads a name with and without SIG", () => {
    assert.equal(read(signal, "hup"), "SIGHUP");
    assert.equal(read(signal, "SIGUSR1"), "SIGUSR1");
    assert.equal(read(signal, 1), "1 is not a signal");
  });

  test("key is made canonical and names no backend", () => {
    assert.equal(read(key, "a//b/"), "/a/b");
    assert.equal(read(key, "/a:b"), "/a:b");
    assert.equal(read(key, "etcd:/a"), '"etcd:/a" is not a key');
  });

  test("account reads a name and a number in or out of quotes", () => {
    assert.deepEqual(["www", "33", 33].map((raw) => read(account, raw)), ["www", 33, 33]);
    assert.equal(read(account, -1), "-1 is not a name");
  });

  test("command tells placeholders apart and renames them", () => {
    const shell = v.parse(command, "x {{.src}} {{stage}} {{ dest }}");
    assert.deepEqual(shell, { kind: "shell", text: "x {{ src }} {{ stage }} {{ dest }}" });
    assert.deepEqual([...placeholdersOf(shell)], ["src", "stage", "dest"]);
    assert.deepEqual(mapPlaceholders(v.parse(command, ["a", "{{ src }}"]), () => "dest"), { kind: "argv", argv: ["a", "{{ dest }}"] });
  });
});
