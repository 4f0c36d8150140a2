import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toIp } from "../../../../src/core/ip.ts";
import { dockerAddressSpecs } from "../../../../src/registrar/sources/docker/address-spec.ts";
import { type InstanceContext, instancesOf } from "../../../../src/registrar/sources/docker/instances.ts";
import type { ReadContainer } from "../../../../src/registrar/sources/docker/reader.ts";

function container(more: Partial<ReadContainer> = {}): ReadContainer {
  return {
    ...{ id: "1", name: "web1", image: "registry:5000/team/web:1.2", state: "running", startedAt: "now", health: "none", labels: {}, env: [], networkMode: "default", stopSignal: "", addedTags: [], labelAddress: undefined },
    ...{ exposed: ["80/tcp"], published: { "80/tcp": [{ hostIp: "0.0.0.0", hostPort: 8080 }] }, endpoints: [{ network: "bridge", ipv4: "172.17.0.2", ipv6: "", priority: 0 }] },
    ...more,
  };
}

interface Rules extends Partial<InstanceContext> {
  readonly addresses?: readonly string[];
  readonly internal?: boolean;
  readonly given?: boolean;
}

/** [id, name, "address port"] of each. */
function named(containers: readonly ReadContainer[], { addresses = [], internal = false, given = false, ...more }: Rules = {}): [string, string, string][] {
  const machine = new Map([["docker", { given, IPv4: "192.0.2.10", IPv6: "2001:db8::10" }], ["route", { given: false, IPv4: "192.0.2.20" }]]);
  const context: InstanceContext = { specs: dockerAddressSpecs(addresses, { internal }), machine, compat: false, hostname: "host", explicit: false, families: [], paused: "drain", ...more };
  return instancesOf(new Map(containers.map((one) => [one.id, one])), new Set(), context).map(({ id, name, address, port }) => [id, name, `${address} ${port}`]);
}

const TWO = { exposed: ["80/tcp", "443/tcp"], published: { "80/tcp": [{ hostIp: "0.0.0.0", hostPort: 8080 }], "443/tcp": [{ hostIp: "", hostPort: 8443 }] } };
const USER_NETWORK = { networkMode: "front", endpoints: [{ network: "back", ipv4: "10.2.0.2", ipv6: "", priority: 0 }, { network: "front", ipv4: "10.1.0.2", ipv6: "fd01::2", priority: 0 }] };
const SWARM = { name: "web.2.abc", networkMode: "default", published: { "80/tcp": [] }, endpoints: [{ network: "ingress", ipv4: "10.0.0.9", ipv6: "", priority: 0 }, { network: "ov", ipv4: "10.5.0.3", ipv6: "", priority: 0 }] };
const LABELLED = { labelAddress: toIp("10.42.0.5") };
const NEIGHBOUR = container({ id: "2", name: "side", networkMode: "container:1", published: {}, endpoints: [] });

