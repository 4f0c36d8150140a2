import type { App } from "../core/app.ts";
import { type Backoff, backoff } from "../core/backoff.ts";
import type { SuperviseSettings } from "../core/configuration.ts";
import { AppError, toAppError } from "../core/error.ts";
import type { AppState } from "../core/status.ts";
import type { Clock, Exit, Logger, Random, Spawner } from "../core/ports.ts";
import { type Child, type Ending, startChild } from "../process/child.ts";
import { Facts } from "./app-facts.ts";

/** So many ends in a row, each before the app was stable, are called a crash loop. */
const CRASH_LOOP = 5;

export interface SupervisorOptions {
  readonly argv: readonly [string, ...string[]];
  /** Where its program is looked for, if its environment does not say. */
  readonly path: string | undefined;
  /** The environment of the next start, of what the app is given by then. */
  readonly environment: (facts: Facts) => Readonly<Record<string, string>>;
  readonly settings: SuperviseSettings;
  /** Called after each start. */
  readonly onStart: () => void;
  readonly ports: { readonly clock: Clock; readonly log: Logger; readonly random: Random; readonly spawner: Pick<Spawner, "startApp"> };
}

interface Restart {
  resolve(): void;
  reject(error: AppError): void;
}

/** Keeps the app up: starts it, starts it again after an end or for a change, and ends it. */
export class Supervisor implements App {
  readonly facts = new Facts();
  readonly #options: SupervisorOptions;
  #settings: SuperviseSettings;
  #backoff: Backoff;
  #child: Child | undefined;
  /** Resolves once a start that is going on has come to its end, whichever. */
  #starting: Promise<void> | undefined;
  /** The signal that the end was asked for with. */
  #stop: string | undefined;
  /** Aborts when nothing is to be started any more. */
  readonly #leaving = new AbortController();
  #restart: Restart | undefined;
  #starts = 0;
  #startedAt = 0;
  /** Since 1970. */
  #upSince: number | undefined;
  #lastEnd: Exit | undefined;
  #crashes = 0;
  /** When an app that has ended is started again, on the monotonic clock. */
  #againAt = 0;
  #wake: (() => void) | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#backoff = this.#newBackoff();
  }

  /** Takes up the settings of a new configuration, from the next time on that they matter. */
  configure(settings: SuperviseSettings): void {
    this.#settings = settings;
    this.#backoff = this.#newBackoff();
  }

  /** One that is just being started has its environment by now, and may have read its files. */
  get running(): boolean {
    return this.#child !== undefined || this.#starting !== undefined;
  }

  get state(): AppState {
    const { argv, ports: { clock } } = this.#options;
    const [child, left] = [this.#child, this.#againAt - clock.monotonic()];
    const lastEnd = this.#lastEnd && ("code" in this.#lastEnd ? `exit status ${this.#lastEnd.code}` : `killed by ${this.#lastEnd.signal}`);
    const nextStart = child === undefined && left > 0 ? clock.now() + left : undefined;
    return { kind: this.#kind, program: argv[0], pid: child?.pid, startedAt: child && this.#upSince, starts: this.#starts, crashes: this.#crashes, lastEnd, nextStart };
  }

  get #kind(): AppState["kind"] {
    if (this.#starts === 0) return "waiting";
    if (this.#crashes >= CRASH_LOOP) return "crash loop";
    return this.running || this.#restart !== undefined ? "running" : "ended";
  }

  signal(name: string): void {
    if (this.#starting === undefined) this.#child?.signal(name);
    else void this.#starting.then(() => this.#child?.signal(name));
  }

  /** Runs the app until it ends and is not to be started again. Throws APP_NOT_FOUND and APP_NOT_EXECUTABLE at the first start. */
  async run(): Promise<Exit> {
    try {
      for (;;) {
        const exit = await this.#once();
        if (this.#leaving.signal.aborted) return exit ?? { signal: this.#stop ?? "SIGTERM" };
        if (this.#restart !== undefined) continue;
        if (exit !== undefined && !this.#startsAgain(exit)) return exit;
        await this.#pause(exit);
        if (this.#leaving.signal.aborted) return exit ?? { signal: this.#stop ?? "SIGTERM" };
      }
    } finally {
      this.#restart?.resolve();
    }
  }

  async restart(): Promise<void> {
    await this.#starting;
    if (this.#leaving.signal.aborted) return;
    const child = this.#child;
    if (child === undefined) return this.hasten();
    this.#options.ports.log.info("Restarting the app", { pid: child.pid });
    const done = new Promise<void>((resolve, reject) => (this.#restart = { resolve, reject }));
    void child.stop(this.#ending());
    await done;
  }

  hasten(): void {
    this.#againAt = Math.min(this.#againAt, this.#startedAt + this.#settings.backoff.min);
    this.#wake?.();
  }

  /** Lets the app run on, and starts it no more: a restart that is going on comes to its end with the app's. */
  retire(): void {
    this.#leaving.abort();
    this.#restart?.resolve();
    this.#wake?.();
  }

  /** Tells the app to end; told again, it is sent that signal too. */
  stop(signal: string): void {
    if (this.#stop !== undefined) {
      this.#child?.signal(signal);
      return;
    }
    this.#stop = signal;
    this.retire();
    void this.#child?.stop(this.#ending());
  }

  /** Starts the app and waits for its end; undefined when it could not be started again. */
  async #once(): Promise<Exit | undefined> {
    const { ports, argv, path, environment } = this.#options;
    this.#startedAt = ports.clock.monotonic();
    const restart = this.#restart;
    this.#restart = undefined;
    this.facts.started();
    let child: Child;
    try {
      const start = startChild(ports, { argv, path, env: environment(this.facts) });
      this.#starting = start.then((running) => void (this.#child = running)).catch(() => {}).finally(() => (this.#starting = undefined));
      child = await start;
      await this.#starting;
    } catch (thrown) {
      const error = toAppError(thrown);
      if (this.#starts === 0) throw error;
      restart?.reject(new AppError("RELOAD_FAILED", error.message, { hint: error.hint, cause: error }));
      if (restart === undefined) ports.log.error("The app cannot be started again", { error: error.message, hint: error.hint });
      return undefined;
    }
    this.#starts += 1;
    this.#upSince = ports.clock.now();
    ports.log.info("Started the app", { pid: child.pid, program: argv[0] });
    this.#options.onStart();
    restart?.resolve();
    if (this.#stop !== undefined) void child.stop(this.#ending());
    const cancel = ports.clock.after(this.#settings.stableAfter, () => this.#isStable());
    const exit = await child.exited;
    cancel();
    this.#child = undefined;
    this.#lastEnd = exit;
    await child.stop(this.#ending());
    return exit;
  }

  #isStable(): void {
    if (this.#crashes >= CRASH_LOOP) this.#options.ports.log.info("The app is out of its crash loop");
    this.#crashes = 0;
    this.#backoff.reset();
  }

  #startsAgain(exit: Exit): boolean {
    switch (this.#settings.restart) {
      case "never":
        return false;
      case "on-failure":
        return !("code" in exit && exit.code === 0);
      case "always":
        return true;
    }
  }

  async #pause(exit: Exit | undefined): Promise<void> {
    const { clock, log } = this.#options.ports;
    this.#crashes += 1;
    const now = clock.monotonic();
    const delay = this.#backoff.next();
    this.#againAt = now + delay;
    const fields = { ...exit, ran_ms: Math.round(now - this.#startedAt), ends: this.#crashes, again_in_ms: Math.round(delay) };
    if (this.#crashes >= CRASH_LOOP) log.error("The app is in a crash loop", fields);
    else log.warn("The app ended, and is started again", fields);
    while (!this.#leaving.signal.aborted && clock.monotonic() < this.#againAt) await this.#sleepUntil(this.#againAt);
  }

  #sleepUntil(time: number): Promise<void> {
    const { clock } = this.#options.ports;
    return new Promise((resolve) => {
      const cancel = clock.after(time - clock.monotonic(), () => this.#wake?.());
      this.#wake = () => {
        cancel();
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #ending(): Ending {
    return { signal: this.#settings.killSignal ?? this.#stop ?? "SIGTERM", timeoutMs: this.#settings.killTimeout };
  }

  #newBackoff(): Backoff {
    return backoff({ ...this.#settings.backoff, random: this.#options.ports.random.fraction });
  }
}
