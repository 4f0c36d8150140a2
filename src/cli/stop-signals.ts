import type { Outside } from "./command.ts";

/** Aborts at SIGTERM or SIGINT. */
export function stopSignals(outside: Outside): { readonly signal: AbortSignal } & Disposable {
  const stop = new AbortController();
  const ends = ["SIGTERM", "SIGINT"].map((name) => outside.onSignal(name, () => stop.abort(new Stopped(name))));
  return { signal: stop.signal, [Symbol.dispose]: () => ends.forEach((end) => end()) };
}

const NUMBERS: Readonly<Record<string, number>> = { SIGINT: 2, SIGTERM: 15 };

/** A one-shot run was told to stop; its exit status is 128 and the number of the signal. */
export class Stopped extends Error {
  readonly exit: number;

  constructor(signal: string) {
    super(`Stopped by ${signal}`);
    this.exit = 128 + (NUMBERS[signal] ?? 0);
  }
}
