import { type AppError, toAppError } from "../core/error.ts";
import type { Dependency } from "../core/dependency.ts";
import type { Observe, WrittenFile } from "../core/observer.ts";
import type { EngineReport } from "../core/reports.ts";
import type { UnitState } from "../core/status.ts";
import type { Opener, Sealed } from "../core/opener.ts";
import { TaskGroup } from "../core/task-group.ts";
import type { Unit } from "../core/unit.ts";
import type { ChangeSet } from "../store/store.ts";
import { type ApplyContext, applyUnit, type OwnOutcome, type Rendered } from "./apply-unit.ts";
import { DependencyIndex } from "./dependency-index.ts";
import { refuseSuddenlyEmpty } from "./empty-guard.ts";
import type { Mirrors } from "./mirrors.ts";
import { knownReads, type Plan } from "./plan.ts";
import { Reloads } from "./reloads.ts";
import { type RenderedText, type UnitRendering, renderUnit } from "./render-unit.ts";
import { renderingHash, rollBack } from "./roll-back.ts";
import { type Heartbeat, Scheduler } from "./scheduler.ts";
import { outcomeOf, unitReports } from "./unit-reports.ts";
import { UnitRuntime } from "./unit-runtime.ts";
import { UnitStates } from "./unit-states.ts";
import { followKeys, reconcile } from "./wake-ups.ts";

export interface EngineOptions {
  readonly plan: Plan;
  readonly context: ApplyContext;
  /** Given the function that the mirrors call with each change. */
  readonly openMirrors: (onChange: (changes: ChangeSet) => void) => Mirrors;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly opener: Opener;
  /** Yields when the keys that open sealed values may have become others. */
  readonly keyChanges: (signal: AbortSignal) => AsyncIterable<void>;
  /** Aborts when nothing new is to begin. */
  readonly signal: AbortSignal;
  /** Aborts when what still runs is to be ended. */
  readonly force: AbortSignal;
  /** Called whenever a unit came to a new state. */
  readonly onState?: ((unit: string, state: UnitState) => void) | undefined;
  readonly observe?: Observe | undefined;
  readonly heartbeat?: Heartbeat | undefined;
}

