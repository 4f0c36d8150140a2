import type { Files } from "../core/ports.ts";

/**
 * "PID STARTTIME", where the system tells; "" for a process that is gone. A process id is used again after a restart
 * of the container, so the time it started is looked at as well.
 */
export async function processIdentity(files: Pick<Files, "read">, pid: string): Promise<string> {
  const stat = new TextDecoder().decode((await files.read(`/proc/${pid}/stat`)) ?? new Uint8Array());
  const [number] = stat.split(" ");
  // The second field is the program's name, which may hold spaces and parentheses.
  const afterName = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const STARTTIME = 19;
  return number ? `${number} ${afterName[STARTTIME] ?? ""}` : "";
}

/** Whether the process that an identity names is still there; a text that names none is of nobody. */
export async function isAlive(files: Pick<Files, "read">, identity: string): Promise<boolean> {
  const [pid = ""] = identity.split(" ");
  return /^\d+$/.test(pid) && (await processIdentity(files, pid)) === identity;
}
