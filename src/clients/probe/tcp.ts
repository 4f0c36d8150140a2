import { connect } from "node:net";

/** Connects and hangs up. Throws what the system says, or the signal's reason when it aborts. */
export function probeTcp(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = connect({ host, port });
    const settle = (outcome: () => void) => {
      signal.removeEventListener("abort", onAbort);
      socket.destroy();
      outcome();
    };
    const onAbort = () => settle(() => reject(signal.reason));
    signal.addEventListener("abort", onAbort, { once: true });
    socket.on("connect", () => settle(resolve));
    // It stays: what comes late must not end the process.
    socket.on("error", (error) => settle(() => reject(error)));
  });
}
