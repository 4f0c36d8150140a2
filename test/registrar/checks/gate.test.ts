import assert from "node:assert/strict";
import { test } from "node:test";
import { createGate } from "../../../src/registrar/checks/gate.ts";

const never = new AbortController().signal;

test("No more run at a time than may, and the others have their turn in order, whatever fails", async () => {
  const gate = createGate(2);
  const begun: number[] = [];
  const finish: (() => void)[] = [];
  const running = [0, 1, 2, 3, 4].map((id) =>
    gate.run(async () => {
      begun.push(id);
      await new Promise<void>((resolve) => (finish[id] = resolve));
      if (id === 1) throw new Error("failed");
    }, never),
  );
  const results = Promise.allSettled(running);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  assert.deepEqual(begun, [0, 1]);
  finish[1]?.();
  await settle();
  assert.deepEqual(begun, [0, 1, 2]);
  for (const id of [0, 2, 3, 4]) {
    finish[id]?.();
    await settle();
  }
  assert.deepEqual((await results).map(({ status }) => status), ["fulfilled", "rejected", "fulfilled", "fulfilled", "fulfilled"]);
});

test("Who aborts while it waits gives its turn away", async () => {
  const gate = createGate(1);
  let finish = () => {};
  const first = gate.run(() => new Promise<void>((resolve) => (finish = resolve)), never);
  const stop = new AbortController();
  const second = gate.run(async () => assert.fail("it was to run no more"), stop.signal);
  const third = gate.run(async () => "third", never);
  stop.abort(new Error("enough"));
  await assert.rejects(second, /enough/);
  finish();
  await first;
  assert.equal(await third, "third");
  assert.equal(await gate.run(async () => "again", never), "again");
});
