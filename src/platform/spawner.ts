import { spawn } from "node:child_process";
import type { Exit, Spawner } from "../core/ports.ts";

/** The machine's processes. */
export const systemSpawner: Spawner = {
  spawn: ({ argv: [program, ...args], env, cwd, onOutput }) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, args, { env, cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
      child.once("error", reject);
      // There are no pipes where the process could not be made for want of file descriptors.
      if (child.pid === undefined) return;
      child.stdout.on("data", onOutput);
      child.stderr.on("data", onOutput);
      const exited = new Promise<Exit>((resolveExit) => {
        // "close" would wait for every descendant that holds the pipes, so act on "exit" and let the pipes go.
        child.once("exit", (code, signal) => {
          setImmediate(() => {
            child.stdout.destroy();
            child.stderr.destroy();
            resolveExit(signal === null ? { code: code ?? 0 } : { signal });
          });
        });
      });
      child.once("spawn", () => resolve({ pid: child.pid as number, exited, kill: (signal) => killGroup(child.pid as number, signal) }));
    }),
  signal: (pid, signal) => void process.kill(pid, signal as NodeJS.Signals),
};

function killGroup(pid: number, signal: string): void {
  try {
    process.kill(-pid, signal as NodeJS.Signals);
  } catch (error) {
    // EPERM is a program that took on another user's rights: it ends by itself or not at all.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
