import assert from "node:assert/strict";
import { isIP } from "node:net";
import { describe, test } from "node:test";
import { HOSTILE, renderServices } from "./rendering.ts";

const TEMPLATE = "hosts/hosts.njk";
const OWN = ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"];

describe("templates/hosts", () => {
  test("localhost is there without any key", () => {
    assert.deepEqual(lines({}), OWN);
  });

  test("each address of a service and each key has a line", () => {
    const found = lines({ web: [{ id: "a", address: "10.0.0.5", port: 80 }, { id: "b", address: "10.0.0.5", port: 81 }, { id: "c", address: "2001:db8::1", port: 80 }] }, { "/hosts/db.example.com": "10.0.0.8" });

    assert.deepEqual(found, [...OWN, "10.0.0.8 db.example.com", "10.0.0.5 web", "2001:db8::1 web"]);
  });

  test("an address without a port is one too", () => {
    assert.deepEqual(lines({ web: [{ id: "a", address: "10.0.0.5", port: 0 }] }), [...OWN, "10.0.0.5 web"]);
  });

  test("localhost cannot be moved", () => {
    assert.deepEqual(lines({ Localhost: [{ id: "a", address: "10.0.0.9", port: 80 }] }, { "/hosts/localhost": "10.0.0.9", "/hosts/ip6-localhost": "10.0.0.9" }), OWN);
  });

  test("hostile values are left out and stop nobody else", () => {
    const instances = HOSTILE.map((value, n) => ({ id: `${n}`, address: value, port: 80 }));
    const names = Object.fromEntries(HOSTILE.filter((value) => value !== "").map((value) => [`a ${value}`, [{ id: "a", address: "10.0.0.6", port: 80 }]]));
    const keys = Object.fromEntries(HOSTILE.flatMap((value, n) => [[`/hosts/a ${value}`, "10.0.0.6"], [`/hosts/host-${n}`, value]]));
    const found = lines({ ...names, web: [...instances, { id: "good", address: "10.0.0.5", port: 80 }] }, { ...keys, "/hosts/good": "10.0.0.7" });

    // "10.0.0.9" is an address like any other.
    assert.deepEqual(found, [...OWN, "10.0.0.7 good", `10.0.0.9 host-${HOSTILE.indexOf("10.0.0.9")}`, "10.0.0.9 web", "10.0.0.5 web"]);
    for (const line of found) assert.notEqual(isIP(line.split(" ")[0] ?? ""), 0);
  });
});

function lines(...[services, keys]: [Parameters<typeof renderServices>[1], Parameters<typeof renderServices>[2]?]): string[] {
  return renderServices(TEMPLATE, services, keys).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
