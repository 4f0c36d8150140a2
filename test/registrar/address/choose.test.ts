import assert from "node:assert/strict";
import { test } from "node:test";
import { type AddressContext, chooseAddress, chooseAddresses } from "../../../src/registrar/address/choose.ts";
import { hostAddressSpecs } from "../../../src/registrar/address/spec.ts";
import { networkOf } from "./support.ts";

const nowhere: AddressContext = { network: networkOf({}), env: {}, registry: undefined };

function choose(specs: readonly string[], context: Partial<AddressContext>) {
  return chooseAddress(hostAddressSpecs(specs), { ...nowhere, ...context });
}

test("The first spec that matches wins", async () => {
  const network = networkOf({ eth0: ["10.0.0.5", "fd00::5"] });
  assert.equal((await choose(["cidr:192.168.0.0/16", "inet6", "inet"], { network })).address, "fd00::5");
});

test("A given address is taken as it is, be it loopback or on no interface", async () => {
  assert.deepEqual(await choose(["static:127.0.0.1"], {}), { address: "127.0.0.1", family: "IPv4", why: 'It was given ("static:127.0.0.1")' });
  assert.equal((await choose(["static:::ffff:203.0.113.9"], {})).address, "203.0.113.9");
});

test("Loopback and link-local are chosen by no rule that does not ask for them", async () => {
  const network = networkOf({ lo: ["127.0.0.1", "::1"], eth0: ["169.254.3.3", "fe80::1"] }, (_host, family) => (family === "IPv6" ? "fe80::1" : "127.0.0.1"));
  for (const spec of ["inet", "inet6", "route", "interface:eth0", "cidr:0.0.0.0/0", "cidr:::/0", "env:IP"]) {
    await assert.rejects(choose([spec], { network, env: { IP: "fe80::1" }, registry: { host: "registry", port: 1 } }), { code: "ADDRESS_UNKNOWN" }, spec);
  }
});

test("Interfaces are in the order of their names, numbers in them as numbers", async () => {
  assert.equal((await choose(["inet"], { network: networkOf({ eth10: ["10.10.0.1"], eth9: ["10.9.0.1"] }) })).address, "10.9.0.1");
});

test("Addresses with a label belong to the interface that they were added to", async () => {
  const network = networkOf({ eth0: ["10.0.0.5"], "eth0:1": ["10.0.0.4"] });
  assert.equal((await choose(["interface:eth0[1]"], { network })).address, "10.0.0.5");
});

test("Of several addresses in a variable each family has its own", async () => {
  const env = { POD_IPS: "10.0.0.5,fd00::5" };
  const chosen = await chooseAddresses(hostAddressSpecs(["env:POD_IPS"]), { ...nowhere, env }, ["IPv4", "IPv6"]);
  assert.deepEqual(chosen.map(({ address }) => address), ["10.0.0.5", "fd00::5"]);
});

test("A variable that holds something else is refused without being told", async () => {
  await assert.rejects(choose(["env:POD_IP", "inet"], { env: { POD_IP: "hunter2" } }), (error: { code: string; message: string; hint: string }) => {
    assert.equal(error.code, "CONFIG_INVALID");
    assert.doesNotMatch(error.message + error.hint, /hunter2/);
    return true;
  });
});

test("An empty variable is one that is not set", async () => {
  await assert.rejects(choose(["env:POD_IP"], { env: { POD_IP: " " } }), /POD_IP is not set/);
});

test("A registry whose name cannot be looked up is no reason to take the default route", async () => {
  const network = networkOf({ eth0: ["10.0.0.5"] }, (host) => {
    if (host === "registry") throw new Error("getaddrinfo EAI_AGAIN registry");
    return "10.0.0.5";
  });
  await assert.rejects(choose(["route"], { network, registry: { host: "registry", port: 2379 } }), { code: "ADDRESS_UNKNOWN", message: /"registry" cannot be told: getaddrinfo EAI_AGAIN/ });
});
