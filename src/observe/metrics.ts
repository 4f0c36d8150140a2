import type { ProcessUsage } from "../core/ports.ts";
import { UNIT_STATES } from "../core/status.ts";
import type { StatusDocument } from "../core/status-document.ts";
import type { Family, Sample } from "./exposition.ts";
import { BUCKETS_S, type Histogram, type Tally } from "./tally.ts";

/** What metrics are made of. */
export interface Measured {
  readonly status: StatusDocument;
  readonly tally: Tally;
  readonly usage: ProcessUsage;
}

export interface Metric extends Omit<Family, "samples"> {
  /** The names of its labels. */
  readonly labels: readonly string[];
  readonly samples: (measured: Measured) => readonly Sample[];
}

/** Every metric, by conventional names: docs/metrics.md is printed from this. */
export const METRICS: readonly Metric[] = [
  gauge("remora_build_info", "Always 1; the label has the version", ["version"], ({ status }) => [{ value: 1, labels: { version: status.remora.version } }]),
  gauge("remora_ready", "1 when every unit was applied and its last attempt was good, as /ready says", [], ({ status }) => [flag(status.ready)]),
  gauge("remora_configuration_refused", "1 while a newer configuration is wrong and the one before it goes on", [], ({ status }) => [flag(status.configuration.refused !== null)]),
  gauge("remora_configuration_loaded_timestamp_seconds", "When the present configuration was taken up", [], ({ status }) => seconds(status.configuration.loaded)),

  gauge("remora_unit_state", "1 for the state that a unit is in, 0 for the others", ["unit", "state"], ({ status }) =>
    status.units.flatMap((unit) => Object.keys(UNIT_STATES).map((state) => ({ value: Number(unit.state === state), labels: { unit: unit.name, state } }))),
  ),
  gauge("remora_unit_ready", "1 when the unit was applied and its last attempt was good", ["unit"], ({ status }) => status.units.map((unit) => flag(unit.ready, { unit: unit.name }))),
  gauge("remora_unit_reload_due", "1 while what is written has not been taken up by a good reload", ["unit"], ({ status }) => status.units.map((unit) => flag(unit.reload_due, { unit: unit.name }))),
  gauge("remora_unit_missing_keys", "Keys and services that a unit waits for", ["unit"], ({ status }) => status.units.map((unit) => ({ value: unit.waiting_for.length, labels: { unit: unit.name } }))),
  gauge("remora_unit_written_timestamp_seconds", "When files of a unit were last written", ["unit"], ({ status }) => status.units.flatMap((unit) => seconds(unit.written, { unit: unit.name }))),
  gauge("remora_unit_applied_timestamp_seconds", "When a unit last came to be applied", ["unit"], ({ status }) => status.units.flatMap((unit) => seconds(unit.applied, { unit: unit.name }))),
  counter("remora_renders_total", "Renders of a unit, by what they came to: rendered, waiting, failed", ["unit", "outcome"], ({ tally }) => counts(tally.renders, ["unit", "outcome"])),
  counter("remora_commits_total", "Times that files of a unit were written", ["unit"], ({ tally }) => counts(tally.commits, ["unit"])),
  counter("remora_reloads_total", "Reloads of a unit, by what they came to: ok, failed", ["unit", "outcome"], ({ tally }) => counts(tally.reloads, ["unit", "outcome"])),
  counter("remora_failures_total", "Failures of a unit, by the step: render, stage, check, commit, reload", ["unit", "step"], ({ tally }) => counts(tally.failures, ["unit", "step"])),
  histogram("remora_render_duration_seconds", "Time that the templates of a unit took to render", ({ tally }) => tally.renderTimes),
  histogram("remora_apply_duration_seconds", "Time from a finished render to written files: staging, checks, the swap", ({ tally }) => tally.applyTimes),
  histogram("remora_reload_duration_seconds", "Time that reloads took, failed ones too", ({ tally }) => tally.reloadTimes),

  gauge("remora_backend_up", "1 while the backend is followed, 0 while it is away or not reached yet", ["backend"], ({ status }) => status.backends.map((each) => flag(each.state === "live", { backend: each.name }))),
  gauge("remora_backend_state_timestamp_seconds", "Since when the backend is up or away", ["backend"], ({ status }) => status.backends.flatMap((each) => seconds(each.since, { backend: each.name }))),
  gauge("remora_backend_staleness_seconds", "How long ago our copy was last known to be what the backend holds", ["backend"], ({ status }) =>
    status.backends.flatMap((each) => (each.staleness_seconds === null ? [] : [{ value: each.staleness_seconds, labels: { backend: each.name } }])),
  ),
  gauge("remora_backend_revision", "The revision (etcd) or the highest index (Consul) of our copy", ["backend"], ({ status }) => status.backends.map((each) => ({ value: each.revision, labels: { backend: each.name } }))),
  gauge("remora_backend_keys", "Keys in our copy", ["backend"], ({ status }) => status.backends.map((each) => ({ value: each.keys, labels: { backend: each.name } }))),
  gauge("remora_backend_watches", "Prefixes that are followed", ["backend"], ({ status }) => status.backends.map((each) => ({ value: each.watches.length, labels: { backend: each.name } }))),
  counter("remora_backend_reads_total", "Times that entries were read instead of followed", ["backend"], ({ status }) => status.backends.map((each) => ({ value: each.reads, labels: { backend: each.name } }))),
  counter("remora_backend_outages_total", "Times that the backend went away", ["backend"], ({ status }) => status.backends.map((each) => ({ value: each.outages, labels: { backend: each.name } }))),
  counter("remora_backend_changed_keys_total", "Keys that were read or changed", ["backend"], ({ tally }) => counts(tally.changes, ["backend"])),

  gauge("remora_registry_up", "1 while the registry can be reached", ["registry"], ({ status }) => status.registries.map((each) => flag(each.state === "up", { registry: each.name }))),
  gauge("remora_registrations", "Registrations, by state: registered, pending, refused", ["registry", "state"], ({ status }) =>
    status.registries.flatMap((each) =>
      (["registered", "pending", "refused"] as const).map((state) => ({ value: each.registrations.filter((one) => one.state === state).length, labels: { registry: each.name, state } })),
    ),
  ),

  gauge("remora_app_running", "1 while the app of remora run -- CMD runs", [], ({ status }) => (status.app === null ? [] : [flag(status.app.running)])),
  gauge("remora_app_crash_loop", "1 while the app ends again and again before it is stable", [], ({ status }) => (status.app === null ? [] : [flag(status.app.state === "crash loop")])),
  counter("remora_app_starts_total", "Times that the app was started", [], ({ status }) => (status.app === null ? [] : [{ value: status.app.starts }])),

  gauge("remora_certificate_failing", "1 while a [[certificate]] can be neither read nor made", ["certificate"], ({ status }) => status.certificates.map((each) => flag(each.state === "failing", { certificate: each.name }))),
  gauge("remora_certificate_expiry_timestamp_seconds", "Until when a [[certificate]] is valid", ["certificate"], ({ status }) => status.certificates.flatMap((each) => seconds(each.until, { certificate: each.name }))),

  counter("remora_log_events_total", "Lines of the log, printed or not, by level", ["level"], ({ tally }) => counts(tally.events, ["level"])),

  counter("process_cpu_seconds_total", "User and system time that Remora itself has used", [], ({ usage }) => [{ value: usage.cpuSeconds }]),
  gauge("process_resident_memory_bytes", "Resident memory of Remora itself", [], ({ usage }) => [{ value: usage.residentBytes }]),
  gauge("process_open_fds", "Open file descriptors", [], ({ usage }) => (usage.openFds === undefined ? [] : [{ value: usage.openFds }])),
  gauge("process_start_time_seconds", "When Remora was started", [], ({ status }) => seconds(status.remora.started)),
];

