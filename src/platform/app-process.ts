import { spawn } from "node:child_process";
import type { AppProcess, Exit, Spawner } from "../core/ports.ts";
import { groupLives, killGroup } from "./process-group.ts";

/** Groups that may still have a process. */
const groups = new Set<number>();

/** Starts a program on our own standard streams; whatever makes this process exit, short of SIGKILL, kills its group. */
export const startApp: Spawner["startApp"] = ({ argv: [program, ...args], env }) =>
  new Promise<AppProcess>((resolve, reject) => {
    // In a session of its own, as Node has no other way to give it a group.
    const child = spawn(program, args, { env, detached: true, stdio: "inherit" });
    child.once("error", reject);
    const { pid } = child;
    if (pid === undefined) return;
    killAtExit(pid);
    let ended = false;
    const exited = new Promise<Exit>((resolveExit) => {
      child.once("exit", (code, signal) => {
        ended = true;
        resolveExit(signal === null ? { code: code ?? 0 } : { signal });
      });
    });
    child.once("spawn", () =>
      resolve({
        pid,
        exited,
        // The number of a process that has ended may be another's by now.
        signal: (name) => void (ended || child.kill(name as NodeJS.Signals)),
        signalGroup: (name) => groups.has(pid) && killGroup(pid, name),
        groupLives() {
          const lives = !ended || groupLives(pid);
          if (!lives) groups.delete(pid);
          return lives;
        },
      }),
    );
  });

function killAtExit(pid: number): void {
  if (groups.size === 0) {
    process.removeListener("exit", killAll);
    process.on("exit", killAll);
  }
  groups.add(pid);
}

function killAll(): void {
  for (const pid of groups) killGroup(pid, "SIGKILL");
}
