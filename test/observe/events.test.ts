import assert from "node:assert/strict";
import { test } from "node:test";
import type { UnitState } from "../../src/core/status.ts";
import { statusEvents } from "../../src/observe/events.ts";
import { eventually } from "../support/eventually.ts";
import { manualClock } from "../support/manual-clock.ts";
import { ask, followEvents } from "../support/status.ts";
import { fill, unitReport } from "./reports.ts";
import { newRecorder, served } from "./support.ts";

test("Followers get the whole status, then what changed as it does", async (t) => {
  const { recorder, path } = await served(t);
  fill(recorder);
  await using following = await followEvents(path);
  await eventually(() => assert.equal(following.events.length, 1));
  assert.equal(following.events[0]?.event, "status");
  assert.deepEqual(following.events[0]?.data.units.map(({ name }) => name), ["web", "db"]);
  const { backends } = recorder.reporters.engine?.() ?? { backends: [] };
  recorder.reporters.engine = () => ({ units: [unitReport("web", { kind: "applied", since: 1 }), unitReport("db", { kind: "applied", since: 2 })], backends });
  recorder.observe({ kind: "unit state", unit: "db", state: { kind: "applied", since: 2 } });
  recorder.log({ time: new Date(), level: "info", message: "Reloaded", fields: { unit: "db" } });
  const update = await eventually(() => {
    const found = following.events.find(({ event, data }) => event === "update" && data.ready);
    assert.ok(found, following.text());
    return found.data;
  });
  assert.equal(update.units.find(({ name }) => name === "db")?.state, "applied");
  assert.ok(update.changes.some(({ msg }) => msg === "Reloaded"));
  assert.ok(update.changes.every(({ msg }) => msg !== "Unit failed"), "what was told before is not told again");
});

test("A unit that stayed as it was is not told again", async (t) => {
  const { recorder, path } = await served(t);
  const states: Record<string, UnitState> = { web: { kind: "applied", since: 1 }, db: { kind: "applied", since: 1 } };
  recorder.begin(Object.keys(states));
  recorder.reporters.engine = () => ({ units: Object.entries(states).map(([unit, state]) => unitReport(unit, state)), backends: [] });
  await using following = await followEvents(path);
  await eventually(() => assert.equal(following.events.length, 1));
  states["db"] = { kind: "checking", since: 2 };
  recorder.observe({ kind: "unit state", unit: "db", state: states["db"] });
  await eventually(() => assert.equal(following.events.length, 2));
  assert.deepEqual(following.events[1]?.data.units.map(({ name }) => name), ["db"]);
});

test("What happens while an event is on its way is told next, and does not wait for the next thing to happen", async () => {
  const recorder = newRecorder();
  const clock = manualClock();
  const events = statusEvents({ recorder, clock, cover: (text) => text }, new AbortController().signal);
  await events.next();
  recorder.log({ time: new Date(), level: "info", message: "Reloaded", fields: {} });
  const next = events.next();
  await clock.advance(200);
  const sent = await Promise.race([next, new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))]);
  assert.match(String(sent?.value), /^event: update\n.*"Reloaded"/);
  await events.return(undefined);
});

test("Other units are told as a whole status", async (t) => {
  const { recorder, path } = await served(t);
  fill(recorder);
  await using following = await followEvents(path);
  await eventually(() => assert.equal(following.events.length, 1));
  recorder.reporters.engine = () => ({ units: [unitReport("new", { kind: "pending", since: 0 })], backends: [] });
  recorder.begin(["new"]);
  await eventually(() => assert.deepEqual(following.events.filter(({ event }) => event === "status").at(-1)?.data.units.map(({ name }) => name), ["new"]));
});

test("A storm of changes comes as a few events", async (t) => {
  const { recorder, path } = await served(t);
  await using following = await followEvents(path);
  await eventually(() => assert.equal(following.events.length, 1));
  for (let index = 0; index < 10_000; index += 1) recorder.log({ time: new Date(), level: "info", message: "Committed", fields: { index } });
  await eventually(() => assert.equal(following.events.at(-1)?.data.changes.at(-1)?.seq, 10_000));
  assert.ok(following.events.length <= 5, `${following.events.length} events`);
});

test("Secrets are covered in events, and a value that is short cannot take them apart", async (t) => {
  const { recorder, path, mask } = await served(t);
  for (const secret of ["true", "null", "unit", "name", "s3cret\nof two lines"]) mask.add(secret);
  fill(recorder);
  recorder.log({ time: new Date(), level: "warn", message: "Odd", fields: { text: "s3cret\nof two lines", list: ["it is true"] } });
  await using following = await followEvents(path);
  await eventually(() => assert.equal(following.events.length, 1));
  const last = following.events[0]?.data.changes.at(-1);
  assert.deepEqual([last?.["text"], last?.["list"]], ["[redacted]", ["it is [redacted]"]]);
});

test("More followers than 32 are sent away, and one that left makes room", async (t) => {
  const { recorder, path } = await served(t);
  const followers = await Promise.all(Array.from({ length: 32 }, () => followEvents(path)));
  await eventually(() => assert.equal(recorder.followers, 32));
  assert.equal((await ask(path, "/events")).status, 503);
  await followers[0]?.[Symbol.asyncDispose]();
  await eventually(() => assert.equal(recorder.followers, 31));
  await using _ = await followEvents(path);
  await Promise.all(followers.map((each) => each[Symbol.asyncDispose]()));
});
