import type { ConfdTally } from "./confd-tally.ts";
import type { Sample } from "./exposition.ts";
import type { Measured, Metric } from "./metrics.ts";
import { counts, counter, gauge, spread } from "./metrics.ts";
import type { Histogram } from "./tally.ts";

const READ = "get_values";
/** Each confd's type of a command, and what was measured of it. */
const COMMANDS = { check: "checks", reload: "reloads" } as const;

/** Those of confd's metrics that say something here, under its names; the others of docs/from-confd.md are about what Remora does not do. */
export function confdMetrics(confd: ConfdTally): readonly Metric[] {
  return [
    gauge("confd_templates_loaded", "Resources that are in use", [], ({ status }) => [{ value: status.units.length }]),
    gauge("confd_watched_keys", "Prefixes that are followed", [], ({ status }) => [{ value: status.backends.reduce((sum, { watches }) => sum + watches.length, 0) }]),
    gauge("confd_backend_healthy", "1 while the backend is followed", ["backend"], ({ status }) => status.backends.map(({ name, state }) => ({ value: Number(state === "live"), labels: { backend: name } }))),
    counter("confd_backend_request_total", "Times that entries were read instead of followed", ["backend", "operation"], ({ status }) => status.backends.map(({ name, reads }) => ({ value: reads, labels: { backend: name, operation: READ } }))),
    times("confd_backend_request_duration_seconds", "Time that reading entries took, failed attempts too", ["backend", "operation"], () => [...confd.backends].map(([backend, measured]) => [measured, { backend, operation: READ }])),
    counter("confd_backend_errors_total", "Readings that failed, and times that the backend went away while it was followed", ["backend", "operation"], ({ status }) => [
      ...counts(confd.reads, ["backend", "outcome"]).flatMap(({ value, labels }) => (labels?.["outcome"] === "failed" ? [{ value, labels: { backend: labels["backend"] ?? "", operation: READ } }] : [])),
      ...status.backends.map(({ name, outages }) => ({ value: outages, labels: { backend: name, operation: "watch_prefix" } })),
    ]),
    counter("confd_template_process_total", "Renders of a template, by how they ended", ["dest", "status"], (measured) => [...ofOutcome(measured, "rendered", "success"), ...ofOutcome(measured, "failed", "error"), ...ofOutcome(measured, "waiting", "error")].reduce(added, [])),
    times("confd_template_process_duration_seconds", "Time that templates took to render", ["dest"], (measured) => byDest(confd.renders, measured)),
    counter("confd_file_sync_total", "Times that a file was written", ["dest"], (measured) => withDests(counts(measured.tally.commits, ["unit"]), measured)),
    counter("confd_file_changed_total", "Times that any file was written", [], ({ tally }) => [{ value: sum(tally.commits.values()) }]),
    counter("confd_command_total", "Commands that were run: checks and reloads", ["type", "dest"], (measured) => timesOfCommands(confd, measured).map(([{ count }, labels]) => ({ value: count, labels }))),
    counter("confd_command_exit_code_total", "Commands by their exit status, where 1 is any but 0, as in confd", ["type", "exit_code"], ({ tally }) => [
      { value: sum(ending(tally.reloads, "ok")), labels: { type: "reload", exit_code: "0" } },
      { value: sum(ending(tally.reloads, "failed")), labels: { type: "reload", exit_code: "1" } },
      { value: confd.checked.get("ok") ?? 0, labels: { type: "check", exit_code: "0" } },
      { value: confd.checked.get("failed") ?? 0, labels: { type: "check", exit_code: "1" } },
    ]),
    times("confd_command_duration_seconds", "Time that checks and reloads took, failed ones too", ["type", "dest"], (measured) => timesOfCommands(confd, measured)),
  ];
}

type Labels = Readonly<Record<string, string>>;
type Times = readonly (readonly [Histogram, Labels])[];

/** Histograms under one name. */
function times(name: string, help: string, labels: readonly string[], of: (measured: Measured) => Times): Metric {
  return { name, help, type: "histogram", labels, samples: (measured) => of(measured).flatMap(([histogram, own]) => spread(histogram, own)) };
}

function timesOfCommands(confd: ConfdTally, measured: Measured): Times {
  return Object.entries(COMMANDS).flatMap(([type, key]) => byDest(confd[key], measured).map(([histogram, labels]) => [histogram, { type, ...labels }] as const));
}

function byDest(measured: ReadonlyMap<string, Histogram>, { status }: Measured): Times {
  const dest = destOf(status);
  return [...measured].map(([unit, histogram]) => [histogram, { dest: dest(unit) }] as const);
}

function ofOutcome(measured: Measured, outcome: string, status: string): readonly Sample[] {
  const found = counts(measured.tally.renders, ["unit", "outcome"]).filter(({ labels }) => labels?.["outcome"] === outcome);
  return withDests(found, measured).map(({ value, labels }) => ({ value, labels: { dest: labels?.["dest"] ?? "", status } }));
}

function withDests(samples: readonly Sample[], { status }: Measured): readonly Sample[] {
  const dest = destOf(status);
  return samples.map(({ value, labels }) => ({ value, labels: { dest: dest(labels?.["unit"] ?? "") } }));
}

/** A resource of confd's has one file, which its metrics are told apart by. */
function destOf(status: Measured["status"]): (unit: string) => string {
  const dests = new Map(status.units.map(({ name, targets }) => [name, targets[0]?.path ?? name]));
  return (unit) => dests.get(unit) ?? unit;
}

/** Samples with the same labels are one. */
function added(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const same = samples.find(({ labels }) => JSON.stringify(labels) === JSON.stringify(sample.labels));
  if (same === undefined) return [...samples, sample];
  return samples.map((each) => (each === same ? { ...each, value: each.value + sample.value } : each));
}

function ending(counted: ReadonlyMap<string, number>, outcome: string): readonly number[] {
  return [...counted].filter(([key]) => key.endsWith(`\n${outcome}`)).map(([, value]) => value);
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((all, value) => all + value, 0);
}
