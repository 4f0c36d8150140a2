import { join } from "node:path";
import { AppError } from "../core/error.ts";
import { systemCode } from "./errors.ts";
import type { StateContext } from "./state-file.ts";

/** Keeps other Remoras out of a directory for as long as this process lives; answers how to let go. Throws STATE_DIR. */
export async function lockDirectory(context: StateContext, directory: string): Promise<() => Promise<void>> {
  const { files, log } = context;
  const path = join(directory, "lock");
  const self = await processIdentity(files, "self");
  while (!(await takeLock(path, self, context))) {
    const holder = new TextDecoder().decode((await files.read(path)) ?? new Uint8Array());
    const [pid = ""] = holder.split(" ");
    // A process id is used again after a restart of the container, so the time it started is looked at as well.
    if (holder !== self && /^\d+$/.test(pid) && (await processIdentity(files, pid)) === holder) {
      throw new AppError("STATE_DIR", `Cannot use the state directory "${directory}": process ${pid} is using it`, { hint: "Stop that Remora, or name another directory with --state-dir" });
    }
    log.debug("Took over the lock of a process that is gone", { holder });
    await dropLock(path, holder, context);
  }
  return () => files.remove(path);
}

/** Removes the lock of a process that is gone; one that another process has taken in the meantime is put back. */
async function dropLock(path: string, holder: string, { files, random }: StateContext): Promise<void> {
  const aside = `${path}.${random.hex(4)}`;
  try {
    await files.rename(path, aside);
    if (new TextDecoder().decode((await files.read(aside)) ?? new Uint8Array()) !== holder) await files.link(aside, path);
  } catch (thrown) {
    if (!["ENOENT", "EEXIST"].includes(systemCode(thrown) ?? "")) throw thrown;
  } finally {
    await files.remove(aside);
  }
}

/** The lock appears with its content, at once, or not at all; answers whether it is ours. */
async function takeLock(path: string, content: string, { files, random }: StateContext): Promise<boolean> {
  const prepared = `${path}.${random.hex(4)}`;
  try {
    {
      await using file = await files.create(prepared, 0o600);
      await file.write(new TextEncoder().encode(content));
    }
    await files.link(prepared, path);
    return true;
  } catch (thrown) {
    // The one who holds the lock may have swept away what was prepared.
    if (!["EEXIST", "ENOENT"].includes(systemCode(thrown) ?? "")) throw thrown;
    return false;
  } finally {
    await files.remove(prepared);
  }
}

/** "PID STARTTIME", where the system tells; "" for a process that is gone. */
async function processIdentity(files: StateContext["files"], pid: string): Promise<string> {
  const stat = new TextDecoder().decode((await files.read(`/proc/${pid}/stat`)) ?? new Uint8Array());
  // The second field is the program's name, which may hold spaces and parentheses.
  const afterName = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const STARTTIME = 19;
  const number = stat.split(" ")[0];
  return number ? `${number} ${afterName[STARTTIME] ?? ""}` : "";
}
