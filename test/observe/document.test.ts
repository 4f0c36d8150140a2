import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { AppError } from "../../src/core/error.ts";
import { toKey } from "../../src/core/key.ts";
import type { AppState, UnitState } from "../../src/core/status.ts";
import { statusDocument } from "../../src/observe/document.ts";
import { manualClock } from "../support/manual-clock.ts";
import { fill, unitReport } from "./reports.ts";
import { newRecorder } from "./support.ts";

const refused = (message: string) => new AppError("CHECK_FAILED", message);

describe("readiness", () => {
  /** A recorder of one unit, which is brought from state to state. */
  function oneUnit() {
    const recorder = newRecorder();
    let report = unitReport("web", { kind: "pending", since: 0 });
    recorder.reporters.engine = () => ({ units: [report], backends: [] });
    return {
      recorder,
      why: () => statusDocument(recorder).not_ready,
      enter(state: UnitState) {
        report = unitReport("web", state);
        recorder.observe({ kind: "unit state", unit: "web", state });
      },
    };
  }
  const missing = [{ backend: "etcd", key: toKey("/db/host"), scope: "key" as const }];
  const waiting: UnitState = { kind: "waiting", since: 0, missing, error: new AppError("TEMPLATE_MISSING_KEY", "missing") };

  test("Is not before an engine runs", () => {
    assert.deepEqual(statusDocument(newRecorder()).not_ready, ["Remora is starting"]);
  });

  test("Is not before every unit was applied, whatever it is at", () => {
    const { why, enter } = oneUnit();
    for (const kind of ["pending", "rendered", "checking", "writing", "reload due", "reloading"] as const) {
      enter({ kind, since: 0 });
      assert.match(why()[0] ?? "", /^Unit "web" is not applied yet/, kind);
    }
    enter({ kind: "applied", since: 0 });
    assert.deepEqual(why(), []);
  });

  test("Names the keys that a unit waits for", () => {
    const { why, enter } = oneUnit();
    enter(waiting);
    assert.deepEqual(why(), ['Unit "web" waits for etcd:/db/host']);
  });

  test("Outlasts a required service that goes, as it does a backend, but not a key", () => {
    const { why, enter } = oneUnit();
    const gone: UnitState = { ...waiting, error: new AppError("SERVICE_MISSING", "gone") };
    enter(gone);
    assert.deepEqual(why(), ['Unit "web" waits for etcd:/db/host'], "it was never applied");
    enter({ kind: "applied", since: 0 });
    enter(gone);
    assert.deepEqual(why(), []);
    enter(waiting);
    assert.deepEqual(why(), ['Unit "web" waits for etcd:/db/host']);
  });

  test("Ends with a failure and stays so while it is tried again, until it is applied", () => {
    const { why, enter } = oneUnit();
    enter({ kind: "applied", since: 0 });
    for (const kind of ["rendered", "checking"] as const) {
      enter({ kind, since: 0 });
      assert.deepEqual(why(), [], "the last attempt was good, and this one is not over");
    }
    enter({ kind: "failed", since: 0, step: "check", error: refused("It says no") });
    assert.deepEqual(why(), ['Unit "web" failed to check: It says no']);
    enter({ kind: "checking", since: 0 });
    assert.deepEqual(why(), ['Unit "web" failed to check: It says no']);
    enter({ kind: "applied", since: 0 });
    assert.deepEqual(why(), []);
  });

  test("Names whom a first reload waits for", () => {
    const { why, enter } = oneUnit();
    enter({ kind: "reload due", since: 0, lockedBy: "web-2 and web-3 reload" });
    assert.deepEqual(why(), ['Unit "web" is not applied yet: its state is "reload due": web-2 and web-3 reload']);
  });

  test("Needs the app to run where there is one, once its units are applied", () => {
    const { recorder, why, enter } = oneUnit();
    const app: AppState = { kind: "waiting", program: "nginx", pid: undefined, startedAt: undefined, starts: 0, crashes: 0, lastEnd: undefined, nextStart: undefined };
    recorder.reporters.app = () => app;
    assert.match(why().join(), /^Unit "web" [^,]*$/, "it is the unit that the app waits for");
    enter({ kind: "applied", since: 0 });
    assert.deepEqual(why(), ["The app has not been started yet"]);
    recorder.reporters.app = () => ({ ...app, kind: "running", pid: 4_711, starts: 1 });
    assert.deepEqual(why(), []);
    recorder.reporters.app = () => ({ ...app, kind: "ended", starts: 2, crashes: 2, lastEnd: "killed by SIGSEGV" });
    assert.deepEqual(why(), ["The app has ended, killed by SIGSEGV, and is started again"]);
    recorder.reporters.app = () => ({ ...app, kind: "crash loop", pid: 4_712, starts: 6, crashes: 6, lastEnd: "exit status 1" });
    assert.deepEqual(why(), ["The app is in a crash loop: 6 ends in a row, the last with exit status 1"]);
  });

  test("Ends when Remora is told to stop", () => {
    const { recorder, why, enter } = oneUnit();
    enter({ kind: "applied", since: 0 });
    recorder.stop("Stopped by SIGTERM");
    assert.deepEqual(why(), ["Remora is stopping: Stopped by SIGTERM"]);
  });

  test("Lasts over a new configuration for the units that it kept, and begins anew for others", () => {
    const { recorder, why, enter } = oneUnit();
    enter({ kind: "applied", since: 0 });
    recorder.begin(["web", "db"]);
    recorder.reporters.engine = () => ({ units: [unitReport("web", { kind: "pending", since: 0 }), unitReport("db", { kind: "pending", since: 0 })], backends: [] });
    assert.deepEqual(why(), ['Unit "db" is not applied yet: its keys have not been read']);
  });

  test("Begins anew for a unit that was gone in between", () => {
    const { recorder, why, enter } = oneUnit();
    enter({ kind: "applied", since: 0 });
    recorder.begin([]);
    recorder.begin(["web"]);
    recorder.reporters.engine = () => ({ units: [unitReport("web", { kind: "pending", since: 0 })], backends: [] });
    assert.deepEqual(why(), ['Unit "web" is not applied yet: its keys have not been read']);
  });
});

