import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import type { Health } from "../../../src/core/instance.ts";
import { type Consul, startConsul } from "../../support/consul.ts";
import { eventually } from "../../support/eventually.ts";
import { openConsulRegistry, type SeenService, seen, statuses } from "./consul-support.ts";
import { anInstance, keepingAlive, NEVER, putAll } from "./support.ts";

describe("Health in Consul's registry", () => {
  let consul: Consul;
  before(async () => void (consul = await startConsul()));
  after(() => consul?.[Symbol.asyncDispose]());

  const open = (registrar: string, more: Parameters<typeof openConsulRegistry>[2] = {}) => openConsulRegistry(consul.url, registrar, more);
  const eventuallySeen = (name: string, expected: Readonly<Record<string, string>>, within = 5_000) => eventually(async () => assert.deepEqual(statuses((await seen(consul.url, name)).services[0] as SeenService), expected), { within });

  test("An instance is as its checks say, and each word of it is told", async () => {
    await using registry = await open("aaaa");
    for (const health of ["passing", "warning", "critical", "passing"] satisfies Health[]) {
      const [registration] = await putAll(registry, anInstance("said", { name: "said", health }));
      await eventuallySeen("said", { "service:said": health });
      assert.equal((await registry.owned(NEVER)).get("said"), registration?.value);
    }
  });

  test("Heartbeats keep a service passing past its TTL, and without them it is critical", async () => {
    await using registry = await open("bbbb", { ttl: 1_500 });
    await putAll(registry, anInstance("beating", { name: "beating" }));
    await using other = await open("cccc", { ttl: 1_500 });
    const [registration] = await putAll(other, anInstance("silent", { name: "silent" }));
    await using _beats = keepingAlive(registry);
    await eventuallySeen("silent", { "service:silent": "critical" });
    await eventuallySeen("beating", { "service:beating": "passing" });
    assert.notEqual((await other.owned(NEVER)).get("silent"), registration?.value, "that it is critical is seen, so that it is put right");
  });

  test("Critical instances stay critical under heartbeats", async () => {
    await using registry = await open("dddd", { ttl: 1_500 });
    await putAll(registry, anInstance("ill", { name: "ill", health: "critical" }));
    await using _beats = keepingAlive(registry);
    await putAll(registry, anInstance("well", { name: "well" }));
    await eventuallySeen("well", { "service:well": "passing" });
    await eventuallySeen("ill", { "service:ill": "critical" });
  });

  test("An instance that drains is in maintenance with the reason, and put back when it does not stop", async () => {
    await using registry = await open("eeee");
    await putAll(registry, anInstance("drains", { name: "drains" }));
    const [draining] = await putAll(registry, anInstance("drains", { name: "drains", draining: true }));
    await eventuallySeen("drains", { "service:drains": "passing", "_service_maintenance:drains": "critical" });
    assert.equal((await seen(consul.url, "drains")).services[0]?.Checks.find(({ CheckID }) => CheckID.startsWith("_service"))?.Notes, "Draining, says Remora");
    assert.equal((await registry.owned(NEVER)).get("drains"), draining?.value);
    await putAll(registry, anInstance("drains", { name: "drains" }));
    await eventuallySeen("drains", { "service:drains": "passing" });
  });

  test("A maintenance that an operator began is left alone", async () => {
    await using registry = await open("ffff");
    const [registration] = await putAll(registry, anInstance("operated", { name: "operated" }));
    await fetch(`${consul.url}/v1/agent/service/maintenance/operated?enable=true&reason=disk`, { method: "PUT" });
    assert.equal((await registry.owned(NEVER)).get("operated"), registration?.value);
    await putAll(registry, anInstance("operated", { name: "operated" }));
    await eventuallySeen("operated", { "service:operated": "passing", "_service_maintenance:operated": "critical" });
  });

  test("A check that the attributes ask for is made by Consul, and taken away with them", async () => {
    const app = createServer((request, response) => response.writeHead(request.url === "/health" ? 200 : 404).end());
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = app.address() as AddressInfo;
      await using registry = await open("gggg");
      const probed = (id: string, attributes: Record<string, string>) => anInstance(id, { name: id, address: "127.0.0.1", port, attributes: { check_interval: "100ms", check_timeout: "1s", ...attributes } });
      await putAll(registry, { ...probed("http", { check_http: "/health" }), health: "critical" });
      await eventuallySeen("http", { "service:http": "critical", "service:http:probe": "passing" });
      await putAll(registry, probed("tcp", { check_tcp: "true" }));
      await eventuallySeen("tcp", { "service:tcp": "passing", "service:tcp:probe": "passing" });
      await putAll(registry, probed("later", { check_tcp: "true", check_interval: "1h" }));
      await eventuallySeen("later", { "service:later": "passing", "service:later:probe": "critical" });
      await putAll(registry, probed("at-once", { check_tcp: "true", check_interval: "1h", check_initial_status: "passing" }));
      await eventuallySeen("at-once", { "service:at-once": "passing", "service:at-once:probe": "passing" });
      // What was found out stays when something else changes.
      await putAll(registry, { ...probed("tcp", { check_tcp: "true", check_interval: "1h" }), tags: ["new"] });
      await eventuallySeen("tcp", { "service:tcp": "passing", "service:tcp:probe": "passing" });
      await putAll(registry, probed("remote", { check_grpc: "true", check_grpc_use_tls: "true" }));
      const [remote] = (await seen(consul.url, "remote")).services as SeenService[];
      assert.match(JSON.stringify(remote?.Checks), /"Type":"grpc"/);
      await putAll(registry, probed("http", { check_http: "/nothing" }));
      await eventuallySeen("http", { "service:http": "passing", "service:http:probe": "critical" });
      await putAll(registry, probed("http", { check_http: "false" }));
      await eventuallySeen("http", { "service:http": "passing" });
    } finally {
      app.closeAllConnections();
      app.close();
    }
  });
});
