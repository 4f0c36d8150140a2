import { AppError } from "../core/error.ts";
import type { AppOptions, AppProcess, Clock, Exit, Spawner } from "../core/ports.ts";
import { startFailure } from "./start-failure.ts";

/** How often a group that was told to end is looked at. */
const LOOK_AGAIN_MS = 20;
/** How long what had its SIGKILL is waited for; the kernel may hold it for ever. */
const GIVE_UP_MS = 1_000;

export interface ChildPorts {
  readonly spawner: Pick<Spawner, "startApp">;
  readonly clock: Clock;
}

/** How a child is ended. */
export interface Ending {
  readonly signal: string;
  /** Milliseconds from the signal to SIGKILL. */
  readonly timeoutMs: number;
}

/** Starts the app. Throws APP_NOT_FOUND and APP_NOT_EXECUTABLE. */
export async function startChild(ports: ChildPorts, options: AppOptions): Promise<Child> {
  const [program] = options.argv;
  try {
    return new Child(await ports.spawner.startApp(options), ports.clock);
  } catch (thrown) {
    const isMissing = ["ENOENT", "ENOTDIR"].includes((thrown as { code?: string }).code ?? "");
    const hint = isMissing ? "Is it in the image, and its directory in PATH?" : "It should be a program that this user may execute";
    throw new AppError(isMissing ? "APP_NOT_FOUND" : "APP_NOT_EXECUTABLE", `Cannot start the app: ${startFailure(program, thrown)}`, { hint, cause: thrown });
  }
}

/** The app while it runs, and what it has started. */
export class Child {
  /** Resolves when its first process has ended; what that started may go on. */
  readonly exited: Promise<Exit>;
  readonly #running: AppProcess;
  readonly #clock: Clock;
  #stopping: Promise<void> | undefined;
  #giveUp: (exit: Exit) => void = () => {};

  constructor(running: AppProcess, clock: Clock) {
    this.#running = running;
    this.#clock = clock;
    const givenUp = new Promise<Exit>((resolve) => (this.#giveUp = resolve));
    this.exited = Promise.race([running.exited, givenUp]);
  }

  get pid(): number {
    return this.#running.pid;
  }

  /** Signals the first process alone: it knows best what to tell its own. */
  signal(name: string): void {
    this.#running.signal(name);
  }

  /** Tells it to end, and what is left of its group after it; kills what does not. Resolves when nothing is left. */
  stop(ending: Ending): Promise<void> {
    this.#stopping ??= this.#stop(ending);
    return this.#stopping;
  }

  async #stop({ signal, timeoutMs }: Ending): Promise<void> {
    const deadline = this.#clock.monotonic() + timeoutMs;
    this.#running.signal(signal);
    await this.#exitedBy(deadline);
    this.#running.signalGroup(this.#clock.monotonic() < deadline ? signal : "SIGKILL");
    await this.#goneBy(deadline);
    this.#running.signalGroup("SIGKILL");
    await this.#goneBy(this.#clock.monotonic() + GIVE_UP_MS);
    this.#giveUp({ signal: "SIGKILL" });
  }

  async #exitedBy(deadline: number): Promise<void> {
    let cancel: () => void = () => {};
    const reached = new Promise<void>((resolve) => (cancel = this.#clock.after(Math.max(0, deadline - this.#clock.monotonic()), resolve)));
    await Promise.race([this.#running.exited, reached]);
    cancel();
  }

  async #goneBy(deadline: number): Promise<void> {
    while (this.#running.groupLives() && this.#clock.monotonic() < deadline) await this.#clock.sleep(LOOK_AGAIN_MS);
  }
}
