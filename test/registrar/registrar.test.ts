import assert from "node:assert/strict";
import { readdir, readFile, rm } from "node:fs/promises";
import { describe, test } from "node:test";
import type { Instance } from "../../src/core/instance.ts";
import type { Clock } from "../../src/core/ports.ts";
import type { Source } from "../../src/core/source.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { Registrar } from "../../src/registrar/registrar.ts";
import { hurried } from "../support/docker-source.ts";
import { eventually } from "../support/eventually.ts";
import { realPorts } from "../support/ports.ts";
import { tempDir } from "../support/temp.ts";
import { directoryRegistry } from "./directory-registry.ts";

function instance(id: string, more: Partial<Instance> = {}): Instance {
  return { id, name: "web", address: "10.0.0.5", port: 80, tags: [], attributes: {}, health: "passing", draining: false, ...more };
}

/** A source that says what the test says. */
function saying(name: string): Source & { say(...instances: Instance[]): void } {
  const said: Instance[][] = [];
  let wake: (() => void) | undefined;
  return {
    name,
    say(...instances) {
      said.push(instances);
      wake?.();
    },
    async *instances(signal) {
      signal.addEventListener("abort", () => wake?.(), { once: true });
      while (!signal.aborted) {
        const next = said.shift();
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

async function started({ names = ["self"], interval = 60_000, onConflict = "refuse" as "refuse" | "take over", clock = systemClock } = {}) {
  const folder = await tempDir();
  const registry = directoryRegistry(folder.path);
  const sources = names.map(saying);
  const ports = { ...realPorts(), clock };
  const registrar = new Registrar({ sources, registries: [registry], interval, onConflict, ports });
  const stop = new AbortController();
  const running = registrar.run(stop.signal);
  const there = async () => (await readdir(folder.path)).sort();
  return {
    folder,
    registry,
    source: sources[0] as (typeof sources)[number],
    sources,
    registrar,
    log: ports.log,
    there,
    async stop() {
      stop.abort(new Error("Stopped"));
      await running;
    },
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("Stopped"));
      await running;
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe("Registrar", () => {
  test("What a source names is registered, changed and deregistered, and a change of one writes one", async () => {
    await using t = await started();
    t.source.say(instance("a"), instance("b"), instance("c"));
    await eventually(async () => assert.deepEqual(await t.there(), ["a", "b", "c"]));
    const before = t.registry.calls.length;
    t.source.say(instance("a"), instance("b", { address: "10.0.0.6" }), instance("c"));
    await t.registrar.settled();
    t.source.say(instance("a"), instance("b", { address: "10.0.0.6" }));
    await eventually(async () => assert.deepEqual(await t.there(), ["a", "b"]));
    assert.deepEqual(t.registry.calls.slice(before), ["put b", "deregister c"]);
  });

  test("Nothing is deregistered before every source has spoken, and leftovers of an earlier run go then", async () => {
    await using t = await started({ names: ["self", "docker"] });
    for (const id of ["kept", "left"]) await t.folder.write(id, "10.0.0.5:80");
    t.source.say(instance("new"));
    await eventually(() => assert.equal(t.registrar.instances.length, 1));
    assert.deepEqual(t.registry.calls, []);
    t.sources[1]?.say(instance("kept"));
    await eventually(async () => assert.deepEqual(await t.there(), ["kept", "new"]));
    assert.deepEqual(t.registry.calls.sort(), ["deregister left", "owned", "put new"]);
  });

  test("A registry that is away is tried again for ever, told once, and has everything soon after it is back", async () => {
    await using t = await started();
    t.registry.away = true;
    t.source.say(instance("a"));
    await eventually(() => assert.ok(t.registry.calls.length > 3, "not yet"));
    t.source.say(instance("a"), instance("b"));
    t.registry.away = false;
    await eventually(async () => assert.deepEqual(await t.there(), ["a", "b"]), { within: 2_000 });
    const told = t.log.lines.filter(({ level }) => level !== "debug").map(({ message }) => message);
    assert.deepEqual(told.filter((message) => message.startsWith("Registry is")), ["Registry is away, trying again", "Registry is back"]);
  });

  test("What is lost is registered again", async () => {
    await using t = await started();
    t.source.say(instance("a"), instance("b"));
    await t.registrar.settled();
    await rm(t.folder.join("a"));
    t.registry.lose();
    await eventually(async () => assert.deepEqual(await t.there(), ["a", "b"]), { within: 2_000 });
  });

  test("Everything is compared anew on the interval, so that what somebody removed comes back", async () => {
    await using t = await started({ interval: 50 });
    t.source.say(instance("a"));
    await t.registrar.settled();
    await rm(t.folder.join("a"));
    await eventually(async () => assert.deepEqual(await t.there(), ["a"]));
  });

  test("Everything is compared anew on the interval, also where something changes all the time", async () => {
    await using t = await started({ interval: 300 });
    t.source.say(instance("a"), instance("b"));
    await t.registrar.settled();
    await rm(t.folder.join("a"));
    const limit = Date.now() + 5_000;
    for (let port = 1; !(await t.there()).includes("a"); port = (port % 60_000) + 1) {
      assert.ok(Date.now() < limit, "it did not come back");
      t.source.say(instance("a"), instance("b", { port }));
      await t.registrar.settled();
    }
  });

  test("A registration that is refused hides no other, is told once, and is tried again", async () => {
    await using t = await started();
    t.registry.foreign.add("b");
    t.source.say(instance("a"), instance("b"), instance("c"));
    await eventually(async () => assert.deepEqual(await t.there(), ["a", "c"]));
    await eventually(() => assert.ok(t.registry.calls.filter((call) => call === "put b").length >= 2, "not yet"));
    assert.equal(t.log.lines.filter(({ message }) => message === "Cannot register, trying again").length, 1);
    assert.equal(t.registrar.status[0]?.pending.get("b")?.code, "REGISTRATION_CONFLICT");
    t.registry.foreign.clear();
    await eventually(async () => assert.deepEqual(await t.there(), ["a", "b", "c"]));
  });

  test("A registration that somebody else has is tried for soon, as a dead one loses it with its TTL", async () => {
    await using t = await started({ clock: hurried(100) });
    t.registry.foreign.add("a");
    t.source.say(instance("a"));
    // That is within 500 s of its clock.
    await eventually(() => assert.ok(t.registry.calls.filter((call) => call === "put a").length >= 30, "it is tried too seldom"), { within: 5_000 });
  });

  test("A registration that was refused is tried at once when it is another one", async () => {
    await using t = await started();
    t.registry.foreign.add("a");
    t.source.say(instance("a"));
    await eventually(() => assert.ok(t.registry.calls.filter((call) => call === "put a").length >= 4, "its next try would be soon"));
    t.registry.foreign.clear();
    t.source.say(instance("a", { port: 81 }));
    await eventually(async () => assert.deepEqual(await t.there(), ["a"]), { within: 300 });
  });

  test("A registration that was refused and is wanted no more costs nothing", async () => {
    let waits = 0;
    const after: Clock["after"] = (ms, callback) => {
      waits += 1;
      return systemClock.after(ms, callback);
    };
    await using t = await started({ clock: { ...systemClock, after } });
    t.registry.foreign.add("a");
    t.source.say(instance("a"));
    await eventually(() => assert.notEqual(t.registrar.status[0]?.pending.get("a"), undefined));
    t.source.say();
    await t.registrar.settled();
    waits = 0;
    const since = performance.now();
    await eventually(() => assert.ok(performance.now() > since + 500, "its next try would not be due yet"));
    assert.ok(waits < 5, `it looked ${waits} times whether there is something to do`);
  });

  test("Writes of one id never overtake one another, and one that hangs holds up no other", async () => {
    await using t = await started();
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    t.registry.beforeWrite = (id) => (id === "slow" ? held : Promise.resolve());
    t.source.say(instance("slow"), instance("fast"));
    await eventually(async () => assert.deepEqual(await t.there(), ["fast"]));
    t.source.say(instance("fast"));
    t.source.say(instance("slow", { port: 81 }), instance("fast"));
    assert.deepEqual(t.registry.calls.filter((call) => call.endsWith("slow")), []);
    release();
    await t.registrar.settled();
    assert.deepEqual(t.registry.calls.filter((call) => call.endsWith("slow")), ["put slow", "put slow"]);
  });

  test("Of two instances with one id the second is refused and told", async () => {
    await using t = await started();
    t.source.say(instance("a"), instance("a", { address: "10.0.0.9" }));
    await eventually(async () => assert.deepEqual(await t.there(), ["a"]));
    assert.equal(t.registrar.status[0]?.registered, 1);
    const [told] = t.log.lines.filter(({ message }) => message === "Cannot register an instance");
    assert.match(String(told?.fields.error), /Cannot register "web" at 10\.0\.0\.9 port 80 as "a": "web" at 10\.0\.0\.5 port 80 has that id/);
  });

  test("Of two instances with one id the second takes over where that is wanted, and it is told", async () => {
    await using t = await started({ onConflict: "take over" });
    t.source.say(instance("a"), instance("a", { address: "10.0.0.9" }));
    await eventually(async () => assert.equal(await readFile(t.folder.join("a"), "utf8"), "10.0.0.9:80"));
    assert.match(JSON.stringify(t.log.lines), /10\.0\.0\.5 port 80 as \\"a\\"/);
  });

  test("An instance that a registry cannot hold is named, and hides no other", async () => {
    await using t = await started();
    t.source.say(instance("a", { name: "a/b" }), instance("b"));
    await eventually(async () => assert.deepEqual(await t.there(), ["b"]));
    assert.match(JSON.stringify(t.log.lines), /its name has a slash/);
  });

  test("deregister() takes everything back, also when the registry comes back late", async () => {
    await using t = await started();
    t.source.say(instance("a"), instance("b"));
    await t.registrar.settled();
    await t.stop();
    assert.deepEqual(await t.there(), ["a", "b"], "a stop alone leaves it");
    t.registry.away = true;
    const deregistered = t.registrar.deregister(new AbortController().signal);
    await eventually(() => assert.ok(t.registry.calls.length > 5, "not yet"));
    t.registry.away = false;
    await deregistered;
    assert.deepEqual(await t.there(), []);
  });

  test("deregister() ends when its time is over", { timeout: 20_000 }, async () => {
    await using t = await started();
    t.source.say(instance("a"));
    await t.registrar.settled();
    await t.stop();
    t.registry.away = true;
    await t.registrar.deregister(AbortSignal.timeout(200));
    assert.equal(t.registrar.status[0]?.down?.code, "BACKEND_UNREACHABLE");
  });
});
