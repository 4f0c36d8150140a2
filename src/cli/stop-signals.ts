import { signalNumber } from "../process/signals.ts";
import type { Outside } from "./command.ts";

/** Aborts at SIGTERM or SIGINT, or at those that are named. */
export function stopSignals(outside: Outside, names: readonly string[] = ["SIGTERM", "SIGINT"]): { readonly signal: AbortSignal } & Disposable {
  const stop = new AbortController();
  const ends = names.map((name) => outside.onSignal(name, () => stop.abort(new Stopped(name))));
  return { signal: stop.signal, [Symbol.dispose]: () => ends.forEach((end) => end()) };
}

/** A one-shot run was told to stop; its exit status is 128 and the number of the signal. */
export class Stopped extends Error {
  readonly signal: string;
  readonly exit: number;

  constructor(signal: string) {
    super(`Stopped by ${signal}`);
    this.signal = signal;
    this.exit = 128 + signalNumber(signal);
  }
}
