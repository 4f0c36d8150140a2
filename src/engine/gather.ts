import { type Dependency, formatDependency } from "../core/dependency.ts";
import { formatDuration } from "../core/duration.ts";
import { AppError, toAppError } from "../core/error.ts";
import type { Opener, Sealed } from "../core/opener.ts";
import { TaskGroup } from "../core/task-group.ts";
import type { ChangeSet } from "../store/store.ts";
import type { ApplyContext } from "./apply-unit.ts";
import type { Fill } from "./empty-guard.ts";
import type { Mirrors } from "./mirrors.ts";
import { knownReads, type Plan, type PlannedUnit } from "./plan.ts";
import { type RenderedText, type UnitRendering, renderUnit } from "./render-unit.ts";

export interface GatherOptions {
  readonly plan: Plan;
  readonly openMirrors: (onChange: (changes: ChangeSet) => void) => Mirrors;
  readonly context: Pick<ApplyContext, "ports">;
  readonly opener: Opener;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long the backends may take to answer, in milliseconds. */
  readonly timeout: number;
  /** How long missing keys are waited for, in milliseconds; 0 is not at all. */
  readonly wait: number;
  /** How old what a cache holds may be where a backend does not answer, in milliseconds; undefined is not at all. */
  readonly staleOk?: number | undefined;
  readonly signal: AbortSignal;
  /** Called when what is waited for becomes other than it was. */
  readonly onWaiting?: ((missing: readonly Dependency[]) => void) | undefined;
}

export type GatheredUnit =
  | { readonly planned: PlannedUnit; readonly kind: "rendered"; readonly texts: readonly RenderedText[]; readonly fill: Fill }
  | { readonly planned: PlannedUnit; readonly kind: "failed"; readonly error: AppError };

export interface Gathered {
  readonly renderings: readonly PlannedRendering[];
  /** Why not everything could be read, or was there in time. */
  readonly unanswered: AppError | undefined;
  readonly states: ReturnType<Mirrors["states"]>;
}

export interface PlannedRendering {
  readonly planned: PlannedUnit;
  readonly rendering: UnitRendering;
}

/** Reads what the units need, waits for what is missing when asked to, and renders every unit from one moment. */
export async function gather(options: GatherOptions): Promise<readonly GatheredUnit[]> {
  const { renderings, unanswered } = await gatherRenderings(options);
  return renderings.map((rendered) => toGathered(rendered, unanswered));
}

/** As `gather`, with what each unit read. */
export async function gatherRenderings(options: GatherOptions): Promise<Gathered> {
  const changes = changeFlag();
  await using mirrors = options.openMirrors(changes.set);
  await mirrors.want(options.plan.units.flatMap(knownReads));
  const first = await loadAndRender(mirrors, options);
  if (options.wait === 0 || first.unanswered !== undefined || missingOf(first.renderings).length === 0) return first;
  return await waitForKeys(mirrors, changes, options);
}

/** Renders until no template asks for something that was not read, or a backend does not answer. */
async function loadAndRender(mirrors: Mirrors, options: GatherOptions): Promise<Gathered> {
  for (;;) {
    const unanswered = await loadAll(mirrors, options);
    const renderings = await renderPlan(mirrors, options);
    const wanted = wantedOf(renderings);
    if (wanted.length === 0 || unanswered !== undefined) return { renderings, unanswered, states: mirrors.states() };
    await mirrors.want(wanted);
  }
}

/** Loads what is wanted; answers the error when the backends did not answer in time. */
async function loadAll(mirrors: Mirrors, { timeout, signal, context, staleOk }: GatherOptions): Promise<AppError | undefined> {
  const limit = new AbortController();
  const cancel = context.ports.clock.after(timeout, () => limit.abort());
  try {
    await mirrors.load(AbortSignal.any([signal, limit.signal]));
    return undefined;
  } catch (error) {
    if (signal.aborted) throw error;
    if (staleOk !== undefined && (await mirrors.useCaches(staleOk)) && mirrors.complete) return undefined;
    if (!limit.signal.aborted) return toAppError(error);
    return unansweredError(mirrors, timeout);
  } finally {
    cancel();
  }
}

