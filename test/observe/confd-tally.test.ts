import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AppError } from "../../src/core/error.ts";
import { ConfdTally } from "../../src/observe/confd-tally.ts";

const error = new AppError("CHECK_FAILED", "no");

describe("what confd measures", () => {
  test("a check lasts from its state to the next, and a unit without a command for it has none", () => {
    const tally = new ConfdTally();
    tally.begin([{ name: "a", hasCheck: true }, { name: "b", hasCheck: false }]);
    for (const unit of ["a", "b"]) {
      tally.count({ kind: "unit state", unit, state: { kind: "checking", since: 1_000 } });
      tally.count({ kind: "unit state", unit, state: { kind: "writing", since: 3_000 } });
    }
    tally.count({ kind: "unit state", unit: "a", state: { kind: "checking", since: 5_000 } });
    tally.count({ kind: "unit state", unit: "a", state: { kind: "failed", since: 5_500, step: "check", error } });
    assert.deepEqual([...tally.checks].map(([unit, { count, sum }]) => [unit, count, sum]), [["a", 2, 2.5]]);
    assert.deepEqual([...tally.checked], [["ok", 1], ["failed", 1]]);
  });

  test("a reload that resources share is counted for each, and readings by how they ended", () => {
    const tally = new ConfdTally();
    tally.count({ kind: "reloaded", units: ["a", "b"], took: 20, ok: false });
    tally.count({ kind: "read", backend: "etcd", took: 5, ok: true });
    tally.count({ kind: "read", backend: "etcd", took: 30_000, ok: false });
    assert.deepEqual([...tally.reloads].map(([unit, { count }]) => [unit, count]), [["a", 1], ["b", 1]]);
    assert.deepEqual([...tally.reads], [["etcd\nok", 1], ["etcd\nfailed", 1]]);
    assert.equal(tally.backends.get("etcd")?.sum, 30.005);
  });

  test("resources that there are no more are forgotten", () => {
    const tally = new ConfdTally();
    for (const unit of ["a", "b"]) tally.count({ kind: "rendered", unit, outcome: "rendered", took: 1 });
    tally.begin([{ name: "b", hasCheck: false }]);
    assert.deepEqual([...tally.renders.keys()], ["b"]);
  });
});
