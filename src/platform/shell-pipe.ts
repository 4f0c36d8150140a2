import { closeSync, constants, openSync, readSync } from "node:fs";
import { type ConnectOpts, Socket, type SocketConstructorOpts } from "node:net";
import type { OutputPipe } from "./output-pipe.ts";
import { givePipe, takePipe } from "./spare-pipes.ts";
import { MOST_AFTER_EXIT_BYTES } from "./until-quiet.ts";

const CHUNK_BYTES = 65_536;
const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Takes a pipe that a shell has made. Throws where there is none. */
export async function openShellPipe(onOutput: (chunk: Uint8Array) => void): Promise<OutputPipe> {
  const pipe = await takePipe();
  const [readEnd, writeEnd] = openEnds(pipe);
  // One for all, as a command may print for long.
  const chunk = new Uint8Array(CHUNK_BYTES);
  const tell = (length: number) => (onOutput(chunk.subarray(0, length)), true);
  const settings: SocketConstructorOpts & Pick<ConnectOpts, "onread"> = { fd: readEnd, readable: true, writable: false, onread: { buffer: chunk, callback: tell } };
  const socket = new Socket(settings);
  // What cannot be read asynchronously is read in the end.
  socket.on("error", () => {});
  return {
    writeEnd,
    handedOver: () => closeSync(writeEnd),
    async finish() {
      const isFree = readRest(pipe, chunk, tell);
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

/** Reads what is there, piece by piece; answers whether nobody can print into it any more. */
function readRest(pipe: number, chunk: Uint8Array, tell: (length: number) => void): boolean {
  try {
    for (let rest = MOST_AFTER_EXIT_BYTES; rest > 0; ) {
      const length = readSync(pipe, chunk);
      if (length === 0) return true;
      tell(length);
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
