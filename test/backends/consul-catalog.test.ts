import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { CatalogInstance } from "../../src/backends/consul-catalog.ts";
import type { Backend } from "../../src/core/backend.ts";
import { type Key, specialKey } from "../../src/core/key.ts";
import { type Consul, openConsul, startConsul } from "../support/consul.ts";

describe("the catalog of consul", () => {
  let consul: Consul;
  before(async () => void (consul = await startConsul()));
  after(() => consul?.[Symbol.asyncDispose]());

  test("read() of a service that nobody registered is an empty list", async () => {
    await using backend = await openConsul(consul.url);
    assert.deepEqual(await instances(backend, "nobody"), []);
  });

  test("read() of a service lists its instances by id, with their own address or their node's", async () => {
    await consul.register({ ID: "web-2", Name: "web", Port: 8080, Tags: ["v2", "blue"], Meta: { zone: "b", app: "x" }, Address: "10.0.0.2" });
    await consul.register({ ID: "web-1", Name: "web", Port: 8080 });
    await using backend = await openConsul(consul.url);
    const node = `test-${consul.port}`;
    assert.deepEqual(await instances(backend, "web"), [
      { id: "web-1", name: "web", address: "127.0.0.1", port: 8080, tags: [], meta: {}, node, status: "passing" },
      { id: "web-2", name: "web", address: "10.0.0.2", port: 8080, tags: ["v2", "blue"], meta: { app: "x", zone: "b" }, node, status: "passing" },
    ]);
  });

  test("read() of the services lists names and tags, sorted", async () => {
    await consul.register({ ID: "tagged-1", Name: "tagged", Tags: ["b"] });
    await consul.register({ ID: "tagged-2", Name: "tagged", Tags: ["a"] });
    await using backend = await openConsul(consul.url);
    const listed = (await readJson(backend, specialKey("services", ""))) as { name: string; tags: string[] }[];
    assert.deepEqual(listed.map(({ name }) => name), listed.map(({ name }) => name).toSorted());
    assert.deepEqual(listed.find(({ name }) => name === "tagged"), { name: "tagged", tags: ["a", "b"] });
  });

  test("read() gives the same text for the same catalog", async () => {
    await using backend = await openConsul(consul.url);
    const keys = [specialKey("service", "web"), specialKey("services", "")];
    const options = { signal: AbortSignal.timeout(5_000) };
    assert.deepEqual((await backend.read(keys, options)).entries, (await backend.read(keys, options)).entries);
  });

  test("read() of another kind names those that there are", async () => {
    await using backend = await openConsul(consul.url);
    await assert.rejects(readJson(backend, specialKey("dns", "db.local")), { code: "BACKEND_REFUSED", hint: /service\(\)/ });
  });

  test("watch() follows registrations and the status of checks", async () => {
    await using backend = await openConsul(consul.url);
    const key = specialKey("service", "api");
    const { position } = await backend.read([key], { signal: AbortSignal.timeout(5_000) });
    const stop = new AbortController();
    const batches = backend.watch([key], position, stop.signal)[Symbol.asyncIterator]();
    const status = async () => {
      const { value } = await batches.next();
      assert.equal(value.kind, "subtree");
      return (JSON.parse(String(value.kind === "subtree" && value.entries[0]?.value)) as CatalogInstance[]).map((instance) => `${instance.id} ${instance.status}`);
    };
    await consul.register({ ID: "api-1", Name: "api", Check: { TTL: "1h" } });
    assert.deepEqual(await status(), ["api-1 critical"]);
    await consul.setCheck("api-1", "pass");
    assert.deepEqual(await status(), ["api-1 passing"]);
    await consul.setCheck("api-1", "warn");
    assert.deepEqual(await status(), ["api-1 warning"]);
    await consul.deregister("api-1");
    assert.deepEqual(await status(), []);
    stop.abort(new Error("enough"));
    await assert.rejects(Promise.resolve(batches.next()), { message: "enough" });
  });
});

async function instances(backend: Backend, name: string): Promise<unknown> {
  return readJson(backend, specialKey("service", name));
}

async function readJson(backend: Backend, key: Key): Promise<unknown> {
  const { entries } = await backend.read([key], { signal: AbortSignal.timeout(5_000) });
  assert.deepEqual(entries.map((entry) => entry.key), [key]);
  return JSON.parse(String(entries[0]?.value));
}
