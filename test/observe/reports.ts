import { AppError } from "../../src/core/error.ts";
import { toKey } from "../../src/core/key.ts";
import type { UnitReport } from "../../src/core/reports.ts";
import type { UnitState } from "../../src/core/status.ts";
import type { Recorder } from "../../src/observe/recorder.ts";

export function unitReport(unit: string, state: UnitState, more: Partial<UnitReport> = {}): UnitReport {
  const used = [{ backend: "etcd", key: toKey("/name"), scope: "key" as const }];
  return { unit, state, used, missing: [], revisions: { etcd: 7 }, retryAt: undefined, reloadDue: false, targets: [{ path: `/etc/${unit}`, written: "aa", applied: "aa", sensitive: false }], ...more };
}

/** Gives a recorder two units, one of which failed, and everything else that can be told of. */
export function fill(recorder: Recorder, { unit = "db", error = new AppError("CHECK_FAILED", "The check says no", { output: "line 3: no\n", hint: "Mend it" }) }: { readonly unit?: string; readonly error?: AppError } = {}): void {
  const since = recorder.now();
  const [applied, failed] = [{ kind: "applied", since } as const, { kind: "failed", since, step: "check", error } as const];
  recorder.begin(["web", unit]);
  recorder.observe({ kind: "rendered", unit: "web", outcome: "rendered", took: 0.5 });
  recorder.observe({ kind: "rendered", unit: "web", outcome: "rendered", took: 4 });
  recorder.observe({ kind: "committed", unit: "web", took: 12 });
  recorder.observe({ kind: "reloaded", units: ["web"], took: 40, ok: true });
  recorder.observe({ kind: "unit state", unit: "web", state: applied });
  recorder.observe({ kind: "unit state", unit, state: failed });
  recorder.observe({ kind: "changes", backend: "etcd", keys: 3 });
  recorder.log({ time: new Date(since), level: "error", message: "Unit failed", fields: { unit, error: error.message } });
  recorder.reporters.engine = () => ({
    units: [unitReport("web", applied), unitReport(unit, failed, { retryAt: since + 1_000 })],
    backends: [
      { backend: "etcd", state: { kind: "live", since }, watches: [toKey("/")], reads: 1, outages: 0, revision: 7, keys: 3, cachedAt: undefined },
      { backend: "consul", state: { kind: "down", since: since - 5_000, error: new AppError("BACKEND_UNREACHABLE", "Nobody answers") }, watches: [toKey("/")], reads: 2, outages: 1, revision: 9, keys: 1, cachedAt: undefined },
    ],
  });
  recorder.reporters.registries = () => [{ registry: "etcd", down: undefined, ids: ["/web/host"], pending: new Map([["/web/port", undefined], ["/db/host", new AppError("REGISTRATION_CONFLICT", "Somebody else has it")]]), lease: { kind: "lease", id: "7f", ttl: 30_000 } }];
  recorder.reporters.certificates = () => new Map([["logstash", { kind: "failing", names: ["logstash.example"], until: since + 86_400_000, error: new AppError("BACKEND_UNREACHABLE", "No store for it") }], ["web", undefined]]);
  recorder.reporters.app = () => ({ kind: "running", program: "nginx", pid: 4_711, startedAt: since, starts: 1, crashes: 0, lastEnd: undefined, nextStart: undefined });
}
