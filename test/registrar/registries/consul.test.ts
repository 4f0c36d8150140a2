import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { registryContract } from "../../contract/registry.ts";
import { type Consul, startConsul } from "../../support/consul.ts";
import { eventually } from "../../support/eventually.ts";
import { openConsulRegistry, type SeenService, seen } from "./consul-support.ts";
import { anInstance, keepingAlive, NEVER, putAll } from "./support.ts";

registryContract("consul", async () => {
  const consul = await startConsul({ keeps: true });
  const services = async () => Object.entries((await (await fetch(`${consul.url}/v1/agent/services`)).json()) as Record<string, SeenService["Service"]>);
  return {
    kind: { name: "consul", options: { address: consul.url } },
    revision: async () => Math.max(...(await Promise.all((await services()).map(async ([, { Service }]) => (await seen(consul.url, Service)).index))), 0),
    async lose(registrar) {
      const lost = (await services()).filter(([, { Meta }]) => Meta["remora-registrar"] === registrar);
      assert.notEqual(lost.length, 0);
      for (const [id] of lost) await consul.deregister(id);
    },
    async restart() {
      await consul.kill();
      await consul.start();
    },
    [Symbol.asyncDispose]: () => consul[Symbol.asyncDispose](),
  };
});

describe("Consul as a registry", () => {
  let consul: Consul;
  before(async () => void (consul = await startConsul()));
  after(() => consul?.[Symbol.asyncDispose]());

  const open = (registrar: string, more: Parameters<typeof openConsulRegistry>[2] = {}) => openConsulRegistry(consul.url, registrar, more);
  const one = (name: string) =>
    eventually(async () => {
      const { services } = await seen(consul.url, name);
      assert.equal(services.length, 1);
      return services[0] as SeenService;
    });

  test("A service has its name, address, port, tags in the order written and attributes, and passes", async () => {
    await using registry = await open("aaaa");
    await putAll(registry, anInstance("host:web:80", { name: "whole", tags: ["z", "a", "m"], attributes: { zone: "north", Größe: "4" } }));
    const { Service, Checks } = await one("whole");
    assert.deepEqual([Service.ID, Service.Address, Service.Port, Service.Tags], ["host:web:80", "10.0.0.5", 8080, ["z", "a", "m"]]);
    assert.deepEqual({ ...Service.Meta }, { "remora-registrar": "aaaa", "remora-ttl": "10000", zone: "north", Gr__e: "4" });
    assert.equal(Checks.find(({ CheckID }) => CheckID === "service:host:web:80")?.Status, "passing");
  });

  test("The same again wakes nobody who watches the service, and heartbeats neither", async () => {
    await using registry = await open("bbbb", { ttl: 3_000 });
    await putAll(registry, anInstance("same", { name: "same" }));
    await one("same");
    const before = await eventually(async () => {
      const { index, services } = await seen(consul.url, "same");
      assert.equal(services[0]?.Checks.length, 2);
      return index;
    });
    await putAll(registry, anInstance("same", { name: "same" }));
    await using _beats = keepingAlive(registry);
    await putAll(registry, anInstance("other", { name: "other" }));
    await one("other");
    assert.equal((await seen(consul.url, "same")).index, before);
  });

  test("What a registrar left is its own after a restart, and what others have is not", async () => {
    await consul.register({ ID: "foreign", Name: "foreign", Port: 1, Meta: { zone: "north" } });
    const registrations = await (async () => {
      await using first = await open("cccc");
      return [...(await putAll(first, anInstance("c1", { tags: ["b", "a"], attributes: { "a.b": "1" } }))), ...(await putAll(first, anInstance("c2", { health: "warning" })))];
    })();
    await using other = await open("dddd");
    await putAll(other, anInstance("d1"));
    await using second = await open("cccc");
    const owned = await second.owned(NEVER);
    assert.deepEqual(new Map(owned), new Map(registrations.map(({ id, value }) => [id, value])));
    await second.deregister("d1", NEVER);
    await second.deregister("foreign", NEVER);
    assert.deepEqual([...(await other.owned(NEVER)).keys()], ["d1"]);
    assert.equal((await seen(consul.url, "foreign")).services.length, 1);
  });

  test("An id that another registrar or somebody else has is refused", async () => {
    await consul.register({ ID: "taken-by-hand", Name: "taken", Port: 1 });
    await using first = await open("eeee");
    await putAll(first, anInstance("taken", { port: 1 }));
    await using second = await open("ffff");
    for (const id of ["taken", "taken-by-hand"]) await assert.rejects(putAll(second, anInstance(id, { port: 2 })), { code: "REGISTRATION_CONFLICT", message: new RegExp(`"${id}"`) });
    assert.equal([...(await first.owned(NEVER)).values()].length, 1);
    assert.equal((await one("taken")).Service.Port, 1);
  });

  test("An id that another registrar has is taken over, and said to be, where that is configured", async () => {
    await using first = await open("gggg");
    await putAll(first, anInstance("over", { name: "over", port: 1 }));
    await using second = await open("hhhh", { onConflict: "take over" });
    await putAll(second, anInstance("over", { name: "over", port: 2 }));
    assert.deepEqual([[...(await first.owned(NEVER)).keys()], [...(await second.owned(NEVER)).keys()]], [[], ["over"]]);
    await eventually(async () => assert.equal((await one("over")).Service.Port, 2));
    assert.deepEqual(second.log.lines.map(({ message, fields }) => [message, fields["id"], fields["from"]]), [["Took over a service of Consul", "over", "gggg"]]);
  });

  test("One is deregistered twice, and one that never was", async () => {
    await using registry = await open("iiii");
    await putAll(registry, anInstance("twice", { name: "twice" }));
    for (const id of ["twice", "twice", "never"]) await registry.deregister(id, NEVER);
    assert.deepEqual((await seen(consul.url, "twice")).services, []);
  });

  test("50 at once are registered and deregistered", async () => {
    await using registry = await open("jjjj");
    const ids = Array.from({ length: 50 }, (_, at) => `many-${at}`);
    await Promise.all(ids.map((id) => putAll(registry, anInstance(id, { name: "many" }))));
    assert.equal((await registry.owned(NEVER)).size, 50);
    await Promise.all(ids.map((id) => registry.deregister(id, NEVER)));
    assert.equal((await registry.owned(NEVER)).size, 0);
  });

  test("Ids with unusual characters are registered, found again and deregistered", async () => {
    await using registry = await open("kkkk");
    const ids = ["host:web:53:udp", "a b", "a/b", "ü?x=1&y#z", "100%25", "it's {one}"];
    for (const id of ids) await putAll(registry, anInstance(id));
    assert.deepEqual([...(await registry.owned(NEVER)).keys()].sort(), [...ids].sort());
    for (const id of ids) await registry.deregister(id, NEVER);
    assert.equal((await registry.owned(NEVER)).size, 0);
  });

  for (const [what, wrong] of Object.entries({ "an empty id": { id: "" }, "a quote": { id: 'a"b' }, "path segments": { id: "a/../b" }, "no name": { name: "" }, "a port too high": { port: 70_000 }, "no address": { address: "" } })) {
    test(`What Consul cannot hold is refused by name: ${what}`, async () => {
      await using registry = await open("llll");
      assert.throws(() => registry.registrations(anInstance("invalid", wrong)), { code: "REGISTRATION_INVALID", message: /^Cannot register ".*" in Consul: / });
    });
  }

  test("A call ends at once when it is aborted", async () => {
    await using registry = await open("mmmm");
    const reason = new Error("Stopped");
    await assert.rejects(registry.put({ id: "aborted", value: registry.registrations(anInstance("aborted"))[0]?.value ?? "" }, AbortSignal.abort(reason)), reason);
    await assert.rejects(registry.keepAlive(AbortSignal.abort(reason)), reason);
  });
});
