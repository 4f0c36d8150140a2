import { formatDuration } from "../core/duration.ts";
import type { AppStatus, BackendStatus, CertificateStatus, RegistryStatus, StatusDocument, UnitStatus } from "../core/status-document.ts";
import { oneLine, severalLines, uncoloured } from "../core/visible.ts";
import { formatTable } from "./table.ts";

const SHORT_HASH = 8;

/** How everything stands, for people. */
export function statusTables(document: StatusDocument): string {
  const { remora, ready, not_ready, configuration, units, backends, registries, app, certificates, time } = document;
  const now = Date.parse(time);
  const parts = [`remora ${remora.version} ${remora.command}, process ${remora.pid}, up ${ago(remora.started, now)}: ${ready ? "ready" : "not ready"}\n${not_ready.map((why) => `  ${oneLine(why)}\n`).join("")}`];
  if (configuration.refused !== null) parts.push(refusedText(configuration.refused, now));
  if (units.length > 0) parts.push(unitTable(units, now));
  if (backends.length > 0) parts.push(backendTable(backends, now));
  if (registries.length > 0) parts.push(registryTable(registries));
  if (app !== null) parts.push(appTable(app, now));
  if (certificates.length > 0) parts.push(certificateTable(certificates));
  return parts.join("\n");
}

function refusedText({ time, message, at }: NonNullable<StatusDocument["configuration"]["refused"]>, now: number): string {
  return `A newer configuration is refused, ${ago(time, now)} ago: ${oneLine(`${at === null ? "" : `${at}: `}${message}`)}\n`;
}

function unitTable(units: readonly UnitStatus[], now: number): string {
  const rows = units.map((unit) => [unit.name, unit.state, ago(unit.since, now), hashes(unit), revisions(unit), unitDetail(unit, now)]);
  const table = formatTable([["UNIT", "STATE", "FOR", "WRITTEN/APPLIED", "REVISION", "DETAIL"], ...rows]);
  return [table, ...units.map(failureText)].join("");
}

/** What a table has no place for. */
function failureText({ name, failure }: UnitStatus): string {
  if (failure === null) return "";
  const { step, at, output, hint } = failure;
  const lines = [...(output ? output.trimEnd().split("\n").map((line) => `  > ${line}`) : []), ...(hint === null ? [] : [`  hint: ${hint}`])];
  if (at === null && lines.length === 0) return "";
  return severalLines(uncoloured([`\nUnit "${name}" failed to ${step}${at === null ? "" : ` at ${at}`}:`, ...lines, ""].join("\n")));
}

/** The written hash where it is the applied one, else both; of several targets the first that differs. */
function hashes({ targets }: UnitStatus): string {
  const target = targets.find(({ written, applied }) => written !== applied) ?? targets[0];
  if (target === undefined) return "";
  const [written, applied] = [short(target.written), short(target.applied)];
  return written === applied ? written : `${written}/${applied}`;
}

function revisions({ revisions: seen }: UnitStatus): string {
  return Object.entries(seen).map(([backend, revision]) => `${backend}:${revision}`).join(" ");
}

function unitDetail({ waiting_for, failure, reload_due, locked_by, next_retry }: UnitStatus, now: number): string {
  const parts = [
    ...(waiting_for.length > 0 ? [`waits for ${waiting_for.join(", ")}`] : []),
    ...(failure === null ? [] : [`${failure.step}: ${failure.message}${failure.times > 1 ? ` (${failure.times} times)` : ""}`]),
    ...(reload_due ? [`reload due${locked_by === null ? "" : `: ${locked_by}`}`] : []),
    ...(next_retry === null ? [] : [`next try in ${formatDuration(Math.max(0, Date.parse(next_retry) - now))}`]),
  ];
  return parts.join("; ");
}

function backendTable(backends: readonly BackendStatus[], now: number): string {
  const rows = backends.map(({ name, state, since, revision, keys, watches, reads, outages, staleness_seconds: stale, cached_at, error }) => {
    const detail = [...(error === null ? [] : [error.message]), ...(cached_at === null ? [] : [`from the cache of ${cached_at}`]), ...(stale === null || stale === 0 ? [] : [`stale for ${formatDuration(stale * 1_000)}`])].join("; ");
    return [name, state, ago(since, now), String(revision), String(keys), String(watches.length), String(reads), String(outages), detail];
  });
  return formatTable([["BACKEND", "STATE", "FOR", "REVISION", "KEYS", "WATCHES", "READS", "OUTAGES", "DETAIL"], ...rows]);
}

function registryTable(registries: readonly RegistryStatus[]): string {
  const rows = registries.flatMap(({ name, state, error, lease, registrations }) => {
    const held = lease === null ? "" : [lease.kind, lease.id ?? "", `${lease.ttl_seconds}s`].filter((part) => part !== "").join(" ");
    const head = [name, state, held, "", error?.message ?? ""];
    return registrations.length === 0 ? [head] : registrations.map((each) => [name, state, held, each.id, error?.message ?? each.error ?? each.state]);
  });
  return formatTable([["REGISTRY", "STATE", "LEASE", "REGISTRATION", "DETAIL"], ...rows]);
}

function certificateTable(certificates: readonly CertificateStatus[]): string {
  return formatTable([["CERTIFICATE", "STATE", "UNTIL", "DETAIL"], ...certificates.map(({ name, state, names, until, error }) => [name, state, until ?? "", error?.message ?? names.join(", ")])]);
}

function appTable({ program, state, pid, started, starts, crashes, last_end, next_start }: AppStatus, now: number): string {
  const detail = [
    ...(last_end === null ? [] : [`last ended with ${last_end}`]),
    ...(crashes > 0 ? [`${crashes} ends in a row`] : []),
    ...(next_start === null ? [] : [`started again in ${formatDuration(Math.max(0, Date.parse(next_start) - now))}`]),
  ].join("; ");
  return formatTable([["APP", "STATE", "PROCESS", "FOR", "STARTS", "DETAIL"], [program, state, String(pid ?? ""), started === null ? "" : ago(started, now), String(starts), detail]]);
}

function short(hash: string | null): string {
  return hash === null ? "none" : hash.slice(0, SHORT_HASH);
}

function ago(time: string, now: number): string {
  return formatDuration(Math.max(0, now - Date.parse(time)));
}
