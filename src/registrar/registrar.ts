import { type AppError, toAppError } from "../core/error.ts";
import type { Instance } from "../core/instance.ts";
import type { Clock, Logger, Random } from "../core/ports.ts";
import type { Registry } from "../core/registry.ts";
import type { Source } from "../core/source.ts";
import { TaskGroup } from "../core/task-group.ts";
import { Keeper, type KeeperStatus } from "./keeper.ts";
import { distinctInstances, wantedIn } from "./wanted.ts";

export interface RegistrarOptions {
  readonly sources: readonly Source[];
  readonly registries: readonly Registry[];
  /** How often everything is compared anew, in milliseconds. */
  readonly interval: number;
  /** What to do with a second instance of one id. */
  readonly onConflict: "refuse" | "take over";
  readonly ports: { readonly clock: Clock; readonly random: Random; readonly log: Logger };
}

/** Publishes what the sources say in all registries, and takes it back at the end. */
export class Registrar {
  readonly #options: RegistrarOptions;
  readonly #keepers: readonly Keeper[];
  readonly #bySource = new Map<Source, readonly Instance[]>();
  /** Why some instances cannot be registered, each told once. */
  #problems: readonly AppError[] = [];
  readonly #awaited = new Set<{ readonly isSo: () => boolean; readonly resolve: () => void }>();

  constructor(options: RegistrarOptions) {
    this.#options = options;
    const { registries, interval, ports } = options;
    this.#keepers = registries.map((registry) => new Keeper({ registry, interval, ...ports }));
  }

  get status(): readonly KeeperStatus[] {
    return this.#keepers.map(({ status }) => status);
  }

  /** Everything that the sources name now. */
  get instances(): readonly Instance[] {
    return [...this.#bySource.values()].flat();
  }

  /** What is known of and not named by its source, each with the reason. */
  get waiting(): readonly string[] {
    return this.#options.sources.flatMap((source) => source.waiting?.() ?? (this.#bySource.has(source) ? [] : [`${source.name} is being read`]));
  }

  /** Why instances that are named have no place in a registry. */
  get problems(): readonly AppError[] {
    return this.#problems;
  }

  /** Resolves when the sources name an instance at all. */
  begun(): Promise<void> {
    return this.#until(() => this.instances.length > 0);
  }

  /** Resolves when the sources name all that they know of, and every registry holds it. */
  async complete(): Promise<void> {
    await this.#until(() => this.waiting.length === 0);
    await this.settled();
  }

  /** Resolves when every registry holds what is wanted. */
  async settled(): Promise<void> {
    await Promise.all(this.#keepers.map((keeper) => keeper.settled()));
  }

  /** Follows the sources and keeps the registries equal to them, until the signal aborts. What is registered then stays; see `deregister`. */
  async run(signal: AbortSignal): Promise<void> {
    const { sources, ports } = this.#options;
    await using tasks = new TaskGroup((error) => {
      if (!signal.aborted) ports.log.error("Internal error", { error: toAppError(error).stack });
    });
    for (const source of sources) tasks.start(() => this.#follow(source, tasks, signal));
  }

  /** Takes back everything that this registrar has registered, for as long as the signal allows. */
  async deregister(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const running = this.#keepers.map((keeper) => {
      keeper.want(new Map());
      return keeper.run(either);
    });
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    await Promise.race([this.settled(), aborted]);
    over.abort(new Error("Everything is deregistered"));
    await Promise.all(running);
  }

  async #follow(source: Source, tasks: TaskGroup, signal: AbortSignal): Promise<void> {
    for await (const instances of source.instances(signal)) {
      const hadSpoken = this.#haveSpoken;
      this.#bySource.set(source, instances);
      // Before every source has spoken, what an earlier run left must not be taken for too much.
      if (!this.#haveSpoken) continue;
      this.#publish();
      if (!hadSpoken) for (const keeper of this.#keepers) tasks.start(() => keeper.run(signal));
    }
  }

  get #haveSpoken(): boolean {
    return this.#options.sources.every((source) => this.#bySource.has(source));
  }

  #publish(): void {
    const { registries, onConflict } = this.#options;
    const distinct = distinctInstances(this.instances, onConflict);
    const problems = [...distinct.problems];
    registries.forEach((registry, index) => {
      const wanted = wantedIn(registry, distinct.instances);
      problems.push(...wanted.problems);
      this.#keepers[index]?.want(wanted.registrations);
    });
    this.#tell(problems);
    for (const awaited of [...this.#awaited].filter(({ isSo }) => isSo())) {
      this.#awaited.delete(awaited);
      awaited.resolve();
    }
  }

  /** Resolves when all sources have spoken and that is so. */
  #until(isSo: () => boolean): Promise<void> {
    if (this.#haveSpoken && isSo()) return Promise.resolve();
    return new Promise((resolve) => this.#awaited.add({ isSo, resolve }));
  }

  /** What is wrong is told when it begins to be. */
  #tell(problems: readonly AppError[]): void {
    const { log } = this.#options.ports;
    const told = new Set(this.#problems.map(({ message }) => message));
    for (const { message, hint } of problems) if (!told.has(message)) log.error("Cannot register an instance", { error: message, hint });
    this.#problems = problems;
  }
}
