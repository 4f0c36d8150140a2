/** Signals that abort with another one, or all together. */
export interface Signals extends Disposable {
  readonly each: readonly AbortSignal[];
  /** Aborts them and leaves the other one alone. */
  abort(reason: unknown): void;
}

/** One signal for each of so many requests at once: Node takes more than ten listeners on a single one for a leak, and says so. */
export function split(signal: AbortSignal, count: number): Signals {
  const controllers = Array.from({ length: count }, () => new AbortController());
  const abort = (reason: unknown) => controllers.forEach((controller) => controller.abort(reason));
  const onAbort = () => abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  return { each: controllers.map((controller) => controller.signal), abort, [Symbol.dispose]: () => signal.removeEventListener("abort", onAbort) };
}