describe("the status document", () => {
  test("Knows no staleness of a copy that was not read yet", () => {
    const recorder = newRecorder();
    recorder.reporters.engine = () => ({ units: [], backends: [{ backend: "etcd", state: { kind: "connecting", since: 0 }, watches: [toKey("/")], reads: 0, outages: 0, revision: 0, keys: 0, cachedAt: undefined }] });
    assert.equal(statusDocument(recorder).backends[0]?.staleness_seconds, null);
  });

  test("Counts a failure that comes again, and begins anew with another one", () => {
    const clock = manualClock(0);
    const recorder = newRecorder(clock);
    const fail = (message: string) => recorder.observe({ kind: "unit state", unit: "web", state: { kind: "failed", since: 0, step: "check", error: refused(message) } });
    for (const _ of [1, 2, 3]) fail("no");
    assert.deepEqual([recorder.history("web").failure?.times, recorder.history("web").failure?.since], [3, "1970-01-01T00:00:00.000Z"]);
    fail("still no");
    assert.equal(recorder.history("web").failure?.times, 1);
  });

  test("Tells how stale the copy of a backend is that is away", () => {
    const recorder = newRecorder();
    fill(recorder);
    const [etcd, consul] = statusDocument(recorder).backends;
    assert.equal(etcd?.staleness_seconds, 0);
    assert.ok((consul?.staleness_seconds ?? 0) >= 5);
    assert.equal(consul?.error?.message, "Nobody answers");
  });

  test("Tells leases, and of each registration whether it is there", () => {
    const recorder = newRecorder();
    fill(recorder);
    const [registry] = statusDocument(recorder).registries;
    assert.deepEqual(registry?.lease, { kind: "lease", id: "7f", ttl_seconds: 30 });
    assert.deepEqual(registry?.registrations.map(({ id, state }) => [id, state]), [["/web/host", "registered"], ["/web/port", "pending"], ["/db/host", "refused"]]);
  });

  test("Keeps the last 200 changes, and cuts what is too long in them", () => {
    const recorder = newRecorder();
    for (let index = 1; index <= 300; index += 1) recorder.log({ time: new Date(0), level: "info", message: "Committed", fields: { unit: "web", text: "x".repeat(10_000) } });
    recorder.log({ time: new Date(0), level: "debug", message: "Rendered", fields: {} });
    const { changes } = statusDocument(recorder);
    assert.deepEqual([changes.length, changes[0]?.seq, changes.at(-1)?.seq, String(changes[0]?.["text"]).length], [200, 101, 300, 4_099]);
  });
});

test("Every field of the status is in docs/status.md", async () => {
  const recorder = newRecorder();
  fill(recorder);
  const page = await readFile(new URL("../../docs/status.md", import.meta.url), "utf8");
  const { changes: _, ...document } = statusDocument(recorder);
  const names = new Set(fieldsOf(document));
  assert.ok(names.size > 50);
  assert.deepEqual([...names].filter((name) => !new RegExp(`\`${name}\``).test(page)), []);
});

/** The names of all fields, but for those that are names of backends. */
function fieldsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...(name === "revisions" ? [] : fieldsOf(inner))]);
}
