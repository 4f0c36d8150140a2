import assert from "node:assert/strict";
import { test } from "node:test";
import { dueAfter } from "../../src/output/due-reload.ts";

const NOTHING = { backups: {}, created: [], removed: {} };
const row = { unit: "a", written: "hash", each: true } as const;

test("A reload that is due keeps the copies of what is running, whatever is written meanwhile", () => {
  const first = dueAfter(undefined, { ...NOTHING, backups: { "/t/a": "/copy/1" } }, 0);
  assert.deepEqual(first, { since: "1970-01-01T00:00:00.000Z", attempts: 0, backups: { "/t/a": "/copy/1" } });
  const second = dueAfter({ ...first, attempts: 2 }, { ...NOTHING, backups: { "/t/a": "/copy/2", "/t/b": "/copy/3" } }, 5_000);
  assert.deepEqual(second, { since: first.since, attempts: 2, backups: { "/t/a": "/copy/1", "/t/b": "/copy/3" } });
});

test("A file of an item that came and went while the reload was due is not brought back", () => {
  const came = dueAfter(undefined, { ...NOTHING, created: ["/t/new"] }, 0);
  const went = dueAfter(came, { backups: { "/t/new": "/copy/1" }, created: [], removed: { "/t/new": row } }, 0);
  assert.deepEqual([went.backups, went.created, went.removed], [{}, ["/t/new"], undefined]);
});

test("A file of an item that went and came back while the reload was due is brought back as it was first", () => {
  const went = dueAfter(undefined, { backups: { "/t/old": "/copy/1" }, created: [], removed: { "/t/old": row } }, 0);
  const came = dueAfter(went, { ...NOTHING, created: ["/t/old"] }, 0);
  assert.deepEqual([came.backups, came.created, came.removed], [{ "/t/old": "/copy/1" }, undefined, { "/t/old": row }]);
});
