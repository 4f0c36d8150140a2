import assert from "node:assert/strict";
import { test } from "node:test";
import { groupCommit } from "../../src/output/group-commit.ts";

/** An act whose runs end when they are told to. */
function runs() {
  const begun: { end(): void; fail(error: Error): void }[] = [];
  const act = () => new Promise<void>((resolve, reject) => void begun.push({ end: resolve, fail: reject }));
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { begun, act, settle };
}

test("Calls that come while a run is under way share the next one, begun after them", async () => {
  const { begun, act, settle } = runs();
  const commit = groupCommit(act);
  const first = commit();
  await settle();
  const later = [commit(), commit(), commit()];
  await settle();
  assert.equal(begun.length, 1);
  begun[0]?.end();
  await first;
  await settle();
  assert.equal(begun.length, 2);
  begun[1]?.end();
  await Promise.all(later);
  assert.equal(begun.length, 2);
});

test("A run that fails rejects its callers alone, and the next one runs", async () => {
  const { begun, act, settle } = runs();
  const commit = groupCommit(act);
  const outcome = (promise: Promise<void>) => promise.then(() => "ok", (error: Error) => error.message);
  const failing = [outcome(commit()), outcome(commit())];
  await settle();
  const next = [outcome(commit()), outcome(commit())];
  begun[0]?.fail(new Error("full"));
  assert.deepEqual(await Promise.all(failing), ["full", "full"]);
  await settle();
  begun[1]?.end();
  assert.deepEqual(await Promise.all(next), ["ok", "ok"]);
});

test("Two runs are never under way at once", async () => {
  let [running, most, count] = [0, 0, 0];
  const commit = groupCommit(async () => {
    most = Math.max(most, (running += 1));
    await new Promise((resolve) => setImmediate(resolve));
    [running, count] = [running - 1, count + 1];
  });
  const all: Promise<void>[] = [];
  for (let time = 0; time < 50; time += 1) {
    all.push(commit(), commit());
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(all);
  assert.equal(most, 1);
  assert.ok(count < 60, `${count} runs`);
});
