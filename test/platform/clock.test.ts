import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../src/platform/clock.ts";

const MONTH_MS = 30 * 86_400_000;

test("A delay of a month is not over at once, and can be cancelled", async () => {
  let fired = false;
  const cancel = systemClock.after(MONTH_MS, () => (fired = true));
  const stop = new AbortController();
  const slept = systemClock.sleep(MONTH_MS, stop.signal).then(() => "woke", (reason: unknown) => reason);
  await systemClock.sleep(20);
  cancel();
  stop.abort("stopped");
  assert.deepEqual([fired, await slept], [false, "stopped"]);
});

test("sleep() waits, and rejects with the signal's reason, also when that has aborted already", async () => {
  const startedAt = systemClock.monotonic();
  await systemClock.sleep(20);
  assert.ok(systemClock.monotonic() - startedAt >= 19);
  await assert.rejects(systemClock.sleep(MONTH_MS, AbortSignal.abort(new Error("before"))), /before/);
});

test("after() calls back once, and not when it was cancelled", async () => {
  const called: string[] = [];
  systemClock.after(1, () => called.push("kept"));
  systemClock.after(1, () => called.push("cancelled"))();
  await systemClock.sleep(20);
  assert.deepEqual(called, ["kept"]);
});
