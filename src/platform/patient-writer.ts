import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";

const MOST_KEPT_BYTES = 1_048_576;
const LOOK_AGAIN_MS = 50;
const LAST_CHANCE_MS = 1_000;

/**
 * Writes into a pipe without ever waiting for whoever reads it: a log that nobody takes away, as with a log driver that hangs, must not hold up signals and
 * changes. What does not fit is kept, up to 1 MiB, and what comes after that is lost and counted.
 */
export class PatientWriter implements AsyncDisposable {
  readonly #descriptor: number;
  readonly #onLost: (writes: number) => void;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Undefined where the descriptor is no pipe, or one of another user: a socket and a file cannot be opened anew so that they alone do not wait. */
  static open(descriptor: number, onLost: (writes: number) => void): PatientWriter | undefined {
    try {
      if (!fstatSync(descriptor).isFIFO()) return undefined;
      // Those who share the pipe with us go on with the flags that it has.
      return new PatientWriter(openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK), onLost);
    } catch {
      return undefined;
    }
  }

  private constructor(descriptor: number, onLost: (writes: number) => void) {
    [this.#descriptor, this.#onLost] = [descriptor, onLost];
  }

  write(bytes: Uint8Array): void {
    if (this.#keptBytes + bytes.length > MOST_KEPT_BYTES) {
      this.#lost += 1;
      return;
    }
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    if (this.#timer === undefined) this.#push();
  }

  /** Gives the reader a last chance. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (let waited = 0; this.#kept.length > 0 && waited < LAST_CHANCE_MS; waited += LOOK_AGAIN_MS) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      this.#push();
    }
    clearTimeout(this.#timer);
    closeSync(this.#descriptor);
  }

  /** Writes what the pipe takes, and looks again later where that is not all. */
  #push(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (let [first] = this.#kept; first !== undefined; [first] = this.#kept) {
      const written = this.#take(first);
      this.#keptBytes -= written;
      if (written < first.length) {
        this.#kept[0] = first.subarray(written);
        this.#timer = setTimeout(() => this.#push(), LOOK_AGAIN_MS);
        return;
      }
      this.#kept.shift();
    }
    const lost = this.#lost;
    this.#lost = 0;
    if (lost > 0) this.#onLost(lost);
  }

  /** How many of the bytes went; a reader that is gone takes all. */
  #take(bytes: Uint8Array): number {
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return bytes.length;
    }
    return written;
  }
}
