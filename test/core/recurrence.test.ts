import assert from "node:assert/strict";
import { test } from "node:test";
import { Recurrence } from "../../src/core/recurrence.ts";
import { manualClock } from "../support/manual-clock.ts";

test("A failure that lasts is told as it begins, then once a minute with how often it came by", async () => {
  const clock = manualClock(0);
  const troubles = new Recurrence(clock);
  const told: unknown[] = [];
  for (let second = 0; second <= 180; second += 1) {
    const recurred = troubles.again("the disk is full");
    if (recurred !== undefined) told.push(recurred);
    await clock.advance(1_000);
  }
  const since = "1970-01-01T00:00:00.000Z";
  assert.deepEqual(told, [{}, { times: 61, since }, { times: 121, since }, { times: 181, since }]);
});

test("Another failure, and the same one after it was over, are told at once", () => {
  const troubles = new Recurrence(manualClock());
  assert.deepEqual([troubles.again("a"), troubles.again("a"), troubles.again("b"), troubles.again("b")], [{}, undefined, {}, undefined]);
  troubles.over();
  assert.deepEqual(troubles.again("b"), {});
});
