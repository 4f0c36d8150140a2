import { formatDependency } from "../../core/dependency.ts";
import { AppError } from "../../core/error.ts";
import { didYouMean } from "../../core/suggest.ts";
import { severalLines } from "../../core/visible.ts";
import { explainPlan, type ExplainedUnit } from "../../engine/explain-plan.ts";
import { type ExplainedService, explainServices } from "../../engine/explain-services.ts";
import type { Invocation } from "../command.ts";
import { openSession } from "../session.ts";
import { noUnit } from "./check.ts";
import { stopSignals } from "../stop-signals.ts";

/** Tells what each unit reads and what is watched for it. */
export async function explain(invocation: Invocation): Promise<number> {
  const { outside, positionals, flags } = invocation;
  const session = await openSession(invocation, { keepSound: false });
  using stop = stopSignals(outside);
  const { units, watches } = await explainPlan({ plan: session.plan, openMirrors: session.openMirrors, context: session, opener: session.opener, env: outside.env, timeout: session.plan.configuration.settings.timeout, wait: 0, signal: stop.signal });
  const services = await explainServices(session.plan.configuration.settings, { network: outside.ports.network, env: outside.env });
  const chosen = positionals.length === 0 ? units : positionals.map((name) => find(name, units));
  if (flags.json === true) outside.stdout.write(`${JSON.stringify({ units: chosen, watches, services }, null, 2)}\n`);
  else if (units.length === 0 && services.length === 0) outside.stderr.write(`remora: ${noUnit(session)}\n`);
  else outside.stdout.write(severalLines([...chosen.map(describeUnit), describeWatches(watches), ...(services.length > 0 ? [describeServices(services)] : [])].join("\n")));
  return 0;
}

function find(name: string, units: readonly ExplainedUnit[]): ExplainedUnit {
  const found = units.find(({ unit }) => unit === name);
  if (found !== undefined) return found;
  throw new AppError("USAGE", `There is no unit "${name}"`, { hint: didYouMean(name, units.map(({ unit }) => unit)) });
}

function describeUnit({ unit, targets, gives, used, missing, secrets, error }: ExplainedUnit): string {
  const missed = new Set(missing.map(formatDependency));
  const reads = used.map((dependency) => `    ${formatDependency(dependency)}${missed.has(formatDependency(dependency)) ? "  (missing)" : ""}`);
  const opens = secrets.map(({ key, form, recipients }) => `    ${key}  (${form === "crypt" ? "by crypt" : `for ${recipients.join(", ")}`})`);
  return [`unit ${unit}`, ...targets.map((target) => `  writes ${target}`), ...(gives === undefined ? [] : ["  gives the app", ...(gives.length > 0 ? gives : ["nothing"]).map((one) => `    ${one}`)]), "  reads", ...(reads.length > 0 ? reads : ["    nothing"]), ...(opens.length > 0 ? ["  opens", ...opens] : []), ...(error === undefined ? [] : [`  cannot be rendered: ${error}`]), ""].join("\n");
}

function describeWatches(watches: Readonly<Record<string, readonly string[]>>): string {
  return ["watches", ...Object.entries(watches).map(([backend, prefixes]) => `  ${backend}: ${prefixes.join(", ")}`), ""].join("\n");
}

function describeServices(services: readonly ExplainedService[]): string {
  const lines = services.flatMap(({ service, ports, registries, address, why, error }) => [`  ${service} at ${address ?? "no address"}, port ${ports.join(", ")}, in ${registries.join(", ")}`, `    ${why ?? error}`]);
  return ["services", ...lines, ""].join("\n");
}
