import { basename, dirname, join } from "node:path";
import type { BackendPorts } from "../core/backend.ts";
import type { Files } from "../core/ports.ts";

// A write takes milliseconds: who holds the lock for so long was killed.
const GONE_AFTER_MS = 10_000;
const TRY_EVERY_MS = 10;

type LockPorts = Pick<BackendPorts, "files" | "random" | "clock">;

/** Keeps other Remoras from writing a data file; waits for one that does. Disposing lets go. */
export async function lockDataFile(path: string, ports: LockPorts): Promise<AsyncDisposable> {
  return hold(join(dirname(path), `.${basename(path)}.remora-lock`), ports);
}

async function hold(lock: string, ports: LockPorts): Promise<AsyncDisposable> {
  const { files, random, clock } = ports;
  const self = random.hex(8);
  let [holder, since] = [self, clock.monotonic()];
  while (!(await take(lock, self, files))) {
    const seen = await holderOf(lock, files);
    // Clocks of machines and of their file systems differ: what counts is how long we have seen it.
    if (seen !== holder) [holder, since] = [seen, clock.monotonic()];
    else if (clock.monotonic() - since > GONE_AFTER_MS) await drop(lock, holder, ports);
    await clock.sleep(TRY_EVERY_MS * (1 + random.fraction()));
  }
  return {
    async [Symbol.asyncDispose]() {
      if ((await holderOf(lock, files)) === self) await files.remove(lock);
    },
  };
}

/** The lock appears with who holds it, at once, or not at all; answers whether it is ours. */
async function take(lock: string, self: string, files: Files): Promise<boolean> {
  const prepared = `${lock}-${self}`;
  try {
    {
      await using file = await files.create(prepared, 0o600);
      await file.write(new TextEncoder().encode(self));
    }
    await files.link(prepared, lock);
    return true;
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === "EEXIST") return false;
    throw thrown;
  } finally {
    await files.remove(prepared);
  }
}

/** Removes the lock of one who is gone. Of several who found it so, one does this at a time, and looks once more: it may be another's by now. */
async function drop(lock: string, holder: string, ports: LockPorts): Promise<void> {
  await using _takeover = await hold(`${lock}.takeover`, ports);
  if ((await holderOf(lock, ports.files)) === holder) await ports.files.remove(lock);
}

async function holderOf(lock: string, files: Files): Promise<string> {
  return new TextDecoder().decode((await files.read(lock)) ?? new Uint8Array());
}
