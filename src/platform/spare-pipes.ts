import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { keepAsOwn } from "./own-children.ts";

// A shell makes a pipe for a here-document, and has one digit for its descriptors.
const SHELLS_ENDS = [3, 4, 5, 6, 7, 8, 9];
/** Makes pipes, says so, and keeps them until its own input ends. */
const SCRIPT = `exec ${SHELLS_ENDS.map((end) => `${end}<<.`).join(" ")}\n${"\n.\n".repeat(SHELLS_ENDS.length)}echo\nread -r end`;
const SHELL_LIMIT_MS = 2_000;

/** Pipes that nobody prints into, each as the descriptor that keeps it; one at most while no command runs. */
const spares: number[] = [];
let making: Promise<void> | undefined;
let [waiting, taken] = [0, 0];

/** A pipe for one command, as a descriptor that reads it without waiting. Throws where there is no shell, no /proc, or a shell that writes here-documents into files. */
export async function takePipe(): Promise<number> {
  waiting += 1;
  taken += 1;
  try {
    for (;;) {
      const pipe = spares.pop();
      if (pipe !== undefined) return pipe;
      making ??= makePipes().finally(() => (making = undefined));
      await making;
    }
  } catch (error) {
    release();
    throw error;
  } finally {
    waiting -= 1;
  }
}

/** Gives a pipe back, for another command when nobody can print into it any more. */
export function givePipe(pipe: number, isFree: boolean): void {
  if (isFree) spares.push(pipe);
  else closeSync(pipe);
  release();
}

function release(): void {
  taken -= 1;
  if (taken === 0) for (const spare of spares.splice(1)) closeSync(spare);
}

async function makePipes(): Promise<void> {
  const shell = spawn("/bin/sh", ["-c", SCRIPT], { cwd: "/", env: {}, detached: true, stdio: ["pipe", "pipe", "ignore"] });
  keepAsOwn(shell);
  try {
    await saidReady(shell);
    for (const end of SHELLS_ENDS.slice(0, waiting)) spares.push(openPipe(`/proc/${shell.pid}/fd/${end}`));
  } finally {
    shell.stdin?.destroy();
    shell.stdout?.destroy();
  }
}

function saidReady(shell: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error("The shell says nothing")), SHELL_LIMIT_MS);
    const settle = (outcome: () => void) => {
      clearTimeout(limit);
      outcome();
    };
    shell.once("error", (error) => settle(() => reject(error)));
    shell.once("exit", () => settle(() => reject(new Error("The shell has ended"))));
    shell.stdin?.on("error", () => {});
    shell.stdout?.once("data", () => settle(resolve));
  });
}

function openPipe(path: string): number {
  const pipe = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    // Older versions of bash write a file. The document is one byte.
    if (fstatSync(pipe).isFIFO() && readSync(pipe, new Uint8Array(2)) === 1) return pipe;
    throw new Error("The shell has made no pipe");
  } catch (error) {
    closeSync(pipe);
    throw error;
  }
}
