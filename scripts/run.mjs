import { spawn, spawnSync } from "node:child_process";

/** The project's folder. */
export const ROOT = new URL("..", import.meta.url).pathname;

/** Runs a program to its end with this terminal; answers its exit status, 127 when it cannot be started. */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"], ...options });
    child.once("error", (error) => {
      console.error(`Cannot run "${program}": ${error.message}`);
      resolve(127);
    });
    child.once("exit", (code, signal) => resolve(signal === null ? (code ?? 1) : 128));
  });
}

/** Runs a program quietly; answers what it printed, or undefined when it failed. */
export function capture(program, args, options = {}) {
  const { status, stdout } = spawnSync(program, args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], ...options });
  return status === 0 ? stdout : undefined;
}
