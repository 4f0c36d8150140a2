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
}