describe("instancesOf()", () => {
  /** [what is shown, containers, rules, what is named]. */
  const CASES: readonly (readonly [shows: string, containers: readonly ReadContainer[], rules: Rules, expected: readonly (readonly [string, string, string])[]])[] = [
    ["the published port at the machine's address", [container()], {}, [["host:web1:80", "web", "192.0.2.10 8080"]]],
    ["its own port at its own address", [container()], { internal: true }, [["host:web1:80", "web", "172.17.0.2 80"]]],
    ["no port that is not published", [container({ published: { "80/tcp": [] } })], {}, []],
    ["a port that is not published, inside", [container({ published: { "80/tcp": [] } })], { internal: true }, [["host:web1:80", "web", "172.17.0.2 80"]]],
    ["several ports by their numbers", [container(TWO)], {}, [["host:web1:443", "web-443", "192.0.2.10 8443"], ["host:web1:80", "web-80", "192.0.2.10 8080"]]],
    ["a port that has a name without its number", [container({ ...TWO, env: [["SERVICE_80_NAME", "shop"]] })], {}, [["host:web1:443", "web-443", "192.0.2.10 8443"], ["host:web1:80", "shop", "192.0.2.10 8080"]]],
    ["what has a name alone, when names have to be explicit", [container({ ...TWO, env: [["SERVICE_80_NAME", "shop"]] })], { explicit: true }, [["host:web1:80", "shop", "192.0.2.10 8080"]]],
    ["the id that was chosen", [container({ labels: { SERVICE_ID: "mine" } })], {}, [["mine", "web", "192.0.2.10 8080"]]],
    ["the address that a port is published on", [container({ published: { "80/tcp": [{ hostIp: "10.0.0.5", hostPort: 81 }] } })], {}, [["host:web1:80", "web", "10.0.0.5 81"]]],
    ["the address that was given, whatever it is published on", [container({ published: { "80/tcp": [{ hostIp: "10.0.0.5", hostPort: 81 }] } })], { given: true }, [["host:web1:80", "web", "192.0.2.10 81"]]],
    ["no port of the loopback address", [container({ published: { "80/tcp": [{ hostIp: "127.0.0.1", hostPort: 81 }] } })], { given: true }, []],
    ["a port of IPv6 at the machine's address of it", [container({ published: { "80/tcp": [{ hostIp: "::", hostPort: 81 }] } })], {}, [["host:web1:80", "web", "2001:db8::10 81"]]],
    ["the address that a rule finds", [container()], { addresses: ["route"] }, [["host:web1:80", "web", "192.0.2.20 8080"]]],
    ["the machine's address for a user's network as well", [container(USER_NETWORK)], {}, [["host:web1:80", "web", "192.0.2.10 8080"]]],
    ["the network that it was started in first", [container(USER_NETWORK)], { internal: true }, [["host:web1:80", "web", "10.1.0.2 80"]]],
    ["no task of a swarm in the mesh's own network", [container({ ...SWARM, endpoints: SWARM.endpoints.slice(0, 1) })], { internal: true }, []],
    ["a task of a swarm by the network's name", [container(SWARM)], { addresses: ["network:ov"] }, [["host:web.2.abc:80", "web", "10.5.0.3 80"]]],
    ["a task of a swarm by the network's range", [container(SWARM)], { addresses: ["cidr:10.5.0.0/16"] }, [["host:web.2.abc:80", "web", "10.5.0.3 80"]]],
    ["the address of its label with the published port", [container(LABELLED)], {}, [["host:web1:80", "web", "10.42.0.5 8080"]]],
    ["the address of its label with its own port, inside", [container({ ...LABELLED, endpoints: [] })], { internal: true }, [["host:web1:80", "web", "10.42.0.5 80"]]],
    ["the address of its label with its own port by a network's rule", [container(LABELLED)], { addresses: ["network:none"] }, [["host:web1:80", "web", "10.42.0.5 80"]]],
    ["no port that is not published, whatever its label says", [container({ ...LABELLED, published: { "80/tcp": [] } })], {}, []],
    ["no port of the loopback address, whatever its label says", [container({ ...LABELLED, published: { "80/tcp": [{ hostIp: "127.0.0.1", hostPort: 81 }] } })], {}, []],
    ["an address of each family, one of them the label's", [container(LABELLED)], { families: ["IPv4", "IPv6"], internal: true }, [["host:web1:80", "web", "10.42.0.5 80"]]],
    ["with compat, a neighbour's address instead of its label", [container({ ...NEIGHBOUR, ...LABELLED }), container()], { compat: true }, [["host:side:80", "web", "172.17.0.2 80"], ["host:web1:80", "web", "192.0.2.10 8080"]]],
    ["nothing that is stopped", [container({ state: "other" })], {}, []],
    ["nothing in the network of what is gone", [NEIGHBOUR], {}, []],
    ["nothing in networks that go in a circle", [NEIGHBOUR, container({ networkMode: "container:2" })], {}, []],
    ["an image without a name by the container's", [container({ image: "sha256:0123456789ab" })], {}, [["host:web1:80", "web1", "192.0.2.10 8080"]]],
    ["an image with a digest by its repository", [container({ image: "team/web@sha256:0123" })], {}, [["host:web1:80", "web", "192.0.2.10 8080"]]],
    ["with compat, an image with a digest as Registrator did", [container({ image: "team/web@sha256:0123" })], { compat: true }, [["host:web1:80", "web@sha256", "192.0.2.10 8080"]]],
    ["with compat, the address of a user's network with the port of the machine", [container(USER_NETWORK)], { compat: true }, [["host:web1:80", "web", "10.1.0.2 8080"]]],
    ["with compat, the given address for a user's network", [container(USER_NETWORK)], { compat: true, given: true }, [["host:web1:80", "web", "192.0.2.10 8080"]]],
    ["with compat, a neighbour at the address of its network", [NEIGHBOUR, container()], { compat: true }, [["host:side:80", "web", "172.17.0.2 80"], ["host:web1:80", "web", "192.0.2.10 8080"]]],
    ["with compat, the loopback address", [container({ published: { "80/tcp": [{ hostIp: "127.0.0.1", hostPort: 81 }] } })], { compat: true }, [["host:web1:80", "web", "127.0.0.1 81"]]],
  ];
  for (const [shows, containers, rules, expected] of CASES) test(`names ${shows}`, () => assert.deepEqual(named(containers, rules), expected));

  test("adds the tags of all behind those of the container", () => {
    const context: InstanceContext = { specs: dockerAddressSpecs([], { internal: true }), machine: new Map(), compat: false, hostname: "host", explicit: false, families: [], paused: "drain" };
    const [instance] = instancesOf(new Map([["1", container({ exposed: ["53/udp"], published: {}, env: [["SERVICE_TAGS", "own"]], addedTags: ["all"] })]]), new Set(), context);
    assert.deepEqual(instance?.tags, ["own", "all", "udp"]);
  });

  test("refuses rules that contradict each other", () => {
    assert.throws(() => dockerAddressSpecs(["docker"], { internal: true }), { code: "CONFIG_INVALID" });
  });
});
