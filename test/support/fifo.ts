import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { runProgram } from "./process.ts";

/** A pipe with a name, which is read when the test says so alone. */
export interface Fifo extends Disposable {
  /** Writes until it takes no more. */
  fill(): void;
  /** What is in it by now. */
  read(): string;
}

export async function fifo(path: string): Promise<Fifo> {
  await runProgram(["mkfifo", path]);
  const end = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const untilFull = (act: () => number) => {
    try {
      while (act() > 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  };
  return {
    fill: () => untilFull(() => writeSync(end, "x".repeat(4_096))),
    read() {
      const parts: string[] = [];
      const chunk = Buffer.alloc(65_536);
      untilFull(() => {
        const length = readSync(end, chunk);
        parts.push(chunk.toString("utf8", 0, length));
        return length;
      });
      return parts.join("");
    },
    [Symbol.dispose]: () => closeSync(end),
  };
}
