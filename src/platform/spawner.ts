import { type ChildProcess, spawn } from "node:child_process";
import type { Exit, Spawner } from "../core/ports.ts";
import { startApp } from "./app-process.ts";
import { adoptOrphans } from "./orphans.ts";
import { keepAsOwn } from "./own-children.ts";
import { killGroup } from "./process-group.ts";

/** More than what a process can leave in its pipes. */
const MOST_AFTER_EXIT_BYTES = 1_048_576;

/** The machine's processes. */
export const systemSpawner: Spawner = {
  spawn: ({ argv: [program, ...args], env, cwd, onOutput }) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, args, { env, cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
      child.once("error", reject);
      // There are no pipes where the process could not be made for want of file descriptors.
      if (child.pid === undefined) return;
      keepAsOwn(child);
      // What it leaves behind comes to us.
      if (process.pid === 1) void adoptOrphans();
      child.stdout.on("data", onOutput);
      child.stderr.on("data", onOutput);
      const exited = new Promise<Exit>((resolveExit) => {
        // "close" would wait for every descendant that holds the pipes, so act on "exit", read what is left and let the pipes go.
        child.once("exit", async (code, signal) => {
          await readRest(child);
          child.stdout.destroy();
          child.stderr.destroy();
          resolveExit(signal === null ? { code: code ?? 0 } : { signal });
        });
      });
      child.once("spawn", () => resolve({ pid: child.pid as number, exited, kill: (signal) => killGroup(child.pid as number, signal) }));
    }),
  startApp,
  adoptOrphans,
  signal: (pid, signal) => void process.kill(pid, signal as NodeJS.Signals),
};

/** Resolves when a turn of the event loop, which reads what there is, brought nothing more; descendants may print for ever. */
async function readRest({ stdout, stderr }: ChildProcess): Promise<void> {
  const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
  let [read, before] = [0, -1];
  const count = (chunk: Uint8Array) => void (read += chunk.length);
  stdout?.on("data", count);
  stderr?.on("data", count);
  // The turn in which a process is seen to end may not have read its pipes.
  await nextTurn();
  while (before < read && read < MOST_AFTER_EXIT_BYTES) {
    before = read;
    await nextTurn();
  }
}
