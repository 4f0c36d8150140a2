import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { blockingQuery } from "../../../src/clients/consul/blocking-query.ts";
import { systemClock } from "../../../src/platform/clock.ts";

describe("blockingQuery()", () => {
  test("blocks at the index of each answer", async () => {
    assert.deepEqual(await blocksAt(0, [5, 7, 9]), [undefined, 5, 7]);
  });

  test("begins at an index that is known", async () => {
    assert.deepEqual(await blocksAt(4, [5, 7]), [4, 5]);
  });

  test("asks anew after an index that went backwards", async () => {
    assert.deepEqual(await blocksAt(50, [3, 3, 4]), [50, undefined, 3]);
  });

  test("asks anew when the index stands still before the wait is over", async () => {
    assert.deepEqual(await blocksAt(50, [50, 3, 4]), [50, undefined, 3]);
  });

  test("goes on at the same index when the wait is over", async () => {
    assert.deepEqual(await blocksAt(50, [50, 50, 51], 0), [50, 50, 50]);
  });

  test("asks at most 12 times in a second when answers come at once", async () => {
    let asked = 0;
    const answers = blockingQuery(async () => ({ index: 5, data: (asked += 1) }), { index: 5, waitMs: 55_000, clock: systemClock, signal: AbortSignal.timeout(1_000) });
    await assert.rejects(async () => {
      for await (const { data } of answers) assert.equal(data, asked);
    }, { name: "TimeoutError" });
    assert.ok(asked > 5 && asked <= 12, `asked ${asked} times`);
  });

  test("asks at once after an answer that was long in coming", async () => {
    const asked: number[] = [];
    const ask = async () => {
      asked.push(systemClock.monotonic());
      await systemClock.sleep(asked.length === 1 ? 150 : 0);
      return { index: 5 + asked.length, data: systemClock.monotonic() };
    };
    const answers = blockingQuery(ask, { index: 5, waitMs: 55_000, clock: systemClock, signal: AbortSignal.timeout(5_000) });
    const { value: first } = await answers.next();
    await answers.next();
    assert.ok((asked[1] as number) - (first.data as number) < 50);
  });
});

/** What is asked for when answers have these indexes. */
async function blocksAt(index: number, answers: readonly number[], waitMs = 55_000): Promise<(number | undefined)[]> {
  const asked: (number | undefined)[] = [];
  const ask = async (blockAt: number | undefined) => ({ index: answers[asked.push(blockAt) - 1] ?? 0, data: undefined });
  const query = blockingQuery(ask, { index, waitMs, clock: systemClock, signal: AbortSignal.timeout(5_000) });
  for (const _ of answers) await query.next();
  return asked;
}
