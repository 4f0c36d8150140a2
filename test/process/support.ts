import { readFile } from "node:fs/promises";
import type { CommandEnd } from "../../src/core/command-runner.ts";
import type { Clock } from "../../src/core/ports.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemSpawner } from "../../src/platform/spawner.ts";
import { runCommand, type RunRequest } from "../../src/process/run-command.ts";

/** Runs a shell's text, or a list of arguments, as a check or reload is run. */
export function run(command: string | readonly [string, ...string[]], more: Partial<RunRequest> = {}, clock: Clock = systemClock): Promise<CommandEnd> {
  const argv = typeof command === "string" ? (["/bin/sh", "-c", command] as const) : command;
  return runCommand({ spawner: systemSpawner, clock }, { argv, env: { PATH: process.env["PATH"] ?? "" }, timeoutMs: 0, signal: new AbortController().signal, ...more });
}

/** Whether a process is there and has not ended; one that waits to be reaped has. */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}
