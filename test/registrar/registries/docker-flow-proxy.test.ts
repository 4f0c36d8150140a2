import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RegistryContext } from "../../../src/core/registry.ts";
import { dockerFlowProxyRegistry } from "../../../src/registrar/registries/docker-flow-proxy.ts";
import { eventually } from "../../support/eventually.ts";
import { type FlowProxy, startFlowProxy } from "../../support/flow-proxy.ts";
import { tempDir } from "../../support/temp.ts";
import { aContext, anInstance, keepingAlive, NEVER, putAll } from "./support.ts";

function open({ url }: FlowProxy, more: Partial<Omit<RegistryContext, "ports">> & { stateFile?: string; distribute?: boolean } = {}) {
  const { stateFile, distribute, ...context } = more;
  return dockerFlowProxyRegistry.open({ url, stateFile, distribute }, aContext("aaaa", context));
}

const demo = (more: Record<string, string> = {}) => anInstance("host:demo:8080", { name: "go-demo", attributes: { "com.df.notify": "true", "com.df.servicePath": "/demo,/more", ...more } });

describe("Docker Flow Proxy as a registry", () => {
  test("A service is made of an instance's address and its labels", async () => {
    await using proxy = await startFlowProxy();
    await using registry = await open(proxy, { distribute: true });
    await putAll(registry, demo({ "com.df.httpsOnly": "true", "com.df.servicePath.1": "/one", "com.df.port": "80", zone: "north" }));
    assert.deepEqual(proxy.services.get("go-demo"), { distribute: "true", httpsOnly: "true", outboundHostname: "10.0.0.5", port: "8080", serviceName: "go-demo", servicePath: "/demo,/more", "servicePath.1": "/one" });
  });

  test("An instance without labels of the proxy, or that says not to be told, is none; nor is one that drains or fails", async () => {
    await using proxy = await startFlowProxy();
    await using registry = await open(proxy);
    for (const instance of [anInstance("plain"), demo({ "com.df.notify": "false" }), { ...demo(), draining: true }, { ...demo(), health: "critical" as const }]) assert.deepEqual(registry.registrations(instance), []);
  });

  test("The same again reloads nothing", async () => {
    await using proxy = await startFlowProxy();
    await using registry = await open(proxy);
    for (let times = 0; times < 3; times++) await putAll(registry, demo());
    await putAll(registry, { ...demo(), address: "fd00::5" });
    assert.deepEqual(proxy.changes, ["reconfigure go-demo", "reconfigure go-demo"]);
    assert.equal(proxy.services.get("go-demo")?.["outboundHostname"], "[fd00::5]");
  });

  test("A proxy that was restarted is noticed, and what it had is no longer told to be there until it is put again", async () => {
    await using proxy = await startFlowProxy();
    await using registry = await open(proxy);
    const [registration] = await putAll(registry, demo());
    await using beats = keepingAlive(registry);
    assert.deepEqual(await registry.owned(NEVER), new Map([["go-demo", registration?.value]]));
    proxy.restart();
    await eventually(() => assert.equal(beats.ended(), "lost"));
    assert.deepEqual(await registry.owned(NEVER), new Map());
    await putAll(registry, demo());
    assert.deepEqual([...proxy.services.keys()], ["go-demo"]);
  });

  test("A proxy that is away is said to be, and everything is looked at again when it is back", async () => {
    await using proxy = await startFlowProxy();
    await using registry = await open(proxy);
    await putAll(registry, demo());
    await using beats = keepingAlive(registry);
    await proxy.stop();
    proxy.restart();
    await assert.rejects(putAll(registry, demo()), { code: "BACKEND_UNREACHABLE", message: /^Cannot read the configuration of Docker Flow Proxy at http:.*: connect ECONNREFUSED/ });
    await proxy.start();
    await eventually(() => assert.equal(beats.ended(), "lost"));
  });

  test("What a registrar registered is its own after a restart, and is removed when nobody wants it", async () => {
    await using folder = await tempDir();
    await using proxy = await startFlowProxy();
    await fetch(`${proxy.url}/v1/docker-flow-proxy/reconfigure?serviceName=foreign&servicePath=/foreign&port=80`);
    const stateFile = folder.join("flow-proxy.json");
    const [registration] = await putAll(await open(proxy, { stateFile }), demo());
    await using second = await open(proxy, { stateFile });
    assert.deepEqual(await second.owned(NEVER), new Map([["go-demo", registration?.value]]));
    for (const id of ["go-demo", "go-demo", "foreign"]) await second.deregister(id, NEVER);
    assert.deepEqual([...proxy.services.keys()], ["foreign"]);
    assert.deepEqual(await (await open(proxy, { stateFile })).owned(NEVER), new Map());
  });

  test("A service that somebody else made is refused, or taken over where that is configured", async () => {
    await using proxy = await startFlowProxy();
    await fetch(`${proxy.url}/v1/docker-flow-proxy/reconfigure?serviceName=go-demo&servicePath=/demo&port=80&outboundHostname=10.0.0.1`);
    await using registry = await open(proxy);
    await assert.rejects(putAll(registry, demo()), { code: "REGISTRATION_CONFLICT" });
    await using greedy = await open(proxy, { onConflict: "take over" });
    await putAll(greedy, demo());
    assert.equal(proxy.services.get("go-demo")?.["outboundHostname"], "10.0.0.5");
  });

  test("50 at once are made and removed", async () => {
    await using folder = await tempDir();
    await using proxy = await startFlowProxy();
    await using registry = await open(proxy, { stateFile: folder.join("state.json") });
    const names = Array.from({ length: 50 }, (_, at) => `service-${at}`);
    await Promise.all(names.map((name) => putAll(registry, { ...demo(), name })));
    assert.equal(proxy.services.size, 50);
    assert.equal((await (await open(proxy, { stateFile: folder.join("state.json") })).owned(NEVER)).size, 50);
    await Promise.all(names.map((name) => registry.deregister(name, NEVER)));
    assert.equal(proxy.services.size, 0);
  });

  test("What the proxy refuses is told in its words", async () => {
    await using proxy = await startFlowProxy();
    await using registry = await open(proxy);
    await assert.rejects(putAll(registry, demo({ "com.df.servicePath": "/broken" })), { code: "BACKEND_REFUSED", message: /: Config validation failed \(status 500\)$/ });
  });

  for (const [what, instance] of Object.entries({
    "neither path nor domain": anInstance("demo", { attributes: { "com.df.notify": "true" } }),
    "a name with a space": demo({ "com.df.serviceName": "go demo" }),
    "TCP without a port of the proxy": anInstance("demo", { attributes: { "com.df.reqMode": "tcp" } }),
    "no port": { ...demo(), port: 0 },
  })) {
    test(`What the proxy cannot hold is refused by name: ${what}`, async () => {
      await using proxy = await startFlowProxy();
      await using registry = await open(proxy);
      assert.throws(() => registry.registrations(instance), { code: "REGISTRATION_INVALID", message: new RegExp(`^Cannot register "${instance.id}" in Docker Flow Proxy: `) });
    });
  }
});
