import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { runProgram } from "../../support/process.ts";
import { type Chooser, chooserIn } from "./support.ts";

// Two networks, both families, and a default route by way of the first: a machine as a container with several networks is.
let machine: Chooser;

before(async () => {
  machine = await chooserIn();
  await machine.addInterface("eth0", "10.77.0.5/16", "fd77::5/64");
  await machine.addInterface("net1", "10.88.0.9/16", "10.88.0.3/16", "fd88::5/64", "169.254.7.7/16");
  await machine.ip("addr add 10.44.0.1/32 dev lo", "link add docker0 type bridge", "addr add 172.17.0.1/16 dev docker0", "link set docker0 up");
  await machine.ip("route add default via 10.77.0.1", "-6 route add default via fd77::1");
});
after(() => machine[Symbol.asyncDispose]());

test("The way to the registry decides, whichever network it is in", async () => {
  assert.deepEqual(await machine.addresses([], { registry: { host: "10.88.0.200", port: 2379 } }), ["10.88.0.9"]);
  assert.deepEqual(await machine.addresses([], { registry: { host: "10.77.3.4", port: 2379 } }), ["10.77.0.5"]);
  assert.deepEqual(await machine.addresses(["route"], { registry: { host: "fd88::1", port: 2379 } }), ["fd88::5"]);
});

test("A registry on this machine leaves it to the default route", async () => {
  for (const registry of [{ host: "127.0.0.1", port: 8500 }, { host: "::1", port: 8500 }, { host: "localhost", port: 8500 }, undefined]) {
    assert.deepEqual(await machine.ask(["route"], registry && { registry }), [{ address: "10.77.0.5", family: "IPv4", why: 'The default route begins there, on interface "eth0" ("route")' }]);
  }
});

test("The default route that moves takes the address with it", async () => {
  await machine.ip("route replace default via 10.88.0.1");
  try {
    assert.deepEqual(await machine.addresses(["route"]), ["10.88.0.9"]);
    assert.deepEqual(await machine.addresses(["inet"]), ["10.88.0.9"]);
  } finally {
    await machine.ip("route replace default via 10.77.0.1");
  }
});

test("The variable of the platform comes before the way to the registry, and one of loopback does not count", async () => {
  const registry = { host: "10.88.0.200", port: 2379 };
  assert.deepEqual(await machine.ask([], { registry, env: { POD_IP: "192.0.2.44" } }), [{ address: "192.0.2.44", family: "IPv4", why: 'The variable POD_IP says so ("env:POD_IP")' }]);
  assert.deepEqual(await machine.addresses([], { registry, env: { POD_IP: "127.0.0.1" } }), ["10.88.0.9"]);
});

test("An interface is known by its name, and its addresses by their order", async () => {
  assert.deepEqual(await machine.ask(["interface:net1"]), [{ address: "10.88.0.3", family: "IPv4", why: 'Interface "net1" has it ("interface:net1")' }]);
  assert.deepEqual(await machine.addresses(["interface:net1[1]"]), ["10.88.0.9"]);
  assert.deepEqual(await machine.addresses(["interface:net1[2]"]), ["fd88::5"]);
  assert.deepEqual(await machine.addresses(["interface:net1:inet6"]), ["fd88::5"]);
  assert.deepEqual(await machine.addresses(["interface:lo"]), ["10.44.0.1"], "the loopback interface was asked for");
  assert.deepEqual(await machine.addresses(["interface:lo[1]"]), ["127.0.0.1"]);
});

test("A range picks the network, and a local one only where it is asked for", async () => {
  assert.deepEqual(await machine.ask(["cidr:10.88.0.0/16"]), [{ address: "10.88.0.3", family: "IPv4", why: 'Interface "net1" has it in that range ("cidr:10.88.0.0/16")' }]);
  assert.deepEqual(await machine.addresses(["cidr:fd88::/16"]), ["fd88::5"]);
  assert.deepEqual(await machine.addresses(["cidr:169.254.0.0/16"]), ["169.254.7.7"]);
  assert.deepEqual(await machine.addresses(["cidr:10.44.0.0/16", "cidr:10.0.0.0/8"]), ["10.77.0.5"], "a virtual address on the loopback interface is no place of its own");
});

test("A family takes the address of its default route, not the first interface by name", async () => {
  assert.deepEqual(await machine.addresses(["inet"]), ["10.77.0.5"]);
  assert.deepEqual(await machine.addresses(["inet6"]), ["fd77::5"]);
});

test("Both families are chosen together, each by the way that it has", async () => {
  const registry = { host: "10.88.0.200", port: 2379 };
  assert.deepEqual(await machine.addresses([], { registry, families: ["IPv4", "IPv6"] }), ["10.88.0.9", "fd77::5"]);
  assert.deepEqual(await machine.addresses(["interface:net1"], { families: ["IPv4", "IPv6"] }), ["10.88.0.3", "fd88::5"]);
  assert.deepEqual(await machine.addresses(["cidr:10.88.0.0/16"], { families: ["IPv4", "IPv6"] }), ["10.88.0.3"], "a family that has none does not hide the other");
});

test("When nothing matches, what was tried and what there is are told", async () => {
  const answer = await machine.ask(["env:POD_IP", "interface:eth7", "cidr:192.168.0.0/16", "interface:eth0[4]"]);
  assert.ok("code" in answer);
  assert.equal(answer.code, "ADDRESS_UNKNOWN");
  assert.match(answer.message, /"env:POD_IP": POD_IP is not set; "interface:eth7": there is no interface "eth7".*; "cidr:192\.168\.0\.0\/16": no interface has an address in 192\.168\.0\.0\/16; "interface:eth0\[4\]": /);
  for (const part of ["10.77.0.5 (eth0)", "fd88::5 (net1)", "169.254.7.7 (net1, link-local)", "127.0.0.1 (lo)"]) assert.ok(answer.hint.includes(part), answer.hint);
});

test("An IPv6 address that others may have is not taken before the kernel made sure", async () => {
  await using machine = await chooserIn();
  await machine.addInterface("eth0");
  // The kernel asks a hundred seconds for one address, and not at all for the other.
  await runProgram([...machine.enter, "sh", "-c", "echo 100 > /proc/sys/net/ipv6/conf/eth0/dad_transmits"]);
  await machine.ip("addr add fd99::1/64 dev eth0");
  assert.ok("code" in (await machine.ask(["inet6"])));
  await machine.ip("addr add fd99::2/64 dev eth0 nodad");
  await eventually(async () => assert.deepEqual(await machine.addresses(["inet6"]), ["fd99::2"]));
});

test("A machine without any network says so", async () => {
  await using machine = await chooserIn();
  const answer = await machine.ask(["route", "inet", "inet6"]);
  assert.ok("code" in answer);
  assert.match(answer.message, /"route": there is no route to the registry, and no default route; "inet": no interface has an IPv4 address/);
});
