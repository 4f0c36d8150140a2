import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ConsulAnswer } from "../../../src/clients/consul/answer.ts";
import { heldQuery } from "../../../src/clients/consul/held-query.ts";
import { AppError } from "../../../src/core/error.ts";
import { manualClock } from "../../support/manual-clock.ts";

const INDEX = 5;

describe("heldQuery()", () => {
  test("answers what was held, and glances no more", async () => {
    const { query, answer, glances, clock } = held(() => INDEX);
    await clock.advance(12_000);
    assert.equal(glances(), 2);
    answer({ index: 6, data: "new" });
    assert.deepEqual(await query, { index: 6, data: "new" });
    await clock.advance(60_000);
    assert.equal(glances(), 2);
  });

  test("is deaf when the index moved and nothing came a second later", async () => {
    const { query, clock } = held(() => INDEX + 1);
    await clock.advance(6_000);
    assert.equal(await query, "deaf");
  });

  test("is not deaf when the answer was under way during the glance", async () => {
    const { query, answer, clock } = held(() => INDEX + 1);
    await clock.advance(5_500);
    answer({ index: 6, data: "new" });
    assert.deepEqual(await query, { index: 6, data: "new" });
  });

  test("passes over a glance that was refused", async () => {
    const { query, answer, glances, clock } = held(() => {
      throw new AppError("BACKEND_REFUSED", "It was asked too often");
    });
    await clock.advance(11_000);
    assert.equal(glances(), 2);
    answer({ index: 6, data: "new" });
    await query;
  });

  test("fails when a glance finds nobody", async () => {
    const { query, clock } = held(() => {
      throw new AppError("BACKEND_UNREACHABLE", "Nobody answers");
    });
    const failed = assert.rejects(query, { code: "BACKEND_UNREACHABLE" });
    await clock.advance(5_000);
    await failed;
  });
});

/** A query that is held until it is answered, with glances that tell some index. */
function held(glanced: () => number) {
  const clock = manualClock();
  let [answer, count]: [(answer: ConsulAnswer) => void, number] = [() => {}, 0];
  const hold = () => new Promise<ConsulAnswer>((resolve) => (answer = resolve));
  const glance = async () => {
    count += 1;
    return { index: glanced(), data: undefined };
  };
  const query = heldQuery({ hold, glance, index: INDEX, clock, signal: new AbortController().signal });
  return { query, clock, answer: (given: ConsulAnswer) => answer(given), glances: () => count };
}
