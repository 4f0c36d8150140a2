import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { openLibc } from "./libc.ts";
import { isOwn } from "./own-children.ts";

// From the kernel's headers, the same on x64 and arm64.
const PR_SET_CHILD_SUBREAPER = 36;
const WNOHANG = 1;

/** Becomes the parent of all descendants whose own has ended, and reaps them; answers whether that is possible here. */
export async function startReaper(): Promise<boolean> {
  const opened = await openLibc({
    prctl: { args: ["int", "u64", "u64", "u64", "u64"], returns: "int" },
    waitpid: { args: ["int", "ptr", "int"], returns: "int" },
  });
  if (opened === undefined || !isOwnProc()) return false;
  const { libc } = opened;
  if (libc["prctl"]?.(PR_SET_CHILD_SUBREAPER, 1n, 0n, 0n, 0n) !== 0) return false;
  const reap = () => {
    // One by one: -1 would take the ends of the runtime's own children from it.
    for (const pid of childProcesses()) if (!isOwn(pid) && isZombie(pid)) libc["waitpid"]?.(pid, null, WNOHANG);
  };
  process.on("SIGCHLD", reap);
  reap();
  return true;
}

/** Whether /proc tells the numbers that we know; that of another namespace does not. */
function isOwnProc(): boolean {
  try {
    return readlinkSync("/proc/self") === String(process.pid);
  } catch {
    return false;
  }
}

/** Orphans are given to a process's first thread, which is the one that runs this. */
function childProcesses(): readonly number[] {
  try {
    return readFileSync("/proc/thread-self/children", "latin1").trim().split(" ").filter((pid) => pid !== "").map(Number);
  } catch {
    // A kernel may be built without that file.
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => stateOf(pid)?.parent === process.pid);
  }
}

function isZombie(pid: number): boolean {
  return stateOf(pid)?.state === "Z";
}

function stateOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name before it, in parentheses, may hold anything.
    const [state = "", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
