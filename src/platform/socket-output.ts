import type { ChildProcess } from "node:child_process";
import { untilQuiet } from "./until-quiet.ts";

/** Reads what a process prints where there is no pipe for it: the runtime's own way are sockets. */
export function readSockets({ stdout, stderr }: ChildProcess, onOutput: (chunk: Uint8Array) => void): { readonly finish: () => Promise<void> } {
  let read = 0;
  for (const stream of [stdout, stderr]) {
    stream?.on("data", (chunk: Uint8Array) => {
      read += chunk.length;
      onOutput(chunk);
    });
  }
  return {
    async finish() {
      await untilQuiet(() => read);
      stdout?.destroy();
      stderr?.destroy();
    },
  };
}
