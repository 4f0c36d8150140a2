import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Registry } from "../../src/core/registry.ts";
import { eventually } from "../support/eventually.ts";
import { instance } from "../support/instance.ts";
import { LONG_TTL_MS, openRegistry, ownedBy, register, registeringProcess, type RegistryKind } from "../support/registries.ts";

/** A real registry; the suite disposes of it. */
export interface RegistrySubject extends AsyncDisposable {
  readonly kind: RegistryKind;
  /** Grows with each write that others can notice. */
  revision(): Promise<number>;
  /** Makes all that a registrar has registered disappear, as a lost lease does. */
  lose(registrar: string): Promise<void>;
  restart(): Promise<void>;
}

/** The tests that every registry passes; one subject serves them all, with registrars and names of their own. */
export function registryContract(name: string, makeSubject: () => Promise<RegistrySubject>): void {
  describe(`${name} keeps the contract of a registry`, () => {
    let subject: RegistrySubject;
    let made = 0;
    before(async () => void (subject = await makeSubject()));
    after(() => subject?.[Symbol.asyncDispose]());

    const newRegistrar = () => String(++made).padStart(16, "0");
    const open = (more: Parameters<typeof openRegistry>[1] = {}) => openRegistry(subject.kind, { registrar: newRegistrar(), ...more });
    const signal = () => AbortSignal.timeout(15_000);

    test("put() registers, put() of something else replaces, deregister() removes, twice is fine", async () => {
      await using registry = await open();
      assert.deepEqual(await ownedBy(registry), {});
      const [first] = registry.registrations(instance("life", { name: "life" }));
      const [second] = registry.registrations(instance("life", { name: "life", port: 81 }));
      assert.ok(first && second && first.id === second.id && first.value !== second.value);
      await registry.put(first, signal());
      assert.deepEqual(await ownedBy(registry), { [first.id]: first.value });
      await registry.put(second, signal());
      assert.deepEqual(await ownedBy(registry), { [second.id]: second.value });
      await registry.deregister(first.id, signal());
      await registry.deregister(first.id, signal());
      assert.deepEqual(await ownedBy(registry), {});
    });

    test("put() of the same again is noticed by nobody", async () => {
      await using registry = await open();
      await register(registry, instance("same", { name: "same" }));
      const before = await subject.revision();
      await register(registry, instance("same", { name: "same" }));
      await ownedBy(registry);
      assert.equal(await subject.revision(), before);
    });

    test("an instance that cannot be held is refused by name", async () => {
      await using registry = await open();
      assert.throws(() => registry.registrations(instance("one", { name: "" })), { code: "REGISTRATION_INVALID", message: /"one"/ });
    });

    test("what another registrar owns is refused, not listed and not removed", async () => {
      await using theirs = await open();
      await using ours = await open();
      await register(theirs, instance("theirs", { name: "foreign" }));
      const there = await ownedBy(theirs);
      const [id] = Object.keys(there);
      await assert.rejects(register(ours, instance("theirs", { name: "foreign", port: 81 })), { code: "REGISTRATION_CONFLICT" });
      assert.deepEqual(await ownedBy(ours), {});
      await ours.deregister(String(id), signal());
      assert.deepEqual(await ownedBy(theirs), there);
    });

    test("what another registrar owns is taken over where that is wanted", async () => {
      await using theirs = await open();
      await using ours = await open({ onConflict: "take over" });
      const one = instance("taken", { name: "taken" });
      await register(theirs, one);
      await register(ours, { ...one, port: 81 });
      assert.deepEqual(Object.values(await ownedBy(ours)), ours.registrations({ ...one, port: 81 }).map(({ value }) => value));
      assert.deepEqual(await ownedBy(theirs), {});
    });

    test("50 are put at once, and removed at once", async () => {
      await using registry = await open();
      const many = Array.from({ length: 50 }, (_, index) => instance(`many-${index}`, { name: `many-${index}` }));
      await register(registry, ...many);
      const there = await ownedBy(registry);
      assert.deepEqual(Object.keys(there).sort(), many.flatMap((one) => registry.registrations(one).map(({ id }) => id)).sort());
      await Promise.all(Object.keys(there).map((id) => registry.deregister(id, signal())));
      assert.deepEqual(await ownedBy(registry), {});
    });

    test("a closed registry leaves what is registered, and the next run owns it", async () => {
      const registrar = newRegistrar();
      const one = instance("stays", { name: "stays" });
      {
        await using registry = await open({ registrar });
        await register(registry, one);
      }
      await using next = await open({ registrar });
      assert.deepEqual(Object.values(await ownedBy(next)), next.registrations(one).map(({ value }) => value));
    });

    test("what a killed process had registered is owned by the next run of that registrar, without a write", async () => {
      const registrar = newRegistrar();
      const one = instance("killed", { name: "killed" });
      const process = await registeringProcess(subject.kind, { registrar, ttl: LONG_TTL_MS, instances: [one] });
      await process.kill();
      const before = await subject.revision();
      await using next = await open({ registrar });
      assert.deepEqual(Object.values(await ownedBy(next)), next.registrations(one).map(({ value }) => value));
      await register(next, one);
      assert.equal(await subject.revision(), before);
    });

    test("keepAlive() resolves within 2 s when everything was lost, and everything can be put again", { timeout: 60_000 }, async () => {
      const registrar = newRegistrar();
      await using registry = await open({ registrar });
      const one = instance("lost", { name: "lost" });
      await ownedBy(registry);
      await register(registry, one);
      const kept = keptAlive(registry);
      await eventually(() => subject.lose(registrar));
      await Promise.race([kept, late(2_000)]);
      assert.deepEqual(await ownedBy(registry), {});
      await register(registry, one);
      assert.equal(Object.keys(await ownedBy(registry)).length, 1);
    });

    test("a restart of the registry ends in everything being there", { timeout: 60_000 }, async () => {
      await using registry = await open();
      const one = instance("restarted", { name: "restarted" });
      await ownedBy(registry);
      await register(registry, one);
      const kept = keptAlive(registry);
      await subject.restart();
      await Promise.race([kept, late(15_000)]);
      await eventually(async () => {
        await ownedBy(registry);
        await register(registry, one);
        assert.equal(Object.keys(await ownedBy(registry)).length, 1);
      });
    });

    test("keepAlive() throws the signal's reason", async () => {
      await using registry = await open();
      await ownedBy(registry);
      const stop = new AbortController();
      const kept = registry.keepAlive(stop.signal);
      stop.abort(new Error("stopped"));
      await assert.rejects(kept, { message: "stopped" });
    });
  });
}

function keptAlive(registry: Registry): Promise<void> {
  return registry.keepAlive(AbortSignal.timeout(50_000));
}

async function late(ms: number): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, ms).unref());
  throw new Error(`keepAlive() did not resolve within ${ms} ms`);
}
