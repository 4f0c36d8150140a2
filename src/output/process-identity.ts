import type { Files } from "../core/ports.ts";

/**
 * "PID STARTTIME", where the system tells; "" for a process that is gone. A process id is used again after a restart
 * of the container, so the time it started is looked at as well.
 */
export async function processIdentity(files: Pick<Files, "read">, pid: string): Promise<string> {
  const stat = new TextDecoder().decode((await files.read(`/proc/${pid}/stat`).catch(() => undefined)) ?? new Uint8Array());
  const [number] = stat.split(" ");
  // The second field is the program's name, which may hold spaces and parentheses.
  const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const STARTTIME = 18;
  // A process that was killed stays as a zombie for as long as its parent does not ask for it.
  return number && !"ZX".includes(state) ? `${number} ${fields[STARTTIME] ?? ""}` : "";
}

/** Whether the process that an identity names is still there; a text that names none is of nobody. */
export async function isAlive(files: Pick<Files, "read">, identity: string): Promise<boolean> {
  const [pid = ""] = identity.split(" ");
  return /^\d+$/.test(pid) && (await processIdentity(files, pid)) === identity;
}

export const TAG_DIGITS = 6;
const TAGS = 16 ** TAG_DIGITS;
const ownTags = new WeakMap<Pick<Files, "read">, Promise<string>>();

/** Hexadecimal digits that stand for this process in names of files. */
export function ownTag(files: Pick<Files, "read">): Promise<string> {
  const tag = ownTags.get(files) ?? processIdentity(files, "self").then(tagOf);
  ownTags.set(files, tag);
  return tag;
}

/** The tags of all processes that live; two may share one, by chance. */
export async function livingTags(files: Pick<Files, "read" | "list">): Promise<ReadonlySet<string>> {
  const pids = (await files.list("/proc")).filter((name) => /^\d+$/.test(name));
  const identities = await Promise.all(pids.map((pid) => processIdentity(files, pid)));
  return new Set(identities.filter((identity) => identity !== "").map(tagOf));
}

function tagOf(identity: string): string {
  const [pid, startTime] = identity.split(" ").map(Number);
  // A prime, so that processes which start together differ in more than their last digits.
  return (((startTime ?? 0) * 40_503 + (pid ?? 0)) % TAGS).toString(16).padStart(TAG_DIGITS, "0");
}
