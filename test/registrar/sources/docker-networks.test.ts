import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type DockerEngine, startDocker } from "../../support/docker.ts";
import { following } from "../../support/docker-source.ts";
import { eventually } from "../../support/eventually.ts";

describe("the address of a container", () => {
  let engine: DockerEngine;
  before(async () => {
    engine = await startDocker();
    await network("front", "10.77.1.0/24");
    await network("back", "10.77.2.0/24");
    await network("six", "10.77.6.0/24", "fd77::/64");
    // In both networks, with the first for its own.
    await engine.run("two", { ...inNetwork("front", "10.77.1.50"), HostConfig: { NetworkMode: "front", PortBindings: { "80/tcp": [{ HostPort: "8080" }] } } });
    await join("back", "two", "10.77.2.50");
  });
  after(() => engine[Symbol.asyncDispose]());

  function network(name: string, ...subnets: string[]): Promise<unknown> {
    return engine.call("POST", "/networks/create", { Name: name, CheckDuplicate: true, EnableIPv6: subnets.length > 1, IPAM: { Config: subnets.map((Subnet) => ({ Subnet })) } });
  }
  function inNetwork(name: string, address: string) {
    return { HostConfig: { NetworkMode: name }, NetworkingConfig: { EndpointsConfig: { [name]: { IPAMConfig: { IPv4Address: address } } } } };
  }
  function join(name: string, container: string, address: string): Promise<unknown> {
    return engine.call("POST", `/networks/${name}/connect`, { Container: container, EndpointConfig: { IPAMConfig: { IPv4Address: address } } });
  }
  const remove = (name: string) => engine.call("DELETE", `/containers/${name}?force=1`);

  /** [rule, address, port] of the container in two networks. */
  const RULES: readonly (readonly [rules: string[], address: string, port: number])[] = [
    [["docker"], "192.0.2.10", 8080],
    [["internal"], "10.77.1.50", 80],
    [["network:back"], "10.77.2.50", 80],
    [["cidr:10.77.2.0/24"], "10.77.2.50", 80],
    [["network:none", "cidr:10.99.0.0/16", "network:front"], "10.77.1.50", 80],
  ];
  for (const [rules, address, port] of RULES) {
    test(`of a container in two networks is ${address}:${port} by ${rules.join(", ")}`, async () => {
      await using source = following(engine.host, { addresses: rules });
      await eventually(() => assert.deepEqual([source.one("host:two:80")?.address, source.one("host:two:80")?.port], [address, port]));
    });
  }

  test("by static:IP is that one with the published port", async () => {
    await using source = following(engine.host, { ip: undefined, addresses: ["static:192.0.2.99"] });
    await eventually(() => assert.deepEqual([source.one("host:two:80")?.address, source.one("host:two:80")?.port], ["192.0.2.99", 8080]));
  });

  test("appears and goes as it is connected to a network and disconnected", async () => {
    await engine.run("mover", inNetwork("front", "10.77.1.60"));
    await using source = following(engine.host, { addresses: ["network:back", "network:front"] });
    const address = () => source.one("host:mover:80")?.address;
    await eventually(() => assert.equal(address(), "10.77.1.60"));
    await join("back", "mover", "10.77.2.60");
    await eventually(() => assert.equal(address(), "10.77.2.60"));
    await engine.call("POST", "/networks/back/disconnect", { Container: "mover" });
    await eventually(() => assert.equal(address(), "10.77.1.60"));
    await engine.call("POST", "/networks/front/disconnect", { Container: "mover" });
    await eventually(() => assert.deepEqual(source.ids, ["host:two:80"]));
    await remove("mover");
  });

  test("is that of each family when both are asked for", async () => {
    await engine.run("dual", { HostConfig: { NetworkMode: "six" } });
    await using source = following(engine.host, { addresses: ["network:six"], families: ["IPv4", "IPv6"] });
    await eventually(() => assert.deepEqual(source.ids, ["host:dual:80", "host:dual:80:inet6"]));
    assert.match(source.one("host:dual:80")?.address ?? "", /^10\.77\.6\./);
    assert.match(source.one("host:dual:80:inet6")?.address ?? "", /^fd77::/);
    await remove("dual");
  });

  test("is the machine's with the container's own ports where it uses the machine's network", async () => {
    await engine.run("hosted", { HostConfig: { NetworkMode: "host" }, Env: ["SERVICE_9200_NAME=search", "SERVICE_80_NAME=web"] });
    await using source = following(engine.host);
    await eventually(() => assert.deepEqual(source.now.filter(({ id }) => id.includes("hosted")).map(({ name, address, port }) => [name, address, port]), [["web", "192.0.2.10", 80], ["search", "192.0.2.10", 9200]]));
    await remove("hosted");
  });

  test("is that of the container whose network it uses, over any number of steps", async () => {
    await engine.run("neighbour", { HostConfig: { NetworkMode: "container:two" } });
    await engine.run("further", { HostConfig: { NetworkMode: "container:neighbour" }, Env: ["SERVICE_81_NAME=admin"] });
    await using published = following(engine.host);
    await using internal = following(engine.host, { internal: true });
    await eventually(() => assert.deepEqual(published.now.map(({ id, port }) => [id, port]), [["host:further:80", 8080], ["host:neighbour:80", 8080], ["host:two:80", 8080]]));
    await eventually(() => assert.deepEqual([internal.one("host:further:81")?.address, internal.one("host:further:81")?.port], ["10.77.1.50", 81]));
    await Promise.all([remove("neighbour"), remove("further")]);
  });

  test("is that of each port's first way in, and none for a port that only this machine reaches", async () => {
    await engine.run("local", { ExposedPorts: { "81/tcp": {}, "53/udp": {} }, HostConfig: { PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8090" }], "81/tcp": [{ HostIp: "127.0.0.1", HostPort: "8091" }, { HostPort: "8092" }], "53/udp": [{ HostPort: "5353" }] } } });
    await using source = following(engine.host);
    await eventually(() => assert.deepEqual(source.now.filter(({ id }) => id.includes("local")).map(({ id, name, port, tags }) => [id, name, port, tags]), [
      ["host:local:53:udp", "busybox-53", 5353, ["udp"]],
      ["host:local:81", "busybox-81", 8092, []],
    ]));
    await remove("local");
  });
});