/** Joins mirrors, templates, targets and reloads: what changed in a backend is applied. */
export class Engine implements AsyncDisposable {
  readonly #options: EngineOptions;
  readonly #mirrors: Mirrors;
  readonly #tasks: TaskGroup;
  readonly #scheduler: Scheduler;
  readonly #reloads: Reloads;
  readonly #index = new DependencyIndex();
  readonly #units = new Map<string, UnitRuntime>();
  readonly #states: UnitStates;
  readonly #leaving = new AbortController();
  /** Nothing new begins after it. */
  readonly #signal: AbortSignal;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#leaving.signal]);
    const { context, plan, force } = options;
    const { clock, log } = context.ports;
    this.#tasks = new TaskGroup((error) => {
      if (!this.#signal.aborted) log.error("Internal error", { error: toAppError(error).stack });
    });
    this.#states = new UnitStates({ ports: context.ports, onState: options.onState, observe: options.observe });
    this.#mirrors = options.openMirrors((changes) => this.#changed(changes));
    this.#scheduler = new Scheduler({ clock, wait: plan.configuration.settings.wait, pass: (dirty) => this.#pass(dirty), heartbeat: options.heartbeat });
    this.#reloads = new Reloads({
      units: plan.units.map(({ unit }) => unit),
      context,
      tasks: this.#tasks,
      signal: this.#signal,
      force,
      applying: (unit) => this.#units.get(unit)?.busy ?? false,
      onLocked: (units, why) => units.forEach(({ name }) => this.#states.locked(this.#units.get(name), why)),
      onStarted: (units) => units.forEach(({ name }) => this.#states.enter(this.#units.get(name), "reloading")),
      onDone: (unit) => this.#states.reloaded(this.#units.get(unit.name)),
      onEnded: (units, took, ok) => options.observe?.({ kind: "reloaded", units: units.map(({ name }) => name), took, ok }),
      onFailed: (unit, error) => this.#reloadFailed(unit, error),
      onIdle: (units) => units.forEach(({ name }) => this.#lookAgain(name)),
    });
    for (const planned of plan.units) this.#units.set(planned.unit.name, new UnitRuntime(planned, context.ports));
  }

  /** Follows all backends and applies every change, until the signal aborts; then waits for what is running. */
  async run(): Promise<void> {
    const { plan, context, keyChanges } = this.#options;
    await this.#wantKnown([...this.#units.values()]);
    this.#mirrors.follow(this.#tasks, this.#signal, { cached: true });
    this.#scheduler.soon(this.#units.keys());
    const { reconcile: interval } = plan.configuration.settings;
    const wakeUps = { clock: context.ports.clock, units: this.#units, wake: (units: Iterable<string>) => this.#scheduler.soon(units) };
    if (interval > 0) this.#tasks.start(() => reconcile(interval, wakeUps, this.#signal));
    this.#tasks.start(() => followKeys(keyChanges(this.#signal), wakeUps));
    try {
      await this.#scheduler.run(this.#signal);
    } finally {
      await this.#tasks.close();
      context.ports.log.debug("Everything that was running has ended");
    }
  }

  /** How it stands with each unit and backend. */
  get status(): EngineReport {
    const { context } = this.#options;
    const units = unitReports(this.#units.values(), { state: context.state, reloads: this.#reloads, clock: context.ports.clock });
    return { units, backends: this.#mirrors.states() };
  }

  #changed({ backend, changed, permissions }: ChangeSet): void {
    this.#options.observe?.({ kind: "changes", backend, keys: changed.length });
    const waiting = [...this.#units.values()].filter((unit) => unit.uncovered).map(({ name }) => name);
    this.#scheduler.soon(permissions ? this.#units.keys() : waiting);
    this.#scheduler.changed(this.#index.readersOf(backend, changed));
  }

  async #wantKnown(units: readonly UnitRuntime[]): Promise<void> {
    await this.#mirrors.want(units.flatMap(({ planned }) => knownReads(planned)));
  }

  /** Renders the dirty units from one snapshot, then lets each be applied on its own. */
  async #pass(dirty: ReadonlySet<string>): Promise<void> {
    const { env, context, opener } = this.#options;
    const { clock } = context.ports;
    const lookup = this.#mirrors.lookup();
    const now = () => new Date(clock.now());
    const wanted: Dependency[] = [];
    const unopened = new Map<string, readonly Sealed[]>();
    for (const name of dirty) {
      const unit = this.#units.get(name);
      if (unit === undefined) continue;
      // Files that a service is reading are not swapped under it: it would see some of before and some of after.
      if (unit.busy || this.#reloads.isRunning(name)) {
        unit.again = true;
        continue;
      }
      const began = clock.monotonic();
      const rendering = renderUnit(unit.planned, { lookup, opener, env, now });
      unit.forgetRetry();
      unit.uncovered = rendering.kind === "uncovered";
      if (rendering.kind === "uncovered") wanted.push(...rendering.wanted);
      else if (rendering.kind === "unopened") unopened.set(name, rendering.sealed);
      else this.#rendered(unit, rendering, clock.monotonic() - began);
    }
    if (wanted.length > 0) await this.#mirrors.want(wanted);
    if (unopened.size > 0) this.#tasks.start(() => this.#open(unopened));
  }

  /** Opens what units asked for, then lets them be rendered again. */
  async #open(unopened: ReadonlyMap<string, readonly Sealed[]>): Promise<void> {
    await this.#options.opener.prepare([...unopened.values()].flat());
    this.#scheduler.soon(unopened.keys());
  }

  /** Takes up what a render that read everything came to. */
  #rendered(unit: UnitRuntime, rendering: Extract<UnitRendering, { kind: "rendered" | "failed" }>, took: number): void {
    const { log } = this.#options.context.ports;
    [unit.used, unit.missing] = [rendering.used, rendering.missing];
    this.#index.set(unit.name, [...rendering.used, ...rendering.missing]);
    unit.revisions = this.#mirrors.revisions([...rendering.used, ...rendering.missing]);
    this.#options.observe?.({ kind: "rendered", unit: unit.name, outcome: outcomeOf(rendering), took });
    log.debug("Rendered", { unit: unit.name, outcome: rendering.kind });
    const refused = rendering.kind === "rendered" ? refuseSuddenlyEmpty(unit.planned.unit, rendering.fill, this.#options.context.state) : undefined;
    if (refused !== undefined) {
      this.#states.failed(unit, "render", refused);
    } else if (rendering.kind === "rendered") {
      unit.busy = true;
      this.#tasks.start(() => this.#apply(unit, rendering));
    } else if (outcomeOf(rendering) === "waiting") {
      this.#states.waiting(unit, rendering.needed, rendering.error);
    } else {
      this.#states.failed(unit, "render", rendering.error);
    }
  }

  async #apply(unit: UnitRuntime, rendered: Rendered): Promise<void> {
    const { context, force } = this.#options;
    try {
      if (this.#isRejected(unit, rendered.texts)) return;
      const onStep = (kind: "rendered" | "checking" | "writing") => this.#states.enter(unit, kind);
      const { observe } = this.#options;
      const onWritten = observe && ((files: readonly WrittenFile[]) => observe({ kind: "written", unit: unit.name, files }));
      const began = context.ports.clock.monotonic();
      const outcome = await (unit.planned.apply ?? applyUnit)(unit.planned, rendered, { ...context, onStep, onWritten }, force);
      if (outcome.kind === "committed") observe?.({ kind: "committed", unit: unit.name, took: context.ports.clock.monotonic() - began });
      this.#applied(unit, outcome);
    } finally {
      unit.busy = false;
      this.#lookAgain(unit.name);
      this.#reloads.settle();
    }
  }

  /** A pass that came by while the unit could not be applied is made up for. */
  #lookAgain(name: string): void {
    const unit = this.#units.get(name);
    if (unit?.again !== true) return;
    unit.again = false;
    this.#scheduler.soon([name]);
  }

  #applied(unit: UnitRuntime, outcome: OwnOutcome): void {
    const { context } = this.#options;
    if (outcome.kind === "failed") {
      this.#states.failed(unit, outcome.step, outcome.error);
      unit.retryIn(unit.retry.next(), this.#scheduler);
      return;
    }
    unit.retry.reset();
    const isDue = context.state.data.due[unit.name] !== undefined;
    this.#states.settled(unit, outcome, isDue);
    if (isDue && (outcome.kind !== "unchanged" || !this.#reloads.isDue(unit.name))) this.#reloads.request(unit.planned.unit);
  }

  /** What was rolled back is tried again when its time has come, or when something else is rendered. */
  #isRejected(unit: UnitRuntime, texts: readonly RenderedText[]): boolean {
    const { context } = this.#options;
    const rejected = context.state.data.rejected[unit.name];
    return rejected !== undefined && unit.rejectedUntil > context.ports.clock.monotonic() && renderingHash(texts, context) === rejected;
  }

  async #reloadFailed(unit: Unit, error: AppError): Promise<"retry" | "rolled back"> {
    const { context, force } = this.#options;
    const runtime = this.#units.get(unit.name);
    if (runtime) this.#states.failed(runtime, "reload", error);
    if (unit.onReloadFailure !== "rollback" || !(await rollBack(unit, context, force))) return "retry";
    if (runtime) {
      const delay = runtime.retry.next();
      runtime.rejectedUntil = context.ports.clock.monotonic() + delay;
      runtime.retryIn(delay, this.#scheduler);
    }
    return "rolled back";
  }

  /** Stops following and waits for what runs, so that another engine can take over. */
  async stop(): Promise<void> {
    this.#leaving.abort();
    await this.#tasks.close();
    await this.#reloads.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    for (const unit of this.#units.values()) unit.forgetRetry();
    await this.#mirrors[Symbol.asyncDispose]();
  }
}
