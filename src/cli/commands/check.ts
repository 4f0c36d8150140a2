import { dirname } from "node:path";
import { AppError, describeError } from "../../core/error.ts";
import type { Files } from "../../core/ports.ts";
import { gather } from "../../engine/gather.ts";
import type { PlannedUnit } from "../../engine/plan.ts";
import { loadOwnership } from "../../output/ownership.ts";
import type { Invocation } from "../command.ts";
import { openSession } from "../session.ts";
import { stopSignals } from "../stop-signals.ts";

/** Looks at the whole configuration and writes nothing; prints each problem and a line for each sound unit. */
export async function check(invocation: Invocation): Promise<number> {
  const { outside } = invocation;
  const session = await openSession(invocation, { keepSound: true });
  const ownership = await loadOwnership(outside.ports.files);
  const problems = [...session.broken];
  for (const planned of session.plan.units) {
    const found = await Promise.all(planned.unit.templates.flatMap(({ dest, owner, group }) => [writable(dest, planned, outside.ports.files), attempt(ownership.uid(owner)), attempt(ownership.gid(group))]));
    problems.push(...found.filter((problem) => problem !== undefined));
  }
  if (invocation.flags.online === true) {
    using stop = stopSignals(outside);
    const units = await gather({ plan: session.plan, openMirrors: session.openMirrors, context: session, opener: session.opener, env: outside.env, timeout: session.plan.configuration.settings.timeout, wait: 0, signal: stop.signal });
    problems.push(...units.flatMap((unit) => (unit.kind === "failed" ? [unit.error] : [])));
  }
  for (const problem of problems) outside.stderr.write(`remora: ${describeError(problem)}\n`);
  const odd = session.plan.units.flatMap(({ templates }) => templates.flatMap(({ compiled }) => compiled.oddities ?? []));
  for (const oddity of odd) outside.stderr.write(`remora: ${describeError(oddity)}\n`);
  const { length } = session.plan.units;
  if (problems.length === 0) outside.stdout.write(`${length} ${length === 1 ? "unit is" : "units are"} sound\n`);
  return problems[0]?.exit ?? 0;
}

async function attempt(answer: Promise<unknown>): Promise<AppError | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
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