/** All families with their samples; labels are covered where they are written. */
export function families(measured: Measured, cover: (text: string) => string, metrics: readonly Metric[] = METRICS): Family[] {
  return metrics.map(({ name, help, type, samples }) => ({ name, help, type, samples: samples(measured).map((sample) => coveredSample(sample, cover)) }));
}

function coveredSample(sample: Sample, cover: (text: string) => string): Sample {
  return sample.labels === undefined ? sample : { ...sample, labels: Object.fromEntries(Object.entries(sample.labels).map(([name, value]) => [name, cover(value)])) };
}

/** A metric that goes up and down. */
export function gauge(name: string, help: string, labels: readonly string[], samples: Metric["samples"]): Metric {
  return { name, help, type: "gauge", labels, samples };
}

/** A metric that only goes up. */
export function counter(name: string, help: string, labels: readonly string[], samples: Metric["samples"]): Metric {
  return { name, help, type: "counter", labels, samples };
}

/** A metric of how times are spread. */
export function histogram(name: string, help: string, of: (measured: Measured) => Histogram): Metric {
  return {
    name,
    help,
    type: "histogram",
    labels: [],
    samples: (measured) => spread(of(measured)),
  };
}

/** The samples of a histogram, those of others of the same name having other labels. */
export function spread({ buckets, count, sum }: Histogram, labels?: Readonly<Record<string, string>>): readonly Sample[] {
  const below = BUCKETS_S.map((bound, index) => ({ suffix: "_bucket", value: buckets[index] ?? 0, labels: { ...labels, le: String(bound) } }));
  const own = labels && { labels };
  return [...below, { suffix: "_bucket", value: count, labels: { ...labels, le: "+Inf" } }, { suffix: "_sum", value: sum, ...own }, { suffix: "_count", value: count, ...own }];
}

function flag(is: boolean, labels?: Readonly<Record<string, string>>): Sample {
  return { value: Number(is), ...(labels && { labels }) };
}

function seconds(time: string | null, labels?: Readonly<Record<string, string>>): Sample[] {
  return time === null ? [] : [{ value: Date.parse(time) / 1_000, ...(labels && { labels }) }];
}

/** A sample for each of what was counted, by the labels that its key holds. */
export function counts(counted: ReadonlyMap<string, number>, names: readonly string[]): Sample[] {
  return [...counted].map(([key, value]) => {
    const values = key.split("\n");
    return { value, labels: Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""])) };
  });
}
