import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Etcd, startEtcd } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";
import { instance } from "../../support/instance.ts";
import { freePort } from "../../support/process.ts";
import { keeping, registeringProcess } from "../../support/registries.ts";
import { tcpProxy } from "../../support/tcp-proxy.ts";
import { keysBelow, openEtcdRegistry } from "./etcd-support.ts";

const TTL_MS = 2_000;
const many = Array.from({ length: 20 }, (_, index) => instance(`many-${index}`));

/** Lets time pass that nothing else tells of. */
const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("registrations in etcd", { concurrency: true, timeout: 60_000 }, () => {
  let etcd: Etcd;
  before(async () => void (etcd = await startEtcd()));
  after(() => etcd?.[Symbol.asyncDispose]());

  const count = async (server: Etcd, prefix: string) => Object.keys(await keysBelow(server, prefix)).length;

  test("that were out of reach for three TTLs are gone there, and back within 2 s of its return", async () => {
    await using proxy = await tcpProxy(etcd.port);
    await using registry = await openEtcdRegistry([`http://127.0.0.1:${proxy.port}`], "/cut", { ttl: TTL_MS });
    await using _keeper = await keeping(registry, ...many);
    proxy.refuse(true);
    proxy.cut();
    await pass(3 * TTL_MS);
    assert.equal(await count(etcd, "/cut"), 0);
    proxy.refuse(false);
    await eventually(async () => assert.equal(await count(etcd, "/cut"), many.length), { within: 2_000 });
  });

  test("are there within 2 s of the start of an etcd that was down for three TTLs", async () => {
    await using own = await startEtcd();
    await using registry = await openEtcdRegistry([own.url], "/down", { ttl: TTL_MS });
    await using keeper = await keeping(registry, ...many);
    await own.kill();
    await pass(3 * TTL_MS);
    keeper.say(...many.slice(1), instance("new"));
    await own.start();
    await eventually(async () => assert.deepEqual(Object.keys(await keysBelow(own, "/down")).sort(), [...many.slice(1), instance("new")].map(({ id }) => `/down/web/${id}`).sort()), { within: 2_000 });
  });

  test("are put again within 2 s when etcd lost all its data", async () => {
    await using own = await startEtcd();
    await using registry = await openEtcdRegistry([own.url], "/wiped");
    await using _keeper = await keeping(registry, ...many);
    await own.wipe();
    await eventually(async () => assert.equal(await count(own, "/wiped"), many.length), { within: 2_000 });
  });

  test("stay over a connection that died without a word", async () => {
    await using proxy = await tcpProxy(etcd.port);
    await using registry = await openEtcdRegistry([`http://127.0.0.1:${proxy.port}`], "/dead", { ttl: 3 * TTL_MS });
    await using _keeper = await keeping(registry, ...many);
    const before = await keysBelow(etcd, "/dead");
    proxy.blackhole();
    await pass(4.5 * TTL_MS);
    assert.deepEqual(await keysBelow(etcd, "/dead"), before);
  });

  test("stay where one of several endpoints is dead", async () => {
    await using registry = await openEtcdRegistry([`http://127.0.0.1:${await freePort()}`, etcd.url], "/several", { ttl: TTL_MS });
    await using _keeper = await keeping(registry, ...many);
    const before = await keysBelow(etcd, "/several");
    await pass(2 * TTL_MS);
    assert.deepEqual(await keysBelow(etcd, "/several"), before);
  });

  test("of a killed process are gone after the TTL", async () => {
    const process = await registeringProcess(kindBelow("/killed"), { registrar: "killed", ttl: TTL_MS, instances: many });
    await pass(2 * TTL_MS);
    assert.equal(await count(etcd, "/killed"), many.length);
    await process.kill();
    await eventually(async () => assert.equal(await count(etcd, "/killed"), 0), { within: 2 * TTL_MS });
    assert.deepEqual(await keysBelow(etcd, "/_remora/registrars/killed"), {});
  });

  test("of a killed process are kept without a gap by the next run", async () => {
    const process = await registeringProcess(kindBelow("/next"), { registrar: "next", ttl: 3 * TTL_MS, instances: many });
    const before = await keysBelow(etcd, "/next");
    await process.kill();
    await using registry = await openEtcdRegistry([etcd.url], "/next", { ttl: 3 * TTL_MS });
    await using _keeper = await keeping(registry, ...many);
    await pass(4 * TTL_MS);
    assert.deepEqual(await keysBelow(etcd, "/next"), before);
  });

  function kindBelow(prefix: string) {
    return { name: "etcd", options: { endpoints: [etcd.url], layout: "registrator", prefix } };
  }
});
