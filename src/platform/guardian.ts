import { type ChildProcess, spawn } from "node:child_process";
import { keepAsOwn } from "./own-children.ts";

/** Keeps the last line that it was told, which names groups, and kills those when its input ends. */
const SCRIPT = 'trap "" HUP INT TERM; g=; while read -r line; do g=$line; done; [ -z "$g" ] || kill -s KILL -- $g';

let guardian: ChildProcess | undefined;

/** Starts what kills groups when this process is gone, SIGKILL included: a shell at the other end of a pipe that nobody else holds. Without a shell there is none. */
export function readyGuardian(): void {
  // The kernel ends all that process 1 leaves behind.
  if (process.pid !== 1) guardian ??= startGuardian();
}

/** Tells it the groups that there are now. */
export function guardGroups(groups: Iterable<number>): void {
  guardian?.stdin?.write(`${[...groups].map((group) => `-${group}`).join(" ")}\n`);
}

function startGuardian(): ChildProcess {
  // In a session of its own: what ends our group or our terminal is not to end it.
  const child = spawn("/bin/sh", ["-c", SCRIPT, "remora-guardian", String(process.pid)], { cwd: "/", env: {}, detached: true, stdio: ["pipe", "ignore", "ignore"] });
  keepAsOwn(child);
  const forget = () => {
    if (guardian === child) guardian = undefined;
  };
  child.on("error", forget);
  child.on("exit", forget);
  child.stdin?.on("error", forget);
  child.unref();
  return child;
}
