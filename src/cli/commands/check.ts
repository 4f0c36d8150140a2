import { dirname } from "node:path";
import { AppError, describeError } from "../../core/error.ts";
import type { Files } from "../../core/ports.ts";
import { gather } from "../../engine/gather.ts";
import type { PlannedUnit } from "../../engine/plan.ts";
import { loadOwnership } from "../../output/ownership.ts";
import type { Invocation } from "../command.ts";
import { openSession, type Session } from "../session.ts";
import { stopSignals } from "../stop-signals.ts";

/** Looks at the whole configuration and writes nothing; prints each problem, or that all is sound. */
export async function check(invocation: Invocation): Promise<number> {
  const { outside } = invocation;
  const withValues = invocation.flags["with-values"] !== undefined;
  if (!withValues && invocation.positionals.length > 0) throw new AppError("USAGE", "Units can be named with --with-values alone", { hint: "remora check looks at all of them" });
  const session = await openSession(invocation, { keepSound: true });
  const problems = [...session.broken];
  // Where samples are tried, in CI, the targets are those of another machine.
  if (withValues) problems.push(...(await (await import("./check-values.ts")).checkValues(invocation, session)));
  else problems.push(...(await targetProblems(session.plan.units, outside.ports.files)));
  if (invocation.flags.online === true) {
    using stop = stopSignals(outside);
    const units = await gather({ plan: { ...session.plan, units: [...session.plan.units, ...session.plan.app] }, openMirrors: session.openMirrors, context: session, opener: session.opener, env: outside.env, timeout: session.plan.configuration.settings.timeout, wait: 0, signal: stop.signal });
    problems.push(...units.flatMap((unit) => (unit.kind === "failed" ? [unit.error] : [])));
  }
  for (const problem of problems) outside.stderr.write(`remora: ${describeError(problem)}\n`);
  const odd = session.plan.units.flatMap(({ templates }) => templates.flatMap(({ compiled }) => compiled.oddities ?? []));
  for (const oddity of odd) outside.stderr.write(`remora: ${describeError(oddity)}\n`);
  const length = withValues && invocation.positionals.length > 0 ? new Set(invocation.positionals).size : session.plan.units.length;
  if (length === 0 && problems.length === 0) outside.stderr.write(`remora: ${noUnit(session)}\n`);
  if (problems.length === 0) outside.stdout.write(`${length} ${length === 1 ? "unit is" : "units are"} sound\n`);
  return problems[0]?.exit ?? 0;
}

/** What is said where there is nothing to look at: a directory that is not mounted looks like that, and is no fault in itself. */
export function noUnit({ plan }: Session): string {
  return `There is no unit in "${plan.configuration.settings.confdir}/conf.d"\n  hint: Name another directory with --confdir; remora init lists ready-made units`;
}

async function targetProblems(units: readonly PlannedUnit[], files: Files): Promise<readonly AppError[]> {
  const ownership = await loadOwnership(files);
  const all = units.flatMap((planned) => planned.unit.templates.flatMap(({ dest, owner, group }) => [writable(dest, planned, files), attempt(ownership.uid(owner, dest), planned), attempt(ownership.gid(group, dest), planned)]));
  return (await Promise.all(all)).filter((problem) => problem !== undefined);
}

async function attempt(answer: Promise<unknown>, { unit }: PlannedUnit): Promise<AppError | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return new AppError(error.code, error.message, { hint: error.hint, at: unit.at });
    throw error;
  }
}

/** Whether the target, or the nearest directory above it that exists, can be written. */
async function writable(target: string, { unit }: PlannedUnit, files: Files): Promise<AppError | undefined> {
  const refuse = (why: string) => new AppError("TARGET_FAILED", `Cannot write "${target}" of unit "${unit.name}": ${why}`, { at: unit.at });
  const stat = await files.stat(target);
  if (stat !== undefined && stat.type !== "file") return refuse(`it is a ${stat.type === "other" ? "device, socket or pipe" : stat.type}`);
  let directory = dirname(target);
  while ((await files.stat(directory)) === undefined) directory = dirname(directory);
  if (await files.writable(directory)) return undefined;
  return stat !== undefined && (await files.writable(target)) ? undefined : refuse(`no permission to write in "${directory}"`);
}
