import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type DockerEngine, startDocker } from "../../support/docker.ts";
import { following } from "../../support/docker-source.ts";
import { eventually } from "../../support/eventually.ts";

const PUBLISHED = { HostConfig: { PortBindings: { "80/tcp": [{ HostPort: "8080" }] } } };
/** It ends some time after it was told to. */
const SLOW = ["sh", "-c", "trap 'sleep 2; exit 0' TERM; while :; do sleep 0.1; done"];

describe("the Docker source", () => {
  let engine: DockerEngine;
  before(async () => void (engine = await startDocker()));
  after(() => engine[Symbol.asyncDispose]());
  const remove = (name: string) => engine.call("DELETE", `/containers/${name}?force=1`);

  test("says at once that there is nothing", async () => {
    await using source = following(engine.host);
    await eventually(() => assert.deepEqual(source.lists, [[]]));
  });

  test("names what ran before it, and what starts and stops after", async () => {
    await engine.run("first", { ...PUBLISHED, Env: ["SERVICE_NAME=web", "SERVICE_TAGS=a,b", "SERVICE_ZONE=north"] });
    await using source = following(engine.host);
    await eventually(() => assert.deepEqual(source.now, [{ id: "host:first:80", name: "web", address: "192.0.2.10", port: 8080, tags: ["a", "b"], attributes: { zone: "north" }, health: "passing", draining: false }]));
    assert.equal(source.lists.length, 1);
    await engine.run("second", { HostConfig: { PublishAllPorts: true } });
    await eventually(() => assert.deepEqual(source.ids, ["host:first:80", "host:second:80"]));
    await engine.call("POST", "/containers/first/stop");
    await eventually(() => assert.deepEqual(source.ids, ["host:second:80"]));
    await engine.call("POST", "/containers/first/start");
    await eventually(() => assert.deepEqual(source.ids, ["host:first:80", "host:second:80"]));
    await Promise.all([remove("first"), remove("second")]);
    await eventually(() => assert.deepEqual(source.now, []));
  });

  test("says where it found an instance, and by which rule, once", async () => {
    await engine.run("placed", PUBLISHED);
    await using source = following(engine.host, { addresses: ["network:none", "docker"] });
    await eventually(() => assert.equal(source.now.length, 1));
    await engine.call("POST", "/containers/placed/rename?name=moved");
    await eventually(() => assert.deepEqual(source.ids, ["host:moved:80"]));
    const found = source.log.lines.filter(({ message }) => message === "Found an instance").map(({ fields }) => fields);
    assert.deepEqual(found, ["placed", "moved"].map((name) => ({ id: `host:${name}:80`, address: "192.0.2.10", port: 8080, rule: "docker" })));
    await remove("moved");
  });

  test("forgets a container that is killed", async () => {
    await engine.run("killed", PUBLISHED);
    await using source = following(engine.host);
    await eventually(() => assert.equal(source.now.length, 1));
    await engine.call("POST", "/containers/killed/kill");
    await eventually(() => assert.deepEqual(source.now, []), { within: 2_000 });
    await remove("killed");
  });

  test("drains a container that is told to stop before it ends", async () => {
    await engine.run("slow", { ...PUBLISHED, Cmd: SLOW });
    await using source = following(engine.host);
    await eventually(() => assert.equal(source.one("host:slow:80")?.draining, false));
    const stopped = engine.call("POST", "/containers/slow/stop?t=10");
    await eventually(() => assert.equal(source.one("host:slow:80")?.draining, true), { within: 1_500 });
    await stopped;
    await eventually(() => assert.deepEqual(source.now, []));
    await engine.call("POST", "/containers/slow/start");
    await eventually(() => assert.equal(source.one("host:slow:80")?.draining, false));
    await remove("slow");
  });

  test("drains at the signal that the image stops by, and not at one that only tells it something", async () => {
    await engine.run("odd", { ...PUBLISHED, StopSignal: "SIGQUIT", Cmd: ["sh", "-c", "trap '' HUP QUIT; while :; do sleep 0.1; done"] });
    await using source = following(engine.host);
    await eventually(() => assert.equal(source.now.length, 1));
    await engine.call("POST", "/containers/odd/kill?signal=HUP");
    // What is renamed later is known later: the first signal was taken in by then.
    await engine.call("POST", "/containers/odd/rename?name=odd2");
    await eventually(() => assert.equal(source.one("host:odd2:80")?.draining, false));
    await engine.call("POST", "/containers/odd2/kill?signal=QUIT");
    await eventually(() => assert.equal(source.one("host:odd2:80")?.draining, true));
    await remove("odd2");
  });

  test("drains a paused container, or leaves it out, as it is told", async () => {
    await engine.run("paused", PUBLISHED);
    await using draining = following(engine.host);
    await using absent = following(engine.host, { paused: "absent" });
    await eventually(() => assert.equal(draining.now.length + absent.now.length, 2));
    await engine.call("POST", "/containers/paused/pause");
    await eventually(() => assert.equal(draining.one("host:paused:80")?.draining, true));
    await eventually(() => assert.deepEqual(absent.now, []));
    await engine.call("POST", "/containers/paused/unpause");
    await eventually(() => assert.equal(draining.one("host:paused:80")?.draining, false));
    await eventually(() => assert.equal(absent.now.length, 1));
    await remove("paused");
  });

  test("follows the health that the engine finds", async () => {
    await engine.run("sick", { ...PUBLISHED, Healthcheck: { Test: ["CMD", "test", "-e", "/tmp/well"], Interval: 200_000_000, Timeout: 5_000_000_000, Retries: 1 } });
    await using source = following(engine.host);
    await eventually(() => assert.equal(source.one("host:sick:80")?.health, "critical"));
    await touch("sick", "touch");
    await eventually(() => assert.equal(source.one("host:sick:80")?.health, "passing"), { within: 10_000 });
    await touch("sick", "rm");
    await eventually(() => assert.equal(source.one("host:sick:80")?.health, "critical"), { within: 10_000 });
    await remove("sick");
  });

  async function touch(name: string, program: "touch" | "rm"): Promise<void> {
    const { Id } = (await engine.call("POST", `/containers/${name}/exec`, { Cmd: [program, "/tmp/well"] })) as { Id: string };
    await engine.call("POST", `/exec/${Id}/start`, { Detach: true });
  }

  test("knows a restarted container by its new address and a renamed one by its new name", async () => {
    await engine.call("POST", "/networks/create", { Name: "own", IPAM: { Config: [{ Subnet: "10.78.0.0/24" }] } });
    await engine.run("web", { HostConfig: { NetworkMode: "own" } });
    await using source = following(engine.host, { internal: true, ip: undefined });
    await eventually(() => assert.equal(source.now.length, 1));
    const IPv4Address = source.now[0]?.address ?? "";
    await engine.call("POST", "/containers/web/stop");
    await engine.run("other", { HostConfig: { NetworkMode: "own" }, NetworkingConfig: { EndpointsConfig: { own: { IPAMConfig: { IPv4Address } } } } });
    await engine.call("POST", "/containers/web/start");
    await eventually(() => assert.equal(source.one("host:other:80")?.address, IPv4Address));
    await eventually(() => assert.match(source.one("host:web:80")?.address ?? "", /^10\.78\.0\./));
    assert.notEqual(source.one("host:web:80")?.address, IPv4Address);
    await engine.call("POST", "/containers/web/rename?name=shop");
    await eventually(() => assert.deepEqual(source.ids, ["host:other:80", "host:shop:80"]));
    await Promise.all([remove("shop"), remove("other")]);
  });

  test("names 20 containers that start at once, and none when they are gone at once", async () => {
    await using source = following(engine.host);
    const names = Array.from({ length: 20 }, (_, index) => `many${index}`);
    await Promise.all(names.map((name) => engine.run(name, { HostConfig: { PublishAllPorts: true } })));
    await eventually(() => assert.equal(source.now.length, 20), { within: 2_000 });
    await Promise.all(names.map(remove));
    await eventually(() => assert.deepEqual(source.now, []), { within: 2_000 });
  });

  test("ends with the reason of its signal", async () => {
    await using source = following(engine.host);
    await eventually(() => assert.equal(source.lists.length, 1));
    source.stop();
    assert.equal((await source.end as Error).message, "Stopped by the test");
  });

  test("logs no value of a container's environment", async () => {
    await engine.run("secretive", { ...PUBLISHED, Env: ["PASSWORD=hunter2", "SERVICE_80_CHECK_HTTP=/hunter3"] });
    await using source = following(engine.host);
    await eventually(() => assert.equal(source.now.length, 1));
    assert.doesNotMatch(JSON.stringify(source.log.lines), /hunter/);
    assert.doesNotMatch(JSON.stringify(source.now), /hunter2/);
    await remove("secretive");
  });
});
