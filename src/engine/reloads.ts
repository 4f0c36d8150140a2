import { type Backoff, backoff } from "../core/backoff.ts";
import { type AppError, toAppError } from "../core/error.ts";
import type { TaskGroup } from "../core/task-group.ts";
import type { Unit } from "../core/unit.ts";
import type { ApplyContext } from "./apply-unit.ts";
import { countAttempt, markApplied, writtenHashes } from "./mark-applied.ts";
import type { HeldLock } from "./reload-lock.ts";
import { reloadKey, runReload } from "./run-reload.ts";

const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 60_000;

export interface ReloadsOptions {
  /** Those whose reloads these are: one that two share waits for both, from the first time on. */
  readonly units: readonly Unit[];
  readonly context: ApplyContext;
  readonly tasks: TaskGroup;
  /** No reload starts after it. */
  readonly signal: AbortSignal;
  /** Ends a reload that is running. */
  readonly force: AbortSignal;
  /** Whether a unit is being applied right now; a reload that it shares waits for it. */
  readonly applying: (unit: string) => boolean;
  readonly onStarted: (units: readonly Unit[]) => void;
  readonly onDone: (unit: Unit) => void;
  /** Called after each, however it ended; milliseconds. */
  readonly onEnded: (units: readonly Unit[], took: number, ok: boolean) => void;
  /** The reload stays due, unless the unit was rolled back. */
  readonly onFailed: (unit: Unit, error: AppError) => Promise<"retry" | "rolled back">;
  /** A reload is due and waits for its lock; the sentence says for whom. */
  readonly onLocked: (units: readonly Unit[], why: string) => void;
  /** The reload has ended, however it did. */
  readonly onIdle: (units: readonly Unit[]) => void;
}

interface Group {
  readonly units: Map<string, Unit>;
  readonly due: Set<string>;
  readonly retry: Backoff;
  /** The units whose reload is running. */
  running: ReadonlySet<string>;
  notBefore: number;
  cancel: (() => void) | undefined;
  /** While it waits for its lock. */
  locking: boolean;
  /** It failed when it last ran. */
  failed: boolean;
  held: HeldLock | undefined;
  cancelRelease: (() => void) | undefined;
  /** When it starts, while it waits for its time; on the monotonic clock. */
  at: number | undefined;
}

/** Runs each distinct reload once for all units that share it, after they are written, until it succeeds. */
export class Reloads {
  readonly #options: ReloadsOptions;
  readonly #groups = new Map<string, Group>();

  constructor(options: ReloadsOptions) {
    this.#options = options;
    for (const unit of options.units) for (const each of [unit, ...toTell(unit)]) if (each.reload !== undefined) this.#group(each).units.set(each.name, each);
  }

  /** A unit was written, or its reload is due since an earlier run. */
  request(unit: Unit): void {
    const group = this.#group(unit);
    group.units.set(unit.name, unit);
    group.due.add(unit.name);
    if (group.running.size > 0 || group.cancel !== undefined) return;
    const { app, ports: { clock, random } } = this.#options.context;
    // Before the app has started nothing is reloaded, so that there is nothing to spread.
    const splay = app?.running === false ? 0 : unit.splay * random.fraction();
    const earliest = Math.max(clock.monotonic() + splay, group.notBefore);
    this.#arm(group, earliest);
  }

  /** Looks again at reloads that waited for units to be written. */
  settle(): void {
    for (const group of this.#groups.values()) {
      if (group.due.size > 0 && group.running.size === 0 && group.cancel === undefined) this.#arm(group, group.notBefore);
    }
  }

