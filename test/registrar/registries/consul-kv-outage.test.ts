import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RegistryContext } from "../../../src/core/registry.ts";
import { type Consul, startConsul } from "../../support/consul.ts";
import { eventually } from "../../support/eventually.ts";
import { instance } from "../../support/instance.ts";
import { keeping, openRegistry, ownedBy, register, registeringProcess } from "../../support/registries.ts";
import { tcpProxy } from "../../support/tcp-proxy.ts";

// Of the shortest TTL that Consul takes, 10 s, twice pass until a session has ended.
const TTL_MS = 20_000;
const many = Array.from({ length: 20 }, (_, index) => instance(`many-${index}`));

const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("registrations in Consul's keys", { concurrency: true, timeout: 90_000 }, () => {
  let consul: Consul;
  before(async () => void (consul = await startConsul()));
  after(() => consul?.[Symbol.asyncDispose]());

  test("are back within 2 s of the return of a Consul that lost all its data", async () => {
    await using own = await startConsul();
    await using registry = await openBelow(own.url, "lost-data");
    await using _keeper = await keeping(registry, ...many);
    await own.wipe();
    await eventually(async () => assert.equal(Object.keys(await keysBelow(own, "lost-data")).length, many.length), { within: 2_000 });
  });

  test("that could not be written while Consul was away are there within 2 s of its return", async () => {
    await using proxy = await tcpProxy(consul.port);
    await using registry = await openBelow(`http://127.0.0.1:${proxy.port}`, "cut");
    await using keeper = await keeping(registry, ...many);
    proxy.refuse(true);
    proxy.cut();
    keeper.say(...many.slice(1), instance("new"));
    await pass(2_000);
    proxy.refuse(false);
    const expected = [...many.slice(1), instance("new")].map(({ id }) => `cut/web/${id}`).sort();
    await eventually(async () => assert.deepEqual(Object.keys(await keysBelow(consul, "cut")).sort(), expected), { within: 2_000 });
  });

  test("of a killed process are gone after the TTL", async () => {
    const process = await registeringProcess({ name: "consul-kv", options: optionsBelow(consul.url, "killed") }, { registrar: "killed", ttl: TTL_MS, instances: many });
    await process.kill();
    assert.equal(Object.keys(await keysBelow(consul, "killed")).length, many.length);
    await eventually(async () => assert.deepEqual(await keysBelow(consul, "killed"), {}), { within: TTL_MS + 10_000, every: 500 });
    assert.deepEqual(await keysBelow(consul, "_remora/registrars/killed"), {});
  });

  test("of a killed process are kept without a gap by the next run", async () => {
    const process = await registeringProcess({ name: "consul-kv", options: optionsBelow(consul.url, "next") }, { registrar: "next", ttl: TTL_MS, instances: many });
    const before = await keysBelow(consul, "next");
    await process.kill();
    await using registry = await openBelow(consul.url, "next");
    await using _keeper = await keeping(registry, ...many);
    await pass(1.3 * TTL_MS);
    assert.deepEqual(await keysBelow(consul, "next"), before);
  });

  test("go to a session of another TTL without being away", async () => {
    {
      await using registry = await openBelow(consul.url, "moved");
      await register(registry, ...many);
    }
    const before = await keysBelow(consul, "moved");
    await using registry = await openBelow(consul.url, "moved", { ttl: 4 * TTL_MS });
    assert.deepEqual(Object.keys(await ownedBy(registry)).sort(), Object.keys(before).map((key) => `/${key}`).sort());
    const sessions = new Set(Object.values(await keysBelow(consul, "moved")).map(({ Session }) => Session));
    assert.deepEqual([sessions.size, sessions.has(before["moved/web/many-0"]?.Session)], [1, false]);
  });

  test("of 1,000 instances a change of one writes one key", async () => {
    const all = Array.from({ length: 1_000 }, (_, index) => instance(`i-${index}`));
    await using registry = await openBelow(consul.url, "thousand");
    await using keeper = await keeping(registry, ...all);
    const before = await keysBelow(consul, "thousand");
    assert.equal(Object.keys(before).length, all.length);
    keeper.say(...all.map((one, index) => (index === 500 ? { ...one, port: 81 } : one)));
    await keeper.registrar.settled();
    await eventually(async () => {
      const now = await keysBelow(consul, "thousand");
      assert.deepEqual(Object.keys(now).filter((key) => now[key]?.ModifyIndex !== before[key]?.ModifyIndex), ["thousand/web/i-500"]);
    });
  });

  test("written by hand are refused, also when they hold the same, and taken over where that is wanted", async () => {
    await using registry = await openBelow(consul.url, "by-hand");
    await consul.put("/by-hand/web/a", "10.0.0.5:80");
    await assert.rejects(register(registry, instance("a")), { code: "REGISTRATION_CONFLICT", message: /somebody else wrote it, under no session$/ });
    await registry.deregister("/by-hand/web/a", AbortSignal.timeout(5_000));
    assert.equal(Object.keys(await keysBelow(consul, "by-hand")).length, 1);
    await using taking = await openBelow(consul.url, "by-hand", { registrar: "taking", onConflict: "take over" });
    await register(taking, instance("a"));
    assert.deepEqual(await ownedBy(taking), { "/by-hand/web/a": "10.0.0.5:80" });
  });

  test("leave no session when nothing is registered any more", async () => {
    await using own = await startConsul();
    {
      await using registry = await openBelow(own.url, "nothing");
      await register(registry, instance("a"));
      await registry.deregister("/nothing/web/a", AbortSignal.timeout(5_000));
    }
    assert.deepEqual(await (await fetch(`${own.url}/v1/session/list`)).json(), []);
    assert.deepEqual(await keysBelow(own, "_remora"), {});
  });
});

interface Row {
  readonly Key: string;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
  readonly Session?: string;
}

async function keysBelow(consul: Consul, prefix: string): Promise<Record<string, Row>> {
  const answer = await fetch(`${consul.url}/v1/kv/${prefix}?recurse`);
  return answer.status === 404 ? {} : Object.fromEntries(((await answer.json()) as Row[]).map((row) => [row.Key, row]));
}

function optionsBelow(address: string, prefix: string) {
  return { address, prefix, layout: "registrator" };
}

function openBelow(address: string, prefix: string, context: Partial<RegistryContext> = {}) {
  return openRegistry({ name: "consul-kv", options: optionsBelow(address, prefix) }, { registrar: prefix, ttl: TTL_MS, ...context });
}
