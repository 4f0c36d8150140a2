import type { ContainerSummary } from "../../../clients/docker/container.ts";
import type { ContainerEvent } from "../../../clients/docker/event.ts";
import { type Backoff, backoff } from "../../../core/backoff.ts";
import { type AppError, reason, toAppError } from "../../../core/error.ts";
import type { Ports } from "../../../core/ports.ts";
import type { ReadContainer } from "./reader.ts";
import { stops } from "./stop-signal.ts";

export interface ContainersOptions {
  /** Asks the engine how a container is now; undefined when there is no such. */
  readonly inspect: (id: string, signal: AbortSignal) => Promise<ReadContainer | undefined>;
  readonly ports: Pick<Ports, "clock" | "random" | "log">;
  /** Called when anything is other than it was. */
  readonly onChange: () => void;
}

const AT_ONCE = 8;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 30_000;
/** A container that got the signal to stop and goes on is taken for alive again after this; "docker stop -t" gives far less. */
const STOP_LIMIT_MS = 600_000;

/** All containers that run, each as the engine told last; one that cannot be inspected stays as it was and is asked for again. */
export class Containers {
  readonly #options: ContainersOptions;
  readonly #known = new Map<string, ReadContainer>();
  /** The ids that wait to be inspected; what is looked at now and was stirred meanwhile is among them again. */
  readonly #due = new Set<string>();
  readonly #busy = new Map<string, Promise<void>>();
  readonly #failing = new Map<string, { readonly backoff: Backoff; message: string; cancel: () => void }>();
  readonly #signalled = new Map<string, { readonly signal: number; readonly startedAt: string | undefined; readonly at: number }>();
  #fingerprints: ReadonlyMap<string, string> = new Map();

  constructor(options: ContainersOptions) {
    this.#options = options;
  }

  get all(): ReadonlyMap<string, ReadContainer> {
    return this.#known;
  }

  /** The ids of those that are about to stop. */
  get draining(): ReadonlySet<string> {
    const now = this.#options.ports.clock.monotonic();
    const draining = [...this.#signalled].filter(([id, { signal, startedAt, at }]) => {
      const container = this.#known.get(id);
      return container !== undefined && (startedAt ?? container.startedAt) === container.startedAt && stops(signal, container) && now - at < STOP_LIMIT_MS;
    });
    return new Set(draining.map(([id]) => id));
  }

  /** Takes in what happened; the engine is asked how it is now. */
  took({ action, id, signal }: ContainerEvent, abort: AbortSignal): void {
    if (action === "kill" && signal !== undefined) this.#kill(id, signal);
    if (action === "start" || action === "die") this.#signalled.delete(id);
    // It is gone, however long it takes until the engine answers.
    if (action === "die" || action === "destroy") this.#forget(id);
    this.touch(id, abort);
  }

  /** Takes in a list: what is not in it is gone; all, or only what is other than in the list before, is inspected. Answers those ids. */
  listed(summaries: readonly ContainerSummary[], depth: "all" | "changed", abort: AbortSignal): string[] {
    const now = new Map(summaries.map(({ id, fingerprint }) => [id, fingerprint]));
    const gone = [...this.#known.keys()].filter((id) => !now.has(id));
    const touched = [...now].filter(([id, fingerprint]) => depth === "all" || !this.#known.has(id) || this.#fingerprints.get(id) !== fingerprint).map(([id]) => id);
    this.#fingerprints = now;
    for (const id of this.#signalled.keys()) if (!now.has(id)) this.#signalled.delete(id);
    // What is not in the list may have begun since it was made: it is asked for, and not just forgotten.
    for (const id of [...gone, ...touched]) this.touch(id, abort);
    return [...gone, ...touched];
  }

  /** Asks the engine anew, once at a time for each container. */
  touch(id: string, abort: AbortSignal): void {
    this.#due.add(id);
    this.#next(abort);
  }

  /** Resolves when nothing waits to be inspected, whether it could be or not. */
  async settled(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy.values());
  }

  /** Cancels what would be tried again. */
  close(): void {
    for (const { cancel } of this.#failing.values()) cancel();
  }

  #kill(id: string, signal: number): void {
    this.#signalled.set(id, { signal, startedAt: this.#known.get(id)?.startedAt, at: this.#options.ports.clock.monotonic() });
    this.#options.onChange();
  }

  #next(abort: AbortSignal): void {
    if (abort.aborted) return;
    for (const id of this.#due) {
      if (this.#busy.size >= AT_ONCE) return;
      if (this.#busy.has(id)) continue;
      this.#due.delete(id);
      const busy = this.#inspect(id, abort).finally(() => {
        this.#busy.delete(id);
        this.#next(abort);
      });
      this.#busy.set(id, busy);
    }
  }

  async #inspect(id: string, abort: AbortSignal): Promise<void> {
    try {
      const container = await this.#options.inspect(id, abort);
      this.#failing.get(id)?.cancel();
      this.#failing.delete(id);
      // It happened again meanwhile: this may be how it was before.
      if (this.#due.has(id)) return;
      if (container === undefined || container.id === "" || container.state === "other") this.#forget(id);
      else this.#keep(container);
    } catch (thrown) {
      if (!abort.aborted) this.#fail(id, toAppError(thrown), abort);
    }
  }

  #keep(container: ReadContainer): void {
    const before = this.#known.get(container.id);
    this.#known.set(container.id, container);
    if (before?.startedAt !== container.startedAt && before !== undefined) this.#signalled.delete(container.id);
    this.#options.onChange();
  }

  #forget(id: string): void {
    if (this.#known.delete(id)) this.#options.onChange();
  }

  #fail(id: string, error: AppError, abort: AbortSignal): void {
    const { clock, log, random } = this.#options.ports;
    const failing = this.#failing.get(id) ?? { backoff: backoff({ min: RETRY_MIN_MS, max: RETRY_MAX_MS, random: random.fraction }), message: "", cancel: () => {} };
    if (failing.message !== error.message) log.warn("Cannot inspect a container, it stays as it was", { container: id.slice(0, 12), error: reason(error), hint: error.hint });
    failing.message = error.message;
    failing.cancel();
    failing.cancel = clock.after(failing.backoff.next(), () => this.touch(id, abort));
    this.#failing.set(id, failing);
  }
}
