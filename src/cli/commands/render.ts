import { formatDependency } from "../../core/dependency.ts";
import { toDuration } from "../../core/duration.ts";
import { AppError, describeError } from "../../core/error.ts";
import { applyOnce, type OneShotOutcome } from "../../engine/apply-once.ts";
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
  const { errors, wouldChange } = await renderUnits(invocation, { show: (previews) => showDiffs(invocation, previews), failFast: false });
  return report(invocation, errors, wouldChange ? WOULD_CHANGE : 0);
}

export interface RenderOptions {
  /** Shows what would change. */
  readonly show: (previews: readonly Preview[]) => Promise<void>;
  /** Nothing is applied after a unit that failed. */
  readonly failFast: boolean;
}

/** Applies all units once, or shows what would change; answers all that failed. */
export async function renderUnits(invocation: Invocation, { show, failFast }: RenderOptions): Promise<{ readonly errors: readonly AppError[]; readonly wouldChange: boolean }> {
  const { outside, flags } = invocation;
  const waiting = { wait: durationFlag("wait", flags.wait) ?? 0, staleOk: durationFlag("stale-ok", flags["stale-ok"]) };
  const session = await openSession(invocation, { keepSound: true });
  if (invocation.compatible === undefined) warnOfNothing(session);
  using stop = stopSignals(outside);
  if (flags["dry-run"] === true) {
    const units = await gatherUnits(invocation, session, waiting, stop.signal);
    const { previews, refused } = await preview(units, { ...outside, stateDir: session.plan.configuration.settings.stateDir });
    await show(previews);
    return { errors: [...session.broken, ...errorsOf(units), ...refused], wouldChange: previews.length > 0 };
  }
  await using context = await openApplyContext(invocation, session);
  await recoverState(context, session.plan);
  const units = await gatherUnits(invocation, session, waiting, stop.signal);
  await using locks = session.openLocks();
  const { timeout } = session.plan.configuration.settings;
  const apply = (some: readonly GatheredUnit[]) => applyOnce(some, { ...context, locks }, { reload: flags["no-reload"] !== true, lockTimeout: timeout, signal: stop.signal });
  const outcomes = failFast ? await untilFailure(units, apply, session.broken.length > 0) : await apply(units);
  return { errors: [...session.broken, ...outcomes.flatMap(({ error }) => error ?? [])], wouldChange: false };
}

/** A mount that is not there looks like a configuration without units. */
function warnOfNothing({ plan, broken, log }: Session): void {
  if (plan.units.length === 0 && broken.length === 0) log.warn("Configuration is odd", { warning: `there is nothing to render, no unit in ${plan.configuration.settings.confdir}/conf.d` });
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

/** Prints what would change. */
export async function showDiffs({ outside }: Pick<Invocation, "outside">, previews: readonly Preview[], context?: number): Promise<void> {
  if (previews.length === 0) return;
  const { unifiedDiff } = await import("../../output/diff.ts");
  for (const each of previews) outside.stdout.write(await unifiedDiff(each, { colour: outside.stdout.colour, context }));
}

/** One after the other, and none after one that failed. */
async function untilFailure(units: readonly GatheredUnit[], apply: (some: readonly GatheredUnit[]) => Promise<readonly OneShotOutcome[]>, failed: boolean): Promise<readonly OneShotOutcome[]> {
  const outcomes: OneShotOutcome[] = [];
  for (const unit of failed ? [] : units) {
    outcomes.push(...(await apply([unit])));
    if (outcomes.at(-1)?.kind === "failed") break;
  }
  return outcomes;
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
