import { basename, dirname, join } from "node:path";
import type { BackendPorts } from "../core/backend.ts";
import type { Files } from "../core/ports.ts";

// A write takes milliseconds: who holds the lock for so long was killed.
const GONE_AFTER_MS = 5_000;
const TRY_EVERY_MS = 10;

/** Keeps other Remoras from writing a data file; waits for one that does. Disposing lets go. */
export async function lockDataFile(path: string, { files, random, clock }: Pick<BackendPorts, "files" | "random" | "clock">): Promise<AsyncDisposable> {
  const lock = join(dirname(path), `.${basename(path)}.remora-lock`);
  const self = random.hex(8);
  let [holder, since] = ["", clock.monotonic()];
  while (!(await take(lock, self, files))) {
    const seen = await contentOf(lock, files);
    if (seen !== holder) [holder, since] = [seen, clock.monotonic()];
    else if (clock.monotonic() - since > GONE_AFTER_MS) await drop(lock, holder, `${lock}-${self}`, files);
    await clock.sleep(TRY_EVERY_MS * (1 + random.fraction()));
  }
  return {
    async [Symbol.asyncDispose]() {
      if ((await contentOf(lock, files)) === self) await files.remove(lock);
    },
  };
}

/** Answers whether the lock is ours now. */
async function take(lock: string, self: string, files: Files): Promise<boolean> {
  try {
    await using file = await files.create(lock, 0o600);
    await file.write(new TextEncoder().encode(self));
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === "EEXIST") return false;
    throw thrown;
  }
}

/** Removes the lock of one who is gone; where another has taken it in the meantime, it is put back. */
async function drop(lock: string, holder: string, aside: string, files: Files): Promise<void> {
  try {
    await files.rename(lock, aside);
    if ((await contentOf(aside, files)) !== holder) await files.link(aside, lock);
  } catch (thrown) {
    if (!["ENOENT", "EEXIST"].includes(codeOf(thrown))) throw thrown;
  } finally {
    await files.remove(aside);
  }
}

async function contentOf(path: string, files: Files): Promise<string> {
  return new TextDecoder().decode((await files.read(path)) ?? new Uint8Array());
}

function codeOf(thrown: unknown): string {
  const { code } = thrown as { code?: unknown };
  return typeof code === "string" ? code : "";
}
