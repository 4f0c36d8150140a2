import { spawn } from "node:child_process";
import type { Exit, SpawnedProcess, Spawner, SpawnOptions } from "../core/ports.ts";
import { startApp } from "./app-process.ts";
import { adoptOrphans } from "./orphans.ts";
import { openOutputPipe, type OutputPipe } from "./output-pipe.ts";
import { keepAsOwn } from "./own-children.ts";
import { killGroup } from "./process-group.ts";
import { readSockets } from "./socket-output.ts";

/** The machine's processes. */
export const systemSpawner: Spawner = {
  async spawn(options) {
    const pipe = await openOutputPipe(options.onOutput);
    try {
      return await start(options, pipe);
    } catch (error) {
      await pipe?.finish();
      throw error;
    }
  },
  startApp,
  adoptOrphans,
  signal: (pid, signal) => void process.kill(pid, signal as NodeJS.Signals),
};

/** Starts a program that prints into the pipe, or, without one, into sockets. */
function start(options: SpawnOptions, pipe: OutputPipe | undefined): Promise<SpawnedProcess> {
  return new Promise((resolve, reject) => {
    const child = spawnInto(options, pipe);
    child.once("error", reject);
    const { pid } = child;
    if (pid === undefined) return;
    keepAsOwn(child);
    // What it leaves behind comes to us.
    if (process.pid === 1) void adoptOrphans();
    const output = pipe ?? readSockets(child, options.onOutput);
    const exited = new Promise<Exit>((resolveExit) => {
      // "close" would wait for every descendant that can print, so act on "exit", read what is left and let go.
      child.once("exit", async (code, signal) => {
        await output.finish();
        resolveExit(signal === null ? { code: code ?? 0 } : { signal });
      });
    });
    child.once("spawn", () => resolve({ pid, exited, kill: (signal) => killGroup(pid, signal) }));
  });
}

function spawnInto({ argv: [program, ...args], env, cwd }: SpawnOptions, pipe: OutputPipe | undefined) {
  const output = pipe?.writeEnd ?? "pipe";
  try {
    return spawn(program, args, { env, cwd, detached: true, stdio: ["ignore", output, output] });
  } finally {
    pipe?.handedOver();
  }
}
