import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Registrar } from "../../../src/registrar/registrar.ts";
import { ZookeeperSession } from "../../../src/registrar/registries/zookeeper-session.ts";
import { zookeeperRegistry } from "../../../src/registrar/registries/zookeeper.ts";
import { eventually } from "../../support/eventually.ts";
import { realPorts } from "../../support/ports.ts";
import { registeringProcess } from "../../support/registries.ts";
import { tcpProxy } from "../../support/tcp-proxy.ts";
import { startZookeeper, type Zookeeper } from "../../support/zookeeper.ts";
import { aContext, anInstance, NEVER, putAll } from "./support.ts";

describe("ZooKeeper as a registry", { timeout: 120_000 }, () => {
  let [zookeeper, reader]: [Zookeeper | undefined, ZookeeperSession | undefined] = [undefined, undefined];
  before(async () => {
    zookeeper = await startZookeeper();
    reader = new ZookeeperSession({ servers: [zookeeper.server], timeout: 30_000, ports: realPorts() });
  });
  after(async () => {
    await reader?.[Symbol.asyncDispose]();
    await zookeeper?.[Symbol.asyncDispose]();
  });

  const server = () => zookeeper?.server ?? "";
  const open = (registrar: string, { servers = [server()], ...more }: { servers?: string[]; onConflict?: "refuse" | "take over"; ttl?: number } = {}) => zookeeperRegistry.open({ servers, layout: "registrator", prefix: "/services" }, aContext(registrar, more));
  const valueAt = async (path: string) => (await reader?.read(path, NEVER))?.value;
  const service = (name: string, port = 80) => anInstance(`host:${name}`, { name, port });

  test("An instance is an ephemeral node, changed and removed with it", async () => {
    await using registry = await open("aaaa");
    const [registration] = await putAll(registry, service("life"));
    assert.deepEqual([registration?.id, await valueAt("/services/life/host:life")], ["/services/life/host:life", "10.0.0.5:80"]);
    assert.notEqual((await reader?.read("/services/life/host:life", NEVER))?.session, "0".repeat(16));
    await putAll(registry, service("life"));
    await putAll(registry, service("life", 81));
    assert.deepEqual(await registry.owned(NEVER), new Map([["/services/life/host:life", "10.0.0.5:81"]]));
    for (let twice = 0; twice < 2; twice++) await registry.deregister("/services/life/host:life", NEVER);
    assert.deepEqual([await valueAt("/services/life/host:life"), await registry.owned(NEVER)], [undefined, new Map()]);
  });

  test("A node ends with the session of its registrar", async () => {
    {
      await using registry = await open("bbbb");
      await putAll(registry, service("brief"));
    }
    await eventually(async () => assert.equal(await valueAt("/services/brief/host:brief"), undefined));
  });

  test("What a killed registrar had is its own at the next start, and lives on past the session that ended", async () => {
    const kind = { name: "zookeeper", options: { servers: [server()], layout: "registrator", prefix: "/services" } };
    const process = await registeringProcess(kind, { registrar: "cccc", ttl: 4_000, instances: [service("killed")] });
    await process.kill();
    await using registry = await open("cccc");
    const before = await reader?.read("/services/killed/host:killed", NEVER);
    assert.deepEqual(await registry.owned(NEVER), new Map([["/services/killed/host:killed", "10.0.0.5:80"]]));
    const now = await reader?.read("/services/killed/host:killed", NEVER);
    assert.notEqual(now?.session, before?.session);
    await using other = await open("dddd");
    assert.deepEqual(await other.owned(NEVER), new Map());
  });

  test("A node of somebody else is refused, not removed, or taken over where that is configured", async () => {
    await using theirs = await open("eeee");
    await putAll(theirs, service("taken"));
    await using ours = await open("ffff");
    await assert.rejects(putAll(ours, service("taken", 81)), { code: "REGISTRATION_CONFLICT" });
    await ours.deregister("/services/taken/host:taken", NEVER);
    assert.equal(await valueAt("/services/taken/host:taken"), "10.0.0.5:80");
    await using greedy = await open("0000", { onConflict: "take over" });
    await putAll(greedy, service("taken", 82));
    assert.deepEqual([await theirs.owned(NEVER), await greedy.owned(NEVER)], [new Map(), new Map([["/services/taken/host:taken", "10.0.0.5:82"]])]);
  });

  test("Of two registrars that make the same node at once one has it and the other is refused", async () => {
    await using first = await open("4444");
    await using second = await open("5555");
    for (let times = 0; times < 10; times++) {
      const outcomes = await Promise.allSettled([first, second].map((registry, at) => putAll(registry, service(`race-${times}`, 80 + at))));
      assert.deepEqual(outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason.code : "made")).sort(), ["REGISTRATION_CONFLICT", "made"]);
    }
  });

  test("50 at once are made and removed", async () => {
    await using registry = await open("1111");
    const names = Array.from({ length: 50 }, (_, at) => `many-${at}`);
    await Promise.all(names.map((name) => putAll(registry, service(name))));
    const owned = await registry.owned(NEVER);
    assert.equal(owned.size, 50);
    await Promise.all([...owned.keys()].map((id) => registry.deregister(id, NEVER)));
    assert.equal((await registry.owned(NEVER)).size, 0);
  });

  test("A path that carries nothing is noticed, and everything is registered again under another session", { timeout: 60_000 }, async () => {
    await using proxy = await tcpProxy(zookeeper?.port ?? 0);
    await using registry = await open("2222", { servers: [`127.0.0.1:${proxy.port}`], ttl: 1_500 });
    const source = { name: "self", async *instances(signal: AbortSignal) { yield [service("silent")]; await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true })); } };
    const registrar = new Registrar({ sources: [source], registries: [registry], interval: 60_000, onConflict: "refuse", ports: realPorts() });
    const stop = new AbortController();
    const running = registrar.run(stop.signal);
    try {
      await registrar.settled();
      const first = (await reader?.read("/services/silent/host:silent", NEVER))?.session;
      proxy.blackhole();
      await eventually(async () => {
        const { session, value } = (await reader?.read("/services/silent/host:silent", NEVER)) ?? {};
        assert.equal(value, "10.0.0.5:80");
        assert.notEqual(session, first);
      }, { within: 20_000 });
    } finally {
      stop.abort(new Error("The test ended"));
      await running;
    }
  });

  test("A server that is away is said to be", { timeout: 60_000 }, async () => {
    await using registry = await open("3333", { servers: ["127.0.0.1:1"] });
    await assert.rejects(registry.owned(NEVER), { code: "BACKEND_UNREACHABLE", message: /^Cannot reach ZooKeeper at 127.0.0.1:1: / });
  });
});