function unansweredError(mirrors: Mirrors, timeout: number): AppError {
  const limit = formatDuration(timeout);
  for (const { backend, state } of mirrors.states()) {
    if (state.kind === "down") return new AppError(state.error.code, `${state.error.message} (tried for ${limit})`, { hint: state.error.hint, at: state.error.at, cause: state.error });
    if (state.kind === "connecting") return new AppError("BACKEND_UNREACHABLE", `Cannot read from ${backend}: no answer within ${limit}`, { hint: "Raise --timeout, or look whether the address is right" });
  }
  return new AppError("TIMEOUT", `Cannot read everything within ${limit}`, { hint: "Raise --timeout" });
}

/** Follows the backends and renders after each change, until nothing is missing or the time is over. */
async function waitForKeys(mirrors: Mirrors, changes: ChangeFlag, options: GatherOptions): Promise<Gathered> {
  const { context, signal, wait, onWaiting } = options;
  const { clock, log } = context.ports;
  const ends = clock.monotonic() + wait;
  const following = new AbortController();
  await using tasks = new TaskGroup((error) => void (following.signal.aborted || log.error("Internal error", { error: toAppError(error).stack })));
  mirrors.follow(tasks, AbortSignal.any([signal, following.signal]), { cached: false });
  try {
    for (let told = ""; ; ) {
      const changed = changes.next();
      const renderings = await renderPlan(mirrors, options);
      await mirrors.want(wantedOf(renderings));
      const missing = missingOf(renderings);
      const states = mirrors.states();
      if (wantedOf(renderings).length === 0 && missing.length === 0) return { renderings, unanswered: undefined, states };
      const names = missing.map(formatDependency).join(", ");
      if (names !== told) onWaiting?.(missing);
      told = names;
      if (!(await within(changed, ends, clock, signal))) return { renderings, unanswered: timeoutError(names, wait), states };
    }
  } finally {
    following.abort();
  }
}

/** Renders from one moment, again once the sealed values that turn up have been opened. */
async function renderPlan(mirrors: Mirrors, { plan, context, opener, env }: GatherOptions): Promise<readonly PlannedRendering[]> {
  const lookup = mirrors.lookup();
  const now = () => new Date(context.ports.clock.now());
  for (;;) {
    const renderings = plan.units.map((planned) => ({ planned, rendering: renderUnit(planned, { lookup, opener, env, now }) }));
    const sealed = renderings.flatMap(({ rendering }): readonly Sealed[] => (rendering.kind === "unopened" ? rendering.sealed : []));
    if (sealed.length === 0) return renderings;
    await opener.prepare(sealed);
  }
}

function wantedOf(renderings: readonly PlannedRendering[]): readonly Dependency[] {
  return renderings.flatMap(({ rendering }) => (rendering.kind === "uncovered" ? rendering.wanted : []));
}

/** The keys that some unit cannot be rendered without. */
function missingOf(renderings: readonly PlannedRendering[]): readonly Dependency[] {
  return renderings.flatMap(({ rendering }) => (rendering.kind === "failed" ? rendering.needed : []));
}

function timeoutError(names: string, wait: number): AppError {
  return new AppError("TIMEOUT", `Waited ${formatDuration(wait)} for ${names}`, { hint: "Put the missing keys, or raise --wait" });
}

function toGathered({ planned, rendering }: PlannedRendering, unanswered: AppError | undefined): GatheredUnit {
  if (rendering.kind === "rendered") return { planned, kind: "rendered", texts: rendering.texts, fill: rendering.fill };
  if (rendering.kind === "uncovered" || rendering.kind === "unopened") return { planned, kind: "failed", error: unanswered ?? new AppError("INTERNAL", `Cannot render unit "${planned.unit.name}": not everything was read`) };
  const waitedFor = rendering.needed.length > 0 && unanswered?.code === "TIMEOUT";
  return { planned, kind: "failed", error: waitedFor ? unanswered : rendering.error };
}

/** Resolves to whether the event came before the end. */
async function within(event: Promise<void>, ends: number, clock: ApplyContext["ports"]["clock"], signal: AbortSignal): Promise<boolean> {
  const stop = new AbortController();
  const tooLate = clock.sleep(Math.max(0, ends - clock.monotonic()), AbortSignal.any([signal, stop.signal])).then(() => false);
  try {
    return await Promise.race([event.then(() => true), tooLate]);
  } finally {
    stop.abort();
    await tooLate.catch(() => {});
  }
}

interface ChangeFlag {
  readonly set: () => void;
  /** Resolves at the next change. */
  readonly next: () => Promise<void>;
}

function changeFlag(): ChangeFlag {
  let resolve: (() => void) | undefined;
  return {
    set: () => resolve?.(),
    next: () => new Promise((done) => (resolve = done)),
  };
}
