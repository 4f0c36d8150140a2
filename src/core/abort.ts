/** What is to be called when a signal aborts, behind the one listener that each signal has. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls back when the signal aborts, at once where it has, unless disposed of before; Node takes more than ten listeners on a single signal for a leak, and says so. */
export function onAbort(signal: AbortSignal, callback: () => void): Disposable {
  const callbacks = waiting.get(signal) ?? listen(signal);
  // Two of one function are two.
  const own = () => callback();
  callbacks.add(own);
  if (signal.aborted) own();
  return { [Symbol.dispose]: () => void callbacks.delete(own) };
}

/** Waits for the promise, or throws the signal's reason when it aborts first. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: reasons, reject } = withReject();
  using _listening = onAbort(signal, () => reject(signal.reason));
  return await Promise.race([promise, reasons]);
}

/** Resolves when the signal aborts, at once where it has. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => void onAbort(signal, resolve));
}

function listen(signal: AbortSignal): Set<() => void> {
  const callbacks = new Set<() => void>();
  waiting.set(signal, callbacks);
  signal.addEventListener("abort", () => callbacks.forEach((callback) => callback()), { once: true });
  return callbacks;
}

function withReject(): { promise: Promise<never>; reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<never>((_, rejected) => (reject = rejected));
  return { promise, reject };
}
