import { readdirSync, readFileSync } from "node:fs";

/** Signals a whole process group; one that is gone is fine. */
export function killGroup(pid: number, signal: string): void {
  try {
    process.kill(-pid, signal as NodeJS.Signals);
  } catch (error) {
    // EPERM is a program that took on another user's rights: it ends by itself or not at all.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** Whether a process of the group runs. A zombie does not, though the kernel lets it be signalled until somebody reaps it. */
export function groupLives(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const pids = processIds();
  return pids === undefined || pids.some((pid) => isLiveMember(pid, group));
}

/** Undefined where there is no /proc. */
function processIds(): readonly string[] | undefined {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return undefined;
  }
}

function isLiveMember(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name before it, in parentheses, may hold anything.
    const [state = "", , memberOf] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(memberOf) === group && !["Z", "X"].includes(state);
  } catch {
    return false;
  }
}
