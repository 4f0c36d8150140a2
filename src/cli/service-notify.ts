import { reason, toAppError } from "../core/error.ts";
import type { Settings } from "../core/configuration.ts";
import type { Clock, Logger, ServiceManager } from "../core/ports.ts";
import type { Heartbeat } from "../engine/scheduler.ts";
import type { Invocation } from "./command.ts";

/** States that follow each other quickly are told as one. */
const SETTLE_MS = 100;
/** How often it is looked how the backends stand. */
const LOOK_MS = 5_000;

/** Tells the service manager that started Remora how it stands, by sd_notify(3). */
export interface ServiceNotify extends AsyncDisposable {
  /** For the loop that takes in changes: the watchdog hears of each turn. */
  readonly heartbeat: Heartbeat;
  /** A configuration begins: READY when the promise resolves, unless the signal aborts first. */
  follow(ready: Promise<unknown>, leave: AbortSignal): void;
  /** How it stands now, in one line. */
  show(status: () => string): void;
  /** A new configuration is being taken up. */
  reloading(): void;
  /** It was not taken up. */
  refused(thrown: unknown): void;
  /** It ends, which may take as long as these settings let it. */
  stopping(settings: Settings): void;
}

/** Undefined where nobody asks for it by NOTIFY_SOCKET. */
export async function serviceNotify({ outside }: Invocation, log: Logger): Promise<ServiceNotify | undefined> {
  const socket = outside.env["NOTIFY_SOCKET"] ?? "";
  if (socket === "") return undefined;
  const watchdog = watchdogOf(outside.env, outside.pid);
  return new Notifying(await outside.openServiceManager(socket), outside.ports.clock, log, watchdog);
}

/** The milliseconds after which the manager takes silence for a hang; as sd_watchdog_enabled(3) has it, another process's do not count. */
function watchdogOf(env: Readonly<Record<string, string | undefined>>, pid: number): number | undefined {
  const { WATCHDOG_USEC: micros = "", WATCHDOG_PID: of = "" } = env;
  return /^[1-9]\d*$/.test(micros) && (of === "" || of === String(pid)) ? Number(micros) / 1_000 : undefined;
}

class Notifying implements ServiceNotify {
  readonly heartbeat: Heartbeat;
  readonly #manager: ServiceManager;
  readonly #clock: Clock;
  readonly #log: Logger;
  /** A quarter of what the manager waits: the loop turns at least as often, so that no half of it passes in silence, as it recommends. */
  readonly #beatAfter: number | undefined;
  #lastBeat = Number.NEGATIVE_INFINITY;
  #status: () => string = () => "Starting";
  #note = "";
  #told = "";
  #refusal = "";
  /** Whether READY was ever told, and whether it holds for the present configuration. */
  #ready: { ever: boolean; now: boolean } = { ever: false, now: false };
  #cancelShow: (() => void) | undefined;
  #cancelBridge: (() => void) | undefined;
  #failure = "";
  /** What is on its way, and how much that is. */
  #last = Promise.resolve();
  #pending = 0;

  constructor(manager: ServiceManager, clock: Clock, log: Logger, watchdog: number | undefined) {
    [this.#manager, this.#clock, this.#log] = [manager, clock, log];
    this.#beatAfter = watchdog === undefined ? undefined : watchdog / 4;
    this.heartbeat = { every: Math.min(this.#beatAfter ?? LOOK_MS, LOOK_MS), turn: () => this.#turn() };
  }

  follow(ready: Promise<unknown>, leave: AbortSignal): void {
    this.#ready.now = false;
    leave.addEventListener("abort", () => this.#bridge(), { once: true });
    void ready.then(() => {
      if (leave.aborted) return;
      this.#ready = { ever: true, now: true };
      this.#tell("READY=1", this.#statusText());
    });
  }

  show(status: () => string): void {
    this.#status = status;
    this.#cancelShow ??= this.#clock.after(SETTLE_MS, () => {
      this.#cancelShow = undefined;
      this.#showChanged();
    });
  }

  reloading(): void {
    this.#refusal = "";
    // Whoever waits for the first READY waits on.
    if (this.#ready.ever) this.#tell("RELOADING=1", `MONOTONIC_USEC=${this.#manager.monotonicMicros()}`, "STATUS=Taking up a new configuration");
  }

  refused(thrown: unknown): void {
    this.#refusal = `the new configuration is refused: ${toAppError(thrown).message}`;
    if (this.#ready.now) this.#tell("READY=1", this.#statusText());
    else this.#showChanged();
  }

  stopping({ shutdownTimeout, registrar, supervise }: Settings): void {
    this.#note = "STATUS=Stopping";
    // A reload, deregistering and the app each have their own time.
    const longest = 2 * shutdownTimeout + registrar.drain + supervise.killTimeout;
    this.#tell("STOPPING=1", `EXTEND_TIMEOUT_USEC=${Math.ceil(longest) * 1_000}`, this.#note);
  }

  /** Waits until everything is told. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#cancelShow?.();
    this.#cancelBridge?.();
    await this.#last;
  }

  #turn(): void {
    this.#cancelBridge?.();
    this.#cancelBridge = undefined;
    const isFree = this.#pending === 0;
    this.#beat();
    // Where each turn beats, what is shown would else never find the way free.
    if (isFree) this.#showChanged({ behind: true });
  }

  #beat(): void {
    const now = this.#clock.monotonic();
    if (this.#beatAfter === undefined || this.#pending > 0 || now - this.#lastBeat < this.#beatAfter) return;
    this.#lastBeat = now;
    this.#tell("WATCHDOG=1");
  }

  /** Between one configuration and the next no loop turns: what runs is given the time that it has. */
  #bridge(): void {
    this.#beat();
    if (this.#beatAfter !== undefined) this.#cancelBridge = this.#clock.after(this.#beatAfter, () => this.#bridge());
  }

  #showChanged({ behind = false } = {}): void {
    const text = this.#statusText();
    if (text !== this.#told && (behind || this.#pending === 0)) this.#tell(text);
  }

  #statusText(): string {
    if (this.#note !== "") return this.#note;
    return `STATUS=${[this.#status(), this.#refusal].filter((part) => part !== "").join("; ")}`;
  }

  /** One message after the other, in the order in which they are given. */
  #tell(...lines: readonly string[]): void {
    this.#told = lines.find((line) => line.startsWith("STATUS=")) ?? this.#told;
    // A line ends where the next variable begins.
    const message = lines.map((line) => line.replace(/\s+/g, " ")).join("\n");
    this.#pending += 1;
    this.#last = this.#last
      .then(() => this.#manager.tell(message))
      .catch((thrown) => this.#failed(thrown))
      .finally(() => (this.#pending -= 1));
  }

  #failed(thrown: unknown): void {
    const { hint } = toAppError(thrown);
    if (this.#failure !== reason(thrown)) this.#log.warn("Cannot tell the service manager, going on", { error: reason(thrown), hint });
    this.#failure = reason(thrown);
  }
}
