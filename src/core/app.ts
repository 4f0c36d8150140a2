/** The app that Remora supervises, as far as reloads need to know it. */
export interface App {
  /** Whether there is a process that may have read what was there before. */
  readonly running: boolean;
  /** Ends the process and starts another; resolves once that runs. Throws RELOAD_FAILED. */
  restart(): Promise<void>;
  /** Sends a signal, as in "SIGHUP", to the process; none there is fine. */
  signal(name: string): void;
  /** What the app reads has changed: one that waits to be started again need not wait as long. */
  hasten(): void;
  readonly facts: AppFacts;
}

/** What the app is given beside files, by name: its variables, the instances of its services. Each unit that gives something has its own. */
export interface AppFacts {
  get(unit: string): ReadonlyMap<string, string>;
  /** Gives these in place of all that the unit gave before; answers the names of what became other, or is no more. */
  put(unit: string, values: ReadonlyMap<string, string>): readonly string[];
  /** The names of what became other since the running app was started, or told. */
  untold(unit: string): readonly string[];
  /** The running app has been told. */
  told(unit: string): void;
}
