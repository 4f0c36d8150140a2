import type { Sample } from "./exposition.ts";
import type { Measured, Metric } from "./metrics.ts";
import { counts, counter, gauge, histogram } from "./metrics.ts";

/** Those of confd's metrics that say something here, under its names; the others of docs/from-confd.md are about what Remora does not do. */
export const CONFD_METRICS: readonly Metric[] = [
  gauge("confd_templates_loaded", "Resources that are in use", [], ({ status }) => [{ value: status.units.length }]),
  gauge("confd_watched_keys", "Prefixes that are followed", [], ({ status }) => [{ value: status.backends.reduce((sum, { watches }) => sum + watches.length, 0) }]),
  gauge("confd_backend_healthy", "1 while the backend is followed", ["backend"], ({ status }) => status.backends.map(({ name, state }) => ({ value: Number(state === "live"), labels: { backend: name } }))),
  counter("confd_backend_request_total", "Times that entries were read instead of followed", ["backend", "operation"], ({ status }) => status.backends.map(({ name, reads }) => ({ value: reads, labels: { backend: name, operation: "get_values" } }))),
  counter("confd_backend_errors_total", "Times that the backend went away", ["backend", "operation"], ({ status }) => status.backends.map(({ name, outages }) => ({ value: outages, labels: { backend: name, operation: "watch_prefix" } }))),
  counter("confd_template_process_total", "Renders of a template, by how they ended", ["dest", "status"], (measured) => [...ofOutcome(measured, "rendered", "success"), ...ofOutcome(measured, "failed", "error"), ...ofOutcome(measured, "waiting", "error")].reduce(added, [])),
  histogram("confd_template_process_duration_seconds", "Time that templates took to render", ({ tally }) => tally.renderTimes),
  counter("confd_file_sync_total", "Times that a file was written", ["dest"], (measured) => withDests(counts(measured.tally.commits, ["unit"]), measured)),
  counter("confd_file_changed_total", "Times that any file was written", [], ({ tally }) => [{ value: sum(tally.commits.values()) }]),
  counter("confd_command_total", "Reloads that were run", ["type", "dest"], (measured) => withDests(counts(measured.tally.reloads, ["unit", "outcome"]), measured).map(({ value, labels }) => ({ value, labels: { type: "reload", dest: labels?.["dest"] ?? "" } })).reduce(added, [])),
  counter("confd_command_exit_code_total", "Commands by their exit status, where 1 is any but 0, as in confd", ["type", "exit_code"], ({ tally }) => [
    { value: sum(ending(tally.reloads, "ok")), labels: { type: "reload", exit_code: "0" } },
    { value: sum(ending(tally.reloads, "failed")), labels: { type: "reload", exit_code: "1" } },
    { value: sum(ending(tally.failures, "check")), labels: { type: "check", exit_code: "1" } },
  ]),
  histogram("confd_command_duration_seconds", "Time that reloads took, failed ones too", ({ tally }) => tally.reloadTimes),
];

function ofOutcome(measured: Measured, outcome: string, status: string): readonly Sample[] {
  const found = counts(measured.tally.renders, ["unit", "outcome"]).filter(({ labels }) => labels?.["outcome"] === outcome);
  return withDests(found, measured).map(({ value, labels }) => ({ value, labels: { dest: labels?.["dest"] ?? "", status } }));
}

/** A resource of confd's has one file, which its metrics are told apart by. */
function withDests(samples: readonly Sample[], { status }: Measured): readonly Sample[] {
  const dests = new Map(status.units.map(({ name, targets }) => [name, targets[0]?.path ?? name]));
  return samples.map(({ value, labels }) => ({ value, labels: { dest: dests.get(labels?.["unit"] ?? "") ?? labels?.["unit"] ?? "" } }));
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