  /** Whether a reload is reading what the unit has written. */
  isRunning(unit: string): boolean {
    return [...this.#groups.values()].some((group) => group.running.has(unit));
  }

  isDue(unit: string): boolean {
    return [...this.#groups.values()].some((group) => group.due.has(unit));
  }

  /** When the reload of a unit begins, where it waits for its time; on the monotonic clock. */
  nextAt(unit: string): number | undefined {
    return [...this.#groups.values()].find((group) => group.due.has(unit))?.at;
  }

  #group(unit: Unit): Group {
    const key = reloadKey(unit);
    const known = this.#groups.get(key);
    if (known) return known;
    const retry = backoff({ min: RETRY_MIN_MS, max: RETRY_MAX_MS, random: this.#options.context.ports.random.fraction });
    const group: Group = { units: new Map(), due: new Set(), retry, running: new Set(), notBefore: 0, cancel: undefined, at: undefined, locking: false, failed: false, held: undefined, cancelRelease: undefined };
    this.#groups.set(key, group);
    return group;
  }

  #arm(group: Group, at: number): void {
    const { clock } = this.#options.context.ports;
    const delay = at - clock.monotonic();
    const start = () => {
      group.cancel = undefined;
      group.at = undefined;
      if ([...group.units.keys()].some(this.#options.applying) || this.#comesAfterOthers(group)) return;
      this.#options.tasks.start(() => this.#lockAndRun(group));
    };
    if (delay <= 0) start();
    else [group.cancel, group.at] = [clock.after(delay, start), at];
  }

  /** The app is told once the commands of a pass have run; not of one that has failed, which is tried again for as long as it takes. */
  #comesAfterOthers(group: Group): boolean {
    if (![...group.units.values()].some(isTelling)) return false;
    const isAhead = (other: Group) => other !== group && (other.running.size > 0 || (other.due.size > 0 && !other.failed)) && [...other.units.values()].some(({ tells }) => tells !== undefined);
    return [...this.#groups.values()].some(isAhead);
  }

  /** Files may be written while it waits: what is reloaded is what is there then. */
  async #lockAndRun(group: Group): Promise<void> {
    const { context, signal, applying, onLocked } = this.#options;
    if (group.locking) return;
    const units = [...group.due].flatMap((name) => group.units.get(name) ?? []);
    const [first] = units.filter(({ lock }) => lock !== undefined);
    if (group.held?.isLost) await this.#release(group);
    if (first?.lock !== undefined && group.held === undefined && context.app?.running !== false) {
      group.locking = true;
      try {
        group.held = await context.locks?.take(first.lock, { unit: first.name, signal, onWaiting: (why) => onLocked(units, why) });
      } catch {
        // Remora is stopping; the reload stays due.
        return;
      } finally {
        group.locking = false;
      }
      if ([...group.units.keys()].some(applying)) return;
    }
    await this.#run(group);
  }

  async #release(group: Group): Promise<void> {
    const { held } = group;
    group.cancelRelease?.();
    group.held = group.cancelRelease = undefined;
    await held?.release();
  }

  /** Gives back the locks that are held. */
  async close(): Promise<void> {
    await Promise.all([...this.#groups.values()].map((group) => this.#release(group)));
  }

  /** One that failed is held for its time, while it is tried again: nobody else is to run into the same. */
  async #stopRollOut(group: Group, units: readonly Unit[]): Promise<void> {
    const hold = units.find(({ lock }) => lock !== undefined)?.lock?.hold;
    if (group.held === undefined || hold === undefined) return;
    await group.held.fail();
    group.cancelRelease?.();
    group.cancelRelease = this.#options.context.ports.clock.after(hold, () => void this.#release(group));
  }

  async #run(group: Group): Promise<void> {
    const { context, signal, force, onStarted, onDone, onEnded, onFailed, onIdle } = this.#options;
    const { clock } = context.ports;
    const units = [...group.due].flatMap((name) => group.units.get(name) ?? []);
    const [first] = units;
    if (group.running.size > 0) return;
    if (first === undefined || signal.aborted) return this.#release(group);
    group.running = new Set(units.map(({ name }) => name));
    group.due.clear();
    const written = writtenHashes(units, context);
    const startedAt = clock.monotonic();
    onStarted(units);
    const isAppThere = context.app?.running === true;
    let wait = Math.max(...units.map((unit) => unit.minReloadInterval));
    try {
      await runReload(first, context, force);
      await markApplied(units, written, context);
      group.retry.reset();
      group.failed = false;
      await this.#release(group);
      onEnded(units, clock.monotonic() - startedAt, true);
      units.forEach(onDone);
      // One that is started now has nothing to be told.
      if (isAppThere) for (const each of units.flatMap(toTell)) this.request(each);
    } catch (thrown) {
      const error = toAppError(thrown, "RELOAD_FAILED");
      group.failed = true;
      onEnded(units, clock.monotonic() - startedAt, false);
      await countAttempt(units, context);
      await this.#stopRollOut(group, units);
      for (const unit of units) {
        if ((await onFailed(unit, error)) === "retry") group.due.add(unit.name);
      }
      wait = Math.max(wait, group.retry.next());
    } finally {
      group.running = new Set();
      onIdle(units);
      group.notBefore = startedAt + wait;
      if (group.due.size > 0 && !signal.aborted) this.#arm(group, group.notBefore);
      if (!signal.aborted) this.settle();
    }
  }
}

/** The unit as the one whose reload is that of the app, where the app is told beside its own. */
function toTell({ tells, ...unit }: Unit): readonly Unit[] {
  return tells === undefined ? [] : [{ ...unit, reload: tells.reload, splay: tells.splay, lock: undefined }];
}

function isTelling({ reload }: Unit): boolean {
  return reload?.kind === "app restart" || reload?.kind === "app signal";
}
