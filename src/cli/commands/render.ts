import { formatDependency } from "../../core/dependency.ts";
import { toDuration } from "../../core/duration.ts";
import { AppError, describeError } from "../../core/error.ts";
import { applyOnce } from "../../engine/apply-once.ts";
import { gather, type GatheredUnit, type GatherOptions } from "../../engine/gather.ts";
import { type Preview, preview } from "../../engine/preview.ts";
import { recoverState } from "../../engine/recover-state.ts";
import type { Invocation } from "../command.ts";
import { progressLine } from "../progress.ts";
import { openApplyContext, openSession, type Session } from "../session.ts";
import { stopSignals } from "../stop-signals.ts";

const WOULD_CHANGE = 10;

/** Applies all units once. */
export async function render(invocation: Invocation): Promise<number> {
  const { outside, flags } = invocation;
  const waiting = { wait: durationFlag("wait", flags.wait) ?? 0, staleOk: durationFlag("stale-ok", flags["stale-ok"]) };
  const session = await openSession(invocation, { keepSound: true });
  using stop = stopSignals(outside);
  if (flags["dry-run"] === true) {
    const units = await gatherUnits(invocation, session, waiting, stop.signal);
    const { previews, refused } = await preview(units, { ...outside, stateDir: session.plan.configuration.settings.stateDir });
    return report(invocation, [...session.broken, ...errorsOf(units), ...refused], await showDiffs(invocation, previews));
  }
  await using context = await openApplyContext(invocation, session);
  await recoverState(context, session.plan);
  const units = await gatherUnits(invocation, session, waiting, stop.signal);
  const outcomes = await applyOnce(units, context, { reload: flags["no-reload"] !== true, signal: stop.signal });
  return report(invocation, [...session.broken, ...outcomes.flatMap(({ error }) => error ?? [])], 0);
}

function durationFlag(name: string, text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return toDuration(text);
  } catch (thrown) {
    throw new AppError("USAGE", `--${name}: ${(thrown as Error).message}`, { hint: (thrown as AppError).hint });
  }
}

async function gatherUnits({ outside }: Invocation, session: Session, waiting: Pick<GatherOptions, "wait" | "staleOk">, signal: AbortSignal): Promise<readonly GatheredUnit[]> {
  const progress = progressLine(outside.stderr);
  try {
    return await gather({
      plan: session.plan,
      openMirrors: (onChange) => session.openMirrors(onChange, (keys) => progress.show(`Reading: ${keys} keys`)),
      context: session,
      opener: session.opener,
      env: outside.env,
      timeout: session.plan.configuration.settings.timeout,
      ...waiting,
      signal,
      onWaiting: (missing) => {
        const names = missing.map(formatDependency);
        if (outside.stderr.isTerminal) progress.show(`Waiting for ${names.join(", ")}`);
        else session.log.info("Waiting for keys", { missing: names });
      },
    });
  } finally {
    progress.clear();
  }
}

async function showDiffs({ outside }: Invocation, previews: readonly Preview[]): Promise<number> {
  if (previews.length === 0) return 0;
  const { unifiedDiff } = await import("../../output/diff.ts");
  for (const each of previews) outside.stdout.write(await unifiedDiff(each, { colour: outside.stdout.colour }));
  return WOULD_CHANGE;
}

function errorsOf(units: readonly GatheredUnit[]): AppError[] {
  return units.flatMap((unit) => (unit.kind === "failed" ? [unit.error] : []));
}

/** Prints each error once; the first one decides the exit status. */
function report({ outside }: Invocation, errors: readonly AppError[], otherwise: number): number {
  const texts = new Set(errors.map(describeError));
  for (const text of texts) outside.stderr.write(`remora: ${text}\n`);
  return errors[0]?.exit ?? otherwise;
}
