import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../../src/core/error.ts";
import { hostAddressSpecs, toAddressSpec } from "../../../src/registrar/address/spec.ts";

/** The hint with which a spec is refused. */
function refused(read: () => unknown, message: RegExp): string {
  let hint: string | undefined;
  assert.throws(read, (error: unknown) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, "CONFIG_INVALID");
    assert.match(error.message, message);
    hint = error.hint;
    return true;
  });
  return hint ?? "";
}

test("Each form is read", () => {
  const read = (text: string) => {
    const { text: written, ...spec } = toAddressSpec(text);
    assert.equal(written, text);
    return spec;
  };
  assert.deepEqual(read("interface:br-1a2b.100"), { kind: "interface", name: "br-1a2b.100", family: undefined, index: undefined });
  assert.deepEqual(read("interface:eth0[1]"), { kind: "interface", name: "eth0", family: undefined, index: 1 });
  assert.deepEqual(read("interface:eth0:inet6[0]"), { kind: "interface", name: "eth0", family: "IPv6", index: 0 });
  assert.deepEqual(read("inet"), { kind: "family", family: "IPv4" });
  assert.deepEqual(read("inet6"), { kind: "family", family: "IPv6" });
  assert.deepEqual(read("env:POD_IP"), { kind: "env", variable: "POD_IP" });
  assert.deepEqual(read("route"), { kind: "route" });
  assert.deepEqual(read("network:my net"), { kind: "network", name: "my net" });
  assert.deepEqual(toAddressSpec("static:[FD00::5]"), { text: "static:[FD00::5]", kind: "static", ip: { family: "IPv6", text: "fd00::5", value: (0xfd00n << 112n) + 5n } });
  assert.equal(read("cidr:fd00::/8").kind, "cidr");
});

test("A slip in a spec is refused with what was meant", () => {
  assert.match(refused(() => toAddressSpec("interfaces:eth0"), /"interfaces:eth0".*form/), /"interface"/);
  assert.match(refused(() => toAddressSpec("rotue"), /form/), /"route"/);
  assert.match(refused(() => toAddressSpec("10.0.0.5"), /form/), /"static:10\.0\.0\.5"/);
  assert.match(refused(() => toAddressSpec("fd00::5"), /form/), /"static:fd00::5"/);
  assert.match(refused(() => toAddressSpec("10.0.0.0/8"), /form/), /"cidr:10\.0\.0\.0\/8"/);
  assert.match(refused(() => toAddressSpec("eth0"), /form/), /"interface:eth0"/);
  assert.match(refused(() => toAddressSpec("whatever-else"), /form/), /static:10\.0\.0\.5, .*route/);
});

test("A form without what it needs, or with what it does not take, is refused", () => {
  const wrong = ["static:", "static:host.example", "static:fe80::1%eth0", "static:0.0.0.0", "static:224.0.0.1", "interface:", "interface:eth0[", "interface:eth0[x]", "interface:a b", "interface:a/b", "interface:eth0:ipv6", "cidr:10.0.0.0", "cidr:10.0.0.0/40", "env:", "env:A-B", "inet:eth0", "route:eth0", "network:", ""];
  for (const text of wrong) assert.notEqual(refused(() => toAddressSpec(text), /^Address ".*" cannot be used: ./), "", text);
});

test("Without a spec it is the platform's variable, then the way to the registry", () => {
  assert.deepEqual(hostAddressSpecs([]).map(({ text }) => text), ["env:POD_IP", "route"]);
});

test("A service that registers itself cannot ask for one of Docker's networks, and is told what it can", () => {
  assert.match(refused(() => hostAddressSpecs(["network:web"]), /Docker's networks/), /cidr:.*--docker/);
});
