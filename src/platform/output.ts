import { fstatSync, writeSync } from "node:fs";
import { AppError, reason } from "../core/error.ts";
import { PatientWriter } from "./patient-writer.ts";

/** Where this process prints. */
export interface Output {
  /** Writes all of it before it returns, as Node's own streams do on Linux. That a reader went away is no failure; of what else goes wrong, standard output throws, and standard error, which has the log, says nothing. */
  write(bytes: Uint8Array): void;
  /** From now on, until it is disposed of, nothing waits for the reader of a pipe; calls back with how many writes were lost, once it reads again. */
  goOn(onLost: (writes: number) => void): AsyncDisposable;
  readonly isTerminal: boolean;
}

/** The device numbers of /dev/null. */
const NULL_DEVICE = 0x103;
/** How long to wait where the other end takes no more for now. */
const FULL_RETRY_MS = 5;

/** Standard output, 1, or standard error, 2, without the streams of the runtime: to load those takes Bun longer than the rest of a start. */
export async function openOutput(descriptor: 1 | 2): Promise<Output> {
  const whole = (bytes: Uint8Array) => writeAll(descriptor, bytes);
  const waiting = descriptor === 2 ? quiet(whole) : whole;
  let patient: PatientWriter | undefined;
  return {
    write: (bytes) => (patient ?? { write: waiting }).write(bytes),
    goOn(onLost) {
      const opened = (patient = PatientWriter.open(descriptor, onLost));
      return {
        async [Symbol.asyncDispose]() {
          await opened?.[Symbol.asyncDispose]();
          patient = undefined;
        },
      };
    },
    isTerminal: await isTerminal(descriptor),
  };
}

/** A full disk below the log is no reason to end what it is about. */
function quiet(write: Output["write"]): Output["write"] {
  return (bytes) => {
    try {
      write(bytes);
    } catch {
      // There is nowhere to tell it.
    }
  };
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // "remora keys | head" is no failure.
      if (code === "EPIPE") return;
      // Whoever shares the pipe with us may have made it one that does not wait.
      if (code !== "EAGAIN") throw new AppError("INTERNAL", `Cannot write to standard output: ${reason(error)}`, { cause: error });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_RETRY_MS);
    }
  }
}

async function isTerminal(descriptor: number): Promise<boolean> {
  try {
    const stat = fstatSync(descriptor);
    return stat.isCharacterDevice() && stat.rdev !== NULL_DEVICE && (await import("node:tty")).isatty(descriptor);
  } catch {
    // It was closed before we were started.
    return false;
  }
}
