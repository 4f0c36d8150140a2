import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toContainer, toSummary } from "../../../src/clients/docker/container.ts";
import { toEvent } from "../../../src/clients/docker/event.ts";

describe("toEvent()", () => {
  const container = (Action: string, Attributes: object = {}) => ({ Type: "container", Action, Actor: { ID: "c1", Attributes } });
  /** [what is shown, a line, what is read of it]. */
  const CASES: readonly (readonly [shows: string, line: unknown, expected: unknown])[] = [
    ["the start of a container", container("start"), { action: "start", id: "c1", signal: undefined }],
    ["the signal of a kill", container("kill", { signal: "15" }), { action: "kill", id: "c1", signal: 15 }],
    ["a kill of Podman's without a signal", container("kill", { containerExitCode: "0" }), { action: "kill", id: "c1", signal: undefined }],
    ["health with its value", container("health_status: healthy"), { action: "health_status", id: "c1", signal: undefined }],
    ["health of Podman's without it", { ...container("health_status"), HealthStatus: "healthy" }, { action: "health_status", id: "c1", signal: undefined }],
    ["a removal of Podman's", container("remove"), { action: "destroy", id: "c1", signal: undefined }],
    ["a death of Podman's", container("died"), { action: "die", id: "c1", signal: undefined }],
    ["a network's new container", { Type: "network", Action: "connect", Actor: { ID: "n1", Attributes: { container: "c1" } } }, { action: "connect", id: "c1", signal: undefined }],
    ["no probe of health", container("exec_start: test -e /tmp/well"), undefined],
    ["no end of a network", { Type: "network", Action: "destroy", Actor: { ID: "n1" } }, undefined],
    ["nothing of images", { Type: "image", Action: "remove", Actor: { ID: "c1" } }, undefined],
    ["nothing of an action that an object has of its own", container("constructor"), undefined],
    ["nothing of what has no actor", { Type: "container", Action: "start", id: "c1", status: "start" }, undefined],
    ["nothing of null", null, undefined],
  ];
  for (const [shows, line, expected] of CASES) test(`reads ${shows}`, () => assert.deepEqual(toEvent(JSON.stringify(line)), expected));

  test("refuses what is no event, and quotes nothing of it", () => assert.throws(() => toEvent("<html>secret"), { message: "what it sends is no list of events" }));
});

describe("toContainer()", () => {
  test("keeps of the environment what begins with SERVICE_ alone", () => {
    assert.deepEqual(toContainer({ Config: { Env: ["PASSWORD=hunter2", "SERVICE_NAME=web", "SERVICE_EMPTY", "MY_SERVICE_NAME=x"] } }).env, [["SERVICE_NAME", "web"]]);
  });

  test("reads an answer that holds nothing", () => {
    const { id, state, published, endpoints, health } = toContainer({ NetworkSettings: { Ports: null, Networks: null }, Config: { Labels: null, Env: null }, State: null });
    assert.deepEqual({ id, state, published, endpoints, health }, { id: "", state: "other", published: {}, endpoints: [], health: "none" });
  });

  test("takes a container that is between two starts for none that runs", () => {
    assert.equal(toContainer({ State: { Running: true, Restarting: true } }).state, "other");
  });

  test("reads addresses of the networks alone, as API 1.52 tells no others", () => {
    const answer = { NetworkSettings: { IPAddress: "172.17.0.9", Networks: { front: { IPAddress: "10.1.0.2", GlobalIPv6Address: "fd01::2", GwPriority: 5 }, none: null } } };
    assert.deepEqual(toContainer(answer).endpoints, [{ network: "front", ipv4: "10.1.0.2", ipv6: "fd01::2", priority: 5 }, { network: "none", ipv4: "", ipv6: "", priority: 0 }]);
  });
});

describe("toSummary()", () => {
  const summary = (Status: string, more: object = {}) => toSummary({ Id: "c1", State: "running", Names: ["/web"], Status, NetworkSettings: { Networks: { bridge: { IPAddress: "172.17.0.2" } } }, ...more }).fingerprint;

  test("stays the same while time goes by", () => assert.equal(summary("Up 5 minutes (healthy)"), summary("Up 6 minutes (healthy)")));

  for (const [what, other] of [["health", summary("Up 5 minutes (unhealthy)")], ["name", summary("Up 5 minutes (healthy)", { Names: ["/shop"] })], ["address", summary("Up 5 minutes (healthy)", { NetworkSettings: { Networks: { bridge: { IPAddress: "172.17.0.3" } } } })]] as const) {
    test(`is another with another ${what}`, () => assert.notEqual(summary("Up 5 minutes (healthy)"), other));
  }
});
