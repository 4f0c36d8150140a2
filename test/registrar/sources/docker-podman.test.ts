import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { following } from "../../support/docker-source.ts";
import { eventually } from "../../support/eventually.ts";
import { oddEngine } from "../../support/odd-engine.ts";

/** The answers of Podman 4.3 for one container. */
function podman() {
  const state = { Status: "running", Running: true, Paused: false, StartedAt: "2026-01-01T00:00:00Z", Health: { Status: "starting" } };
  const container = {
    Id: "c1",
    Name: "/web",
    Config: { Image: "localhost/team/web:latest", Env: ["SERVICE_NAME=shop"], Labels: {}, ExposedPorts: { "80/tcp": {} }, StopSignal: "15" },
    HostConfig: { NetworkMode: "bridge" },
    NetworkSettings: { Ports: { "80/tcp": [{ HostIp: "", HostPort: "8080" }] }, Networks: { podman: { IPAddress: "10.88.0.2" } } },
    State: state,
  };
  const running = { list: true, broken: false };
  const answers = {
    "/containers/json": () => (running.list ? [{ Id: "c1", Names: ["/web"], State: "running", Status: "Up", NetworkSettings: container.NetworkSettings }] : []),
    "/containers/c1/json": () => (running.broken ? { status: 500, body: { message: "broken" } } : running.list ? container : undefined),
  };
  const event = (Action: string, Attributes: object = {}) => ({ Type: "container", Action, Actor: { ID: "c1", Attributes: { containerExitCode: "0", ...Attributes } }, timeNano: Date.now() * 1e6 });
  return { headers: { "api-version": "1.41", "libpod-api-version": "4.3.1" }, answers, container, state, running, event };
}

describe("the Docker source with Podman", () => {
  test("asks for all events, as Podman finds few by a filter", async () => {
    await using engine = await oddEngine(podman());
    await using source = following(engine.host);
    await eventually(() => assert.deepEqual(source.now.map(({ id, name, port }) => [id, name, port]), [["host:web:80", "shop", 8080]]));
    assert.deepEqual(engine.asked.filter((path) => path.includes("/events")), ["/v1.41/events"]);
  });

  test("finds the address in the network that Podman calls by another name than the mode", async () => {
    await using engine = await oddEngine(podman());
    await using source = following(engine.host, { internal: true });
    await eventually(() => assert.equal(source.one("host:web:80")?.address, "10.88.0.2"));
  });

  test("looks at the health that a bare event does not tell", async () => {
    const { state, event, ...served } = podman();
    await using engine = await oddEngine(served);
    await using source = following(engine.host);
    await eventually(() => assert.equal(source.one("host:web:80")?.health, "critical"));
    state.Health.Status = "healthy";
    engine.tell(event("health_status"));
    await eventually(() => assert.equal(source.one("host:web:80")?.health, "passing"));
  });

  for (const word of ["died", "remove"]) {
    test(`takes "${word}" for the end of a container, even when it cannot be inspected`, async () => {
      const { running, event, ...served } = podman();
      await using engine = await oddEngine(served);
      await using source = following(engine.host);
      await eventually(() => assert.equal(source.now.length, 1));
      running.broken = true;
      engine.tell(event(word));
      await eventually(() => assert.deepEqual(source.now, []));
    });
  }

  test("drains nothing at a kill that does not say by which signal", async () => {
    const { container, event, ...served } = podman();
    await using engine = await oddEngine(served);
    await using source = following(engine.host);
    await eventually(() => assert.equal(source.now.length, 1));
    engine.tell(event("kill"));
    container.Config.Env = ["SERVICE_NAME=later"];
    engine.tell(event("update"));
    await eventually(() => assert.deepEqual(source.now.map(({ name, draining }) => [name, draining]), [["later", false]]));
  });

  test("opens the events anew when what comes is none", async () => {
    const { running, ...served } = podman();
    await using engine = await oddEngine(served);
    await using source = following(engine.host);
    await eventually(() => assert.equal(source.now.length, 1));
    engine.tell("<html>");
    engine.endEvents();
    running.list = false;
    await eventually(() => assert.deepEqual(source.now, []));
    assert.match(JSON.stringify(source.log.lines), /no list of events/);
    assert.equal(engine.asked.filter((path) => path.includes("/events")).length > 1, true);
  });
});
