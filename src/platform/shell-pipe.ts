import { closeSync, constants, openSync, readSync } from "node:fs";
import { Socket } from "node:net";
import type { OutputPipe } from "./output-pipe.ts";
import { givePipe, takePipe } from "./spare-pipes.ts";
import { MOST_AFTER_EXIT_BYTES } from "./until-quiet.ts";

const CHUNK_BYTES = 65_536;
const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Takes a pipe that a shell has made. Throws where there is none. */
export async function openShellPipe(onOutput: (chunk: Uint8Array) => void): Promise<OutputPipe> {
  const pipe = await takePipe();
  const [readEnd, writeEnd] = openEnds(pipe);
  const socket = new Socket({ fd: readEnd, readable: true, writable: false });
  socket.on("data", onOutput);
  // What cannot be read asynchronously is read in the end.
  socket.on("error", () => {});
  return {
    writeEnd,
    handedOver: () => closeSync(writeEnd),
    async finish() {
      const isFree = readRest(pipe, onOutput);
      await closed(socket);
      givePipe(pipe, isFree);
    },
  };
}

/** Both ends of a pipe, opened anew each by the only name that it has, so that each has flags and an end of its own. */
function openEnds(pipe: number): readonly [readEnd: number, writeEnd: number] {
  const opened: number[] = [];
  try {
    for (const mode of [O_RDONLY | O_NONBLOCK, O_WRONLY]) opened.push(openSync(`/proc/self/fd/${pipe}`, mode));
    return opened as [number, number];
  } catch (error) {
    for (const descriptor of opened) closeSync(descriptor);
    givePipe(pipe, true);
    throw error;
  }
}

/** Reads what is there; answers whether nobody can print into it any more. */
function readRest(pipe: number, onOutput: (chunk: Uint8Array) => void): boolean {
  try {
    for (let rest = MOST_AFTER_EXIT_BYTES; rest > 0; ) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      const length = readSync(pipe, chunk);
      if (length === 0) return true;
      onOutput(chunk.subarray(0, length));
      rest -= length;
    }
  } catch {
    // It is empty, and somebody holds its other end.
  }
  return false;
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) return resolve();
    socket.once("close", () => resolve());
    socket.destroy();
  });
}
