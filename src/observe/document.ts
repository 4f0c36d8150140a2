import { formatDependency } from "../core/dependency.ts";
import { type AppError, placeOf } from "../core/error.ts";
import type { BackendReport, RegistryReport, UnitReport } from "../core/reports.ts";
import type { AppState, CertificateState } from "../core/status.ts";
import type { AppStatus, BackendStatus, CertificateStatus, RegistryStatus, StatusDocument, UnitStatus } from "../core/status-document.ts";
import { whyNotReady } from "./readiness.ts";
import type { Recorder } from "./recorder.ts";
import type { UnitHistory } from "./unit-history.ts";

/** How everything stands now. */
export function statusDocument(recorder: Recorder): StatusDocument {
  const { reporters, remora, configuration, timeline } = recorder;
  const now = recorder.now();
  const engine = reporters.engine?.();
  const units = (engine?.units ?? []).map((report) => unitStatus(report, recorder.history(report.unit)));
  const backends = (engine?.backends ?? []).map((report) => backendStatus(report, now));
  const registries = (reporters.registries?.() ?? []).map(registryStatus);
  const state = reporters.app?.();
  const app = state === undefined ? null : appStatus(state);
  const begun = engine !== undefined || reporters.registries !== undefined;
  const not_ready = whyNotReady({ command: remora.command, begun, stopping: recorder.stopping, units, backends, registries, unregistered: reporters.unregistered?.() ?? [], app });
  return {
    version: 1,
    time: iso(now),
    remora,
    ready: not_ready.length === 0,
    not_ready,
    configuration,
    units,
    backends,
    registries,
    app,
    certificates: [...(reporters.certificates?.() ?? [])].map(certificateStatus),
    changes: timeline.entries(),
  };
}

function unitStatus({ unit, state, used, missing, revisions, retryAt, reloadDue, targets }: UnitReport, history: UnitHistory): UnitStatus {
  return {
    name: unit,
    state: state.kind,
    since: iso(state.since),
    ready: history.good,
    waiting_for: state.kind === "waiting" ? state.missing.map(formatDependency) : [],
    failure: history.failure ?? null,
    targets: targets.map(({ path, written, applied, sensitive }) => ({ path, written: written ?? null, applied: applied ?? null, sensitive })),
    reload_due: reloadDue,
    locked_by: state.kind === "reload due" ? (state.lockedBy ?? null) : null,
    revisions,
    rendered: time(history.rendered),
    written: time(history.written),
    applied: time(history.applied),
    next_retry: time(retryAt),
    reads: distinct(used.map(formatDependency)),
    missing: distinct(missing.map(formatDependency)),
  };
}

function backendStatus({ backend, state, watches, reads, outages, revision, keys, cachedAt }: BackendReport, now: number): BackendStatus {
  return {
    name: backend,
    state: state.kind,
    since: iso(state.since),
    connected_since: state.kind === "live" ? iso(state.since) : null,
    error: state.kind === "down" ? errorStatus(state.error) : null,
    revision,
    staleness_seconds: cachedAt === undefined ? stalenessOf(state.kind, state.since, watches.length > 0, now) : Math.max(0, (now - cachedAt) / 1_000),
    cached_at: time(cachedAt),
    watches,
    reads,
    outages,
    keys,
  };
}

/** A copy is what the backend holds for as long as its watch lives. */
function stalenessOf(kind: BackendStatus["state"], since: number, hasCopy: boolean, now: number): number | null {
  if (kind === "live") return 0;
  return kind === "down" && hasCopy ? Math.max(0, (now - since) / 1_000) : null;
}

function registryStatus({ registry, down, ids, pending, lease }: RegistryReport): RegistryStatus {
  const open = [...pending].map(([id, error]) => ({ id, state: error === undefined ? ("pending" as const) : ("refused" as const), error: error?.message ?? null }));
  return {
    name: registry,
    state: down === undefined ? "up" : "down",
    error: down === undefined ? null : errorStatus(down),
    lease: lease === undefined ? null : { kind: lease.kind, id: lease.id ?? null, ttl_seconds: lease.ttl / 1_000 },
    registrations: [...ids.map((id) => ({ id, state: "registered" as const, error: null })), ...open],
  };
}

function appStatus({ kind, program, pid, startedAt, starts, crashes, lastEnd, nextStart }: AppState): AppStatus {
  return { program, state: kind, running: pid !== undefined, pid: pid ?? null, started: time(startedAt), starts, crashes, last_end: lastEnd ?? null, next_start: time(nextStart) };
}

function certificateStatus([name, state]: readonly [string, CertificateState | undefined]): CertificateStatus {
  return { name, state: state?.kind ?? "pending", names: state?.names ?? [], until: time(state?.until), error: state?.kind === "failing" ? errorStatus(state.error) : null };
}

function errorStatus(error: AppError) {
  const place = placeOf(error);
  return { code: error.code, message: place === undefined ? error.message : `${place}: ${error.message}`, hint: error.hint ?? null };
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function time(ms: number | undefined): string | null {
  return ms === undefined ? null : iso(ms);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
