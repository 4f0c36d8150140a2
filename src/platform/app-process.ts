import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";
import type { AppProcess, Exit, Spawner } from "../core/ports.ts";
import { guardGroups, readyGuardian } from "./guardian.ts";
import { keepAsOwn } from "./own-children.ts";
import { groupLives, killGroup } from "./process-group.ts";

/** Groups that may still have a process. */
const groups = new Set<number>();

/** Starts a program on our own standard streams; whatever ends this process kills its group. */
export const startApp: Spawner["startApp"] = ({ argv: [program, ...args], env, path }) =>
  new Promise<AppProcess>((resolve, reject) => {
    // Before the app, so that it is watched from its first moment.
    readyGuardian();
    // In a session of its own, as Node has no other way to give it a group.
    const child = spawn(fileOf(program, env["PATH"] ?? path), args, { argv0: program, env, detached: true, stdio: "inherit" });
    child.once("error", reject);
    const { pid } = child;
    if (pid === undefined) return;
    keepAsOwn(child);
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
          if (!lives && groups.delete(pid)) guardGroups(groups);
          return lives;
        },
      }),
    );
  });

/** The kernel's own search would look in our PATH, or in the app's, by the runtime that we run on. */
function fileOf(program: string, path: string | undefined): string {
  if (path === undefined || program.includes("/")) return program;
  return path.split(":").map((directory) => join(directory || ".", program)).find(isProgram) ?? program;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function killAtExit(pid: number): void {
  if (groups.size === 0) {
    process.removeListener("exit", killAll);
    process.on("exit", killAll);
  }
  groups.add(pid);
  guardGroups(groups);
}

function killAll(): void {
  for (const pid of groups) killGroup(pid, "SIGKILL");
}
