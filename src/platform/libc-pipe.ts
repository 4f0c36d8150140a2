import { closeSync } from "node:fs";
import { openLibc } from "./libc.ts";
import type { OutputPipe } from "./output-pipe.ts";
import { untilQuiet } from "./until-quiet.ts";

// From the kernel's headers, the same on x64 and arm64.
const O_CLOEXEC = 0x80000;
const POLLIN = 1;

/** What is used of Bun's way to read a descriptor; its sockets of node:net do not. */
interface BunRuntime {
  file(descriptor: number): { stream(): ReadableStream<Uint8Array> };
}

let opening: ReturnType<typeof openFunctions> | undefined;

/** Makes a pipe by the C library; undefined where there is none. Throws when there is no free descriptor. */
export async function openLibcPipe(onOutput: (chunk: Uint8Array) => void): Promise<OutputPipe | undefined> {
  opening ??= openFunctions();
  const functions = await opening;
  if (functions === undefined) return undefined;
  const [readEnd, writeEnd] = functions.pipe();
  const reader = (globalThis as unknown as { Bun: BunRuntime }).Bun.file(readEnd).stream().getReader();
  let [read, ended] = [0, false];
  const readAll = async () => {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      read += chunk.value.length;
      onOutput(chunk.value);
    }
  };
  const reading = readAll().catch(() => {}).finally(() => (ended = true));
  return {
    writeEnd,
    handedOver: () => closeSync(writeEnd),
    async finish() {
      await untilQuiet(() => read, () => !ended && functions.isReady(readEnd));
      await reader.cancel();
      await reading;
      closeSync(readEnd);
    },
  };
}

async function openFunctions(): Promise<{ pipe(): [number, number]; isReady(descriptor: number): boolean } | undefined> {
  const opened = await openLibc({
    pipe2: { args: ["ptr", "int"], returns: "int" },
    poll: { args: ["ptr", "u64", "int"], returns: "int" },
  });
  if (opened === undefined) return undefined;
  const { libc, ptr } = opened;
  return {
    pipe() {
      const ends = new Int32Array(2);
      if (libc["pipe2"]?.(ptr(ends), O_CLOEXEC) !== 0) throw new Error("No pipe can be made");
      return [...ends] as [number, number];
    },
    // Something is in it, or nobody holds its other end.
    isReady: (descriptor) => Number(libc["poll"]?.(ptr(Int32Array.of(descriptor, POLLIN)), 1n, 0)) > 0,
  };
}
