import assert from "node:assert/strict";
import { test } from "node:test";
import { contains, isLocal, isNowhere, toCidr, toIp } from "../../src/core/ip.ts";

test("An IPv6 address has one short form, however it was written", () => {
  for (const written of ["FD00:0:0:0:0:0:0:5", "fd00::5", "fd00::0005", "fd00:0::0.0.0.5"]) assert.equal(toIp(written)?.text, "fd00::5", written);
});

test("An IPv4 address that is written as IPv6 is the IPv4 address", () => {
  for (const written of ["::ffff:10.0.0.5", "::FFFF:a00:5"]) {
    const { family, text } = toIp(written) ?? {};
    assert.deepEqual({ family, text }, { family: "IPv4", text: "10.0.0.5" }, written);
  }
  assert.equal(toIp("::10.0.0.5")?.family, "IPv6", "the compatible form, which nobody uses, is not it");
});

test("What is nearly an address is none", () => {
  for (const text of ["", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.5 ", "0x7f.1", "10.0.0.5:80", "fe80::1%eth0", "[fd00::1]", "fd00:::1", "fd00::1::2", "::1\n", "localhost", "fd00::1/64"]) assert.equal(toIp(text), undefined, JSON.stringify(text));
});

test("A range holds the addresses of its family whose first bits are its own", () => {
  const inside = (range: string, ip: string) => contains(toCidr(range)!, toIp(ip)!);
  assert.ok(inside("10.0.0.0/8", "10.255.0.1"));
  assert.ok(!inside("10.0.0.0/8", "11.0.0.1"));
  assert.ok(inside("10.1.2.3/8", "10.9.9.9"), "bits behind the length do not count");
  assert.ok(inside("fd00:1::/33", "fd00:1:7fff::1"));
  assert.ok(!inside("fd00:1::/33", "fd00:1:8000::1"));
  assert.ok(inside("0.0.0.0/0", "1.2.3.4"));
  assert.ok(!inside("::/0", "1.2.3.4"), "IPv4 is no part of IPv6");
  assert.ok(inside("::ffff:10.0.0.0/104", "10.1.1.1"));
  assert.ok(inside("10.0.0.5/32", "10.0.0.5"));
});

test("What is nearly a range is none", () => {
  for (const text of ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "fd00::/129", "::ffff:10.0.0.0/64", "10.0.0.0/8/8", "net/8"]) assert.equal(toCidr(text), undefined, text);
});

test("Loopback, link-local and addresses of nobody are told apart from the others", () => {
  for (const text of ["127.0.0.1", "127.0.1.1", "::1", "169.254.1.1", "fe80::1", "febf::1", "::ffff:127.0.0.1"]) assert.ok(isLocal(toIp(text)!), text);
  for (const text of ["10.0.0.5", "fd00::1", "2001:db8::1", "fec0::1", "169.253.1.1", "128.0.0.1"]) assert.ok(!isLocal(toIp(text)!), text);
  for (const text of ["0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255"]) assert.ok(isNowhere(toIp(text)!), text);
});
