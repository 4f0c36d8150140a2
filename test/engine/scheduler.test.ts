import assert from "node:assert/strict";
import { test } from "node:test";
import { Scheduler } from "../../src/engine/scheduler.ts";
import { manualClock } from "../support/manual-clock.ts";

async function scheduled(wait: { min: number; max: number; collectFirst?: boolean }, scenario: (scheduler: Scheduler, clock: ReturnType<typeof manualClock>) => Promise<void>): Promise<{ at: number; units: string[] }[]> {
  const clock = manualClock(0);
  await clock.advance(10_000);
  const began = clock.monotonic();
  const passes: { at: number; units: string[] }[] = [];
  const scheduler = new Scheduler({ clock, wait: { collectFirst: false, ...wait }, pass: async (dirty) => void passes.push({ at: clock.monotonic() - began, units: [...dirty].sort() }) });
  const stop = new AbortController();
  const running = scheduler.run(stop.signal);
  await scenario(scheduler, clock);
  stop.abort();
  await running;
  return passes;
}

test("the first change after a quiet spell is applied at once, with what comes in its moment", async () => {
  const passes = await scheduled({ min: 100, max: 2_000 }, async (scheduler, clock) => {
    scheduler.changed(["a"]);
    await clock.advance(5);
    scheduler.changed(["b"]);
    await clock.advance(50);
  });
  assert.deepEqual(passes, [{ at: 10, units: ["a", "b"] }]);
});

test("the first change waits for quiet like the others where it is to be collected", async () => {
  const passes = await scheduled({ min: 100, max: 250, collectFirst: true }, async (scheduler, clock) => {
    scheduler.changed(["a"]);
    await clock.advance(50);
    scheduler.changed(["b"]);
    await clock.advance(500);
    for (let put = 0; put < 6; put += 1) {
      scheduler.changed(["c"]);
      await clock.advance(50);
    }
    await clock.advance(500);
  });
  assert.deepEqual(passes, [{ at: 150, units: ["a", "b"] }, { at: 800, units: ["c"] }, { at: 900, units: ["c"] }]);
});

test("changes that follow each other are collected until it is quiet", async () => {
  const passes = await scheduled({ min: 100, max: 2_000 }, async (scheduler, clock) => {
    for (let put = 0; put < 300; put += 1) {
      scheduler.changed(["a"]);
      await clock.advance(1);
    }
    await clock.advance(500);
  });
  assert.deepEqual(passes.map(({ at }) => at), [10, 399]);
});

test("a storm without an end is applied at the bound", async () => {
  const passes = await scheduled({ min: 100, max: 1_000 }, async (scheduler, clock) => {
    for (let put = 0; put < 300; put += 1) {
      scheduler.changed(["a"]);
      await clock.advance(10);
    }
    await clock.advance(500);
  });
  assert.equal(passes.length, 4);
  assert.ok(passes.every((pass, index) => index === 0 || pass.at - (passes[index - 1]?.at ?? 0) <= 1_010));
});

test("soon() does not wait", async () => {
  const passes = await scheduled({ min: 100, max: 2_000 }, async (scheduler, clock) => {
    scheduler.soon(["a"]);
    await clock.advance(0);
  });
  assert.deepEqual(passes, [{ at: 0, units: ["a"] }]);
});

test("a change without readers runs no pass", async () => {
  const passes = await scheduled({ min: 0, max: 0 }, async (scheduler, clock) => {
    scheduler.changed([]);
    await clock.advance(1_000);
  });
  assert.deepEqual(passes, []);
});

test("the heartbeat hears of each turn while nothing changes, and of none while a pass hangs", async () => {
  const clock = manualClock(0);
  let turns = 0;
  let passes = 0;
  const hang = () => ((passes += 1), new Promise<void>((resolve) => (goOn = resolve)));
  let goOn = () => {};
  const scheduler = new Scheduler({ clock, wait: { min: 100, max: 2_000, collectFirst: false }, pass: hang, heartbeat: { every: 50, turn: () => void (turns += 1) } });
  const stop = new AbortController();
  const running = scheduler.run(stop.signal);
  await clock.advance(1_000);
  assert.deepEqual({ turns, passes }, { turns: 21, passes: 0 });
  scheduler.soon(["a"]);
  await clock.advance(1);
  const before = turns;
  await clock.advance(1_000);
  assert.deepEqual({ turns, passes }, { turns: before, passes: 1 });
  stop.abort();
  goOn();
  await running;
});
