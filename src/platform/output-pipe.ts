import { openLibcPipe } from "./libc-pipe.ts";
import { openShellPipe } from "./shell-pipe.ts";

/** What a command prints into, as one pipe for both of its streams. */
export interface OutputPipe {
  /** The descriptor that the command is started with. */
  readonly writeEnd: number;
  /** Is told once the command has been started or not, as it alone is to hold that end. */
  handedOver(): void;
  /** Reads what a command that has ended left in it, and lets go of it; whoever else prints into it waits for nobody. */
  finish(): Promise<void>;
}

/**
 * Makes a pipe of the kernel that is read from now on; undefined where that is not possible. What the runtimes make themselves
 * is a pair of sockets, which nobody can open by a name: not /dev/stderr, to which log files of images are linked.
 */
export async function openOutputPipe(onOutput: (chunk: Uint8Array) => void): Promise<OutputPipe | undefined> {
  try {
    return await (process.versions["bun"] === undefined ? openShellPipe(onOutput) : openLibcPipe(onOutput));
  } catch {
    // There may be no shell, no /proc, or no free descriptor.
    return undefined;
  }
}
