import assert from "node:assert/strict";
import { test } from "node:test";
import { hostAddressSpecs } from "../../../src/registrar/address/spec.ts";
import { networkOf } from "../address/support.ts";
import { followed, serviceOf } from "./self-support.ts";

test("Each port of each service is an instance of its own", async () => {
  await using self = followed([serviceOf({ name: "web", ports: [80, 443] }), serviceOf({ name: "db", ports: [5432], id: "main" }), serviceOf({ name: "log", ports: [514, 515], id: "sink" })]);
  await self.until((instances) => assert.deepEqual(instances.map(({ id, name, port }) => [id, name, port]), [
    ["web-host1-80", "web", 80],
    ["web-host1-443", "web", 443],
    ["main", "db", 5432],
    ["sink-514", "log", 514],
    ["sink-515", "log", 515],
  ]));
});

test("An address that changes changes the instance, under the same id", async () => {
  let network = networkOf({ eth0: ["10.0.0.5"] });
  await using self = followed([serviceOf()], () => network);
  await self.until(([web]) => assert.deepEqual([web?.id, web?.address], ["web-host1-80", "10.0.0.5"]));
  network = networkOf({ eth0: ["10.0.0.6"] });
  await self.until(([web]) => assert.deepEqual([web?.id, web?.address], ["web-host1-80", "10.0.0.6"]));
  assert.deepEqual(self.log.lines.map(({ message, fields }) => [message, fields["service"], fields["address"], fields["why"]]), [
    ["Address chosen", "web", "10.0.0.5", 'Interface "eth0" has it ("inet")'],
    ["Address chosen", "web", "10.0.0.6", 'Interface "eth0" has it ("inet")'],
  ]);
});

test("A service is withdrawn while the machine has no address for it, and the others are not", async () => {
  let network = networkOf({ eth0: ["10.0.0.5"], eth1: ["10.1.0.5"] });
  await using self = followed([serviceOf({ name: "a", addressSpecs: hostAddressSpecs(["cidr:10.1.0.0/16"]) }), serviceOf({ name: "b" })], () => network);
  await self.until((instances) => assert.deepEqual(instances.map(({ address }) => address), ["10.1.0.5", "10.0.0.5"]));
  network = networkOf({ eth0: ["10.0.0.5"] });
  await self.until((instances) => assert.deepEqual(instances.map(({ name }) => name), ["b"]));
  const [warning] = self.log.lines.filter(({ level }) => level === "warn");
  assert.equal(warning?.message, "No address to advertise, looking again");
  assert.equal(warning?.fields["service"], "a");
  network = networkOf({ eth0: ["10.0.0.5"], eth1: ["10.1.0.7"] });
  await self.until((instances) => assert.deepEqual(instances.map(({ address }) => address), ["10.1.0.7", "10.0.0.5"]));
});

test("Both families are registered together, each under an id that does not depend on the other", async () => {
  let network = networkOf({ eth0: ["10.0.0.5", "fd00::5"] });
  await using self = followed([serviceOf({ addressSpecs: hostAddressSpecs(["interface:eth0"]), families: ["IPv4", "IPv6"] })], () => network);
  await self.until((instances) => assert.deepEqual(instances.map(({ id, address }) => [id, address]), [["web-host1-80", "10.0.0.5"], ["web-host1-80-ipv6", "fd00::5"]]));
  network = networkOf({ eth0: ["fd00::5"] });
  await self.until((instances) => assert.deepEqual(instances.map(({ id, address }) => [id, address]), [["web-host1-80-ipv6", "fd00::5"]]));
});

test("One IPv6 address alone has the plain id", async () => {
  await using self = followed([serviceOf({ addressSpecs: hostAddressSpecs(["inet6"]) })], () => networkOf({ eth0: ["10.0.0.5", "fd00::5"] }));
  await self.until((instances) => assert.deepEqual(instances.map(({ id, address }) => [id, address]), [["web-host1-80", "fd00::5"]]));
});
