import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type DockerEngine, IMAGE, startDocker } from "../../support/docker.ts";
import { following } from "../../support/docker-source.ts";
import { eventually } from "../../support/eventually.ts";

const WITHIN = { within: 30_000 };

describe("the tasks of a swarm", () => {
  let engine: DockerEngine;
  before(async () => {
    engine = await startDocker();
    await engine.call("POST", "/swarm/init", { AdvertiseAddr: "127.0.0.1", ListenAddr: "127.0.0.1:2377" });
    await engine.call("POST", "/networks/create", { Name: "ov", Driver: "overlay", IPAM: { Config: [{ Subnet: "10.79.0.0/24" }] } });
    const ContainerSpec = { Image: IMAGE, Env: ["SERVICE_NAME=shop"] };
    await engine.call("POST", "/services/create", {
      ...{ Name: "web", TaskTemplate: { ContainerSpec, Networks: [{ Target: "ov" }] }, Mode: { Replicated: { Replicas: 2 } } },
      EndpointSpec: { Ports: [{ Protocol: "tcp", TargetPort: 80, PublishedPort: 8081, PublishMode: "ingress" }] },
    });
  });
  after(() => engine[Symbol.asyncDispose]());

  for (const rule of ["network:ov", "cidr:10.79.0.0/24", "internal"]) {
    test(`are found at their own addresses by "${rule}"`, async () => {
      await using source = following(engine.host, { addresses: [rule] });
      await eventually(() => assert.deepEqual(source.now.map(({ name, address, port }) => [name, address.replace(/\.\d+$/, ""), port]), [["shop", "10.79.0", 80], ["shop", "10.79.0", 80]]), WITHIN);
    });
  }

  test("that the mesh alone publishes are nowhere on the machine", async () => {
    await using own = following(engine.host, { internal: true });
    await using published = following(engine.host);
    await eventually(() => assert.equal(own.now.length, 2), WITHIN);
    await eventually(() => assert.deepEqual(published.lists, [[]]));
  });
});
