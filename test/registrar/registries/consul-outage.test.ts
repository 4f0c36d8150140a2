import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Registrar } from "../../../src/registrar/registrar.ts";
import { startConsul } from "../../support/consul.ts";
import { eventually } from "../../support/eventually.ts";
import { realPorts } from "../../support/ports.ts";
import { tcpProxy } from "../../support/tcp-proxy.ts";
import { makeAuthority } from "../../support/tls.ts";
import { tempDir } from "../../support/temp.ts";
import { openConsulRegistry, seen } from "./consul-support.ts";
import { anInstance, keepingAlive, NEVER, putAll } from "./support.ts";

describe("Consul's registry and what happens to an agent", () => {
  test("Registrations that the agent has no more are noticed", async () => {
    await using consul = await startConsul();
    await using registry = await openConsulRegistry(consul.url, "aaaa");
    for (const id of ["one", "two", "three"]) await putAll(registry, anInstance(id));
    {
      await using beats = keepingAlive(registry);
      await consul.deregister("two");
      await eventually(() => assert.equal(beats.ended(), "lost"));
    }
    assert.deepEqual([...(await registry.owned(NEVER)).keys()].sort(), ["one", "three"]);
    await using beats = keepingAlive(registry);
    await consul.kill();
    await assert.rejects(registry.owned(NEVER), { code: "BACKEND_UNREACHABLE" });
    await consul.wipe();
    await eventually(() => assert.equal(beats.ended(), "lost"));
  });

  test("An agent that comes back without its data has everything again within 2 s", async () => {
    await using consul = await startConsul();
    const registry = await openConsulRegistry(consul.url, "bbbb");
    await using _open = registry;
    const source = { name: "self", async *instances(signal: AbortSignal) { yield ["one", "two"].map((id) => anInstance(id)); await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true })); } };
    const registrar = new Registrar({ sources: [source], registries: [registry], interval: 60_000, onConflict: "refuse", ports: realPorts() });
    const stop = new AbortController();
    const running = registrar.run(stop.signal);
    try {
      const registered = async () => assert.deepEqual((await seen(consul.url, "web")).services.map(({ Service }) => Service.ID).sort(), ["one", "two"]);
      await eventually(registered);
      await consul.wipe();
      await eventually(registered, { within: 2_000 });
    } finally {
      stop.abort(new Error("The test ended"));
      await running;
    }
  });

  test("An agent that says nothing is away after a while, and a call to it ends at once when it is aborted", async () => {
    await using consul = await startConsul();
    await using proxy = await tcpProxy(consul.port);
    await using registry = await openConsulRegistry(`http://127.0.0.1:${proxy.port}`, "cccc");
    proxy.swallow(true);
    const stop = new AbortController();
    const asked = registry.owned(stop.signal);
    const reason = new Error("Stopped");
    await eventually(() => assert.equal(proxy.accepted, 1));
    stop.abort(reason);
    await assert.rejects(asked, reason);
  });

  test("A token opens what it may, is read again when it was replaced, and is told when it does not do", async () => {
    await using consul = await startConsul({ acl: true });
    await using folder = await tempDir();
    const tokenFile = await folder.write("token", await consul.makeToken('service "" { policy = "read" }'));
    await using registry = await openConsulRegistry(consul.url, "dddd", { options: { tokenFile } });
    await assert.rejects(putAll(registry, anInstance("denied")), { code: "BACKEND_DENIED", hint: "Use a token that may write the service" });
    await folder.write("token", await consul.makeToken('service "web" { policy = "write" } node_prefix "" { policy = "read" }'));
    const [registration] = await putAll(registry, anInstance("allowed"));
    assert.deepEqual(await registry.owned(NEVER), new Map([["allowed", registration?.value]]));
    await putAll(registry, anInstance("allowed", { draining: true }));
    await registry.deregister("allowed", NEVER);
    assert.deepEqual((await seen(consul.url, "web", consul.token)).services, []);
  });

  test("An agent that wants TLS and a client certificate is served both", async () => {
    await using authority = await makeAuthority();
    const server = await authority.issue("server.dc1.consul", ["IP:127.0.0.1", "DNS:server.dc1.consul"]);
    const client = await authority.issue("registrar");
    await using consul = await startConsul({ tls: { caFile: authority.caFile, ...server } });
    await using registry = await openConsulRegistry(consul.httpsUrl, "eeee", { options: { caFile: authority.caFile, ...client } });
    await putAll(registry, anInstance("secure"));
    assert.deepEqual([...(await registry.owned(NEVER)).keys()], ["secure"]);
    await using stranger = await openConsulRegistry(consul.httpsUrl, "ffff", { options: { caFile: authority.caFile } });
    await assert.rejects(stranger.owned(NEVER), { code: "BACKEND_UNREACHABLE", message: /it wants a client certificate that it trusts/ });
  });

  test("What an attribute loses is told once for a service", async () => {
    await using registry = await openConsulRegistry("http://127.0.0.1:1", "ffff");
    for (const id of ["one", "two"]) registry.registrations(anInstance(id, { attributes: { long: "v".repeat(600) } }));
    assert.deepEqual(registry.log.lines.map(({ fields }) => fields), [{ registry: "consul", service: "web", attribute: "long" }]);
  });
});
