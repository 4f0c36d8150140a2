import { join } from "node:path";
import { AppError } from "../core/error.ts";
import { systemCode } from "./errors.ts";
import { isAlive, processIdentity } from "./process-identity.ts";
import type { StateContext } from "./state-file.ts";

/** Keeps other Remoras out of a directory for as long as this process lives; answers how to let go. Throws STATE_DIR. */
export async function lockDirectory(context: StateContext, directory: string): Promise<() => Promise<void>> {
  const self = await processIdentity(context.files, "self");
  const path = lockOf(directory);
  await holdLock(path, self, directory, context);
  return () => context.files.remove(path);
}

/** Whether anybody holds a directory, or held it and is gone. */
export async function isLocked(directory: string, files: Pick<StateContext["files"], "stat">): Promise<boolean> {
  return (await files.stat(lockOf(directory))) !== undefined;
}

function lockOf(directory: string): string {
  return join(directory, "lock");
}

/** Makes the lock ours, once nobody who lives holds it. */
async function holdLock(path: string, self: string, directory: string, context: StateContext): Promise<void> {
  const { files, log } = context;
  while (!(await takeLock(path, self, context))) {
    const holder = await holderOf(path, files);
    if (holder === undefined) continue;
    if (holder !== self && (await isAlive(files, holder))) {
      throw new AppError("STATE_DIR", `Cannot use the state directory "${directory}": process ${holder.split(" ")[0]} is using it`, { hint: "Stop that Remora, or name another directory with --state-dir" });
    }
    await dropLock(path, holder, self, directory, context);
    log.debug("Took over the lock of a process that is gone", { holder });
  }
}

/**
 * Removes the lock of a process that is gone. Of several who found it so, the one who holds the lock on taking over
 * does this, and looks once more: the lock may be another's by now.
 */
async function dropLock(path: string, holder: string, self: string, directory: string, context: StateContext): Promise<void> {
  const takeover = `${path}.takeover`;
  await holdLock(takeover, self, directory, context);
  try {
    if ((await holderOf(path, context.files)) === holder) await context.files.remove(path);
  } finally {
    await context.files.remove(takeover);
  }
}

async function holderOf(path: string, files: StateContext["files"]): Promise<string | undefined> {
  const content = await files.read(path);
  return content === undefined ? undefined : new TextDecoder().decode(content);
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
