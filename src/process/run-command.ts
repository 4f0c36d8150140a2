import type { CommandEnd } from "../core/command-runner.ts";
import { formatDuration } from "../core/duration.ts";
import type { Clock, Exit, SpawnedProcess, Spawner } from "../core/ports.ts";
import { outputTail } from "./output-tail.ts";
import { startFailure } from "./start-failure.ts";

const KILL_TIMEOUT_MS = 5_000;
/** How long a process that had its SIGKILL is waited for; one of another user, or one that the kernel holds, stays. */
const GIVE_UP_MS = 1_000;
const STOPPED = "stopped, as Remora is stopping";

export interface RunRequest {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds; 0 is no limit. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Runs a command in a process group of its own to its end, its limit or the signal; never throws. */
export async function runCommand({ spawner, clock }: { readonly spawner: Spawner; readonly clock: Clock }, request: RunRequest): Promise<CommandEnd> {
  if (request.signal.aborted) return { outcome: "aborted", description: STOPPED, output: "" };
  const output = outputTail();
  let child: SpawnedProcess;
  try {
    child = await spawner.spawn({ argv: request.argv, env: request.env, onOutput: (chunk) => output.add(chunk) });
  } catch (thrown) {
    return { outcome: "not started", description: startFailure(request.argv[0], thrown), output: "" };
  }
  const limit = limitOf(request, clock);
  const ended = await Promise.race([child.exited, limit.reached]);
  limit.forget();
  if (ended === "timeout" || ended === "aborted") {
    await killGroup(child, clock);
    const description = ended === "timeout" ? `timed out after ${formatDuration(request.timeoutMs)}` : STOPPED;
    return { outcome: ended, description, output: output.text() };
  }
  return { ...describeExit(ended), output: output.text() };
}

/** Resolves when the command is to be ended; never, if it is not. */
function limitOf({ timeoutMs, signal }: RunRequest, clock: Clock): { readonly reached: Promise<"timeout" | "aborted">; readonly forget: () => void } {
  let resolve: (why: "timeout" | "aborted") => void = () => {};
  const reached = new Promise<"timeout" | "aborted">((done) => (resolve = done));
  const onAbort = () => resolve("aborted");
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  const cancel = timeoutMs > 0 ? clock.after(timeoutMs, () => resolve("timeout")) : undefined;
  return {
    reached,
    forget() {
      cancel?.();
      signal.removeEventListener("abort", onAbort);
    },
  };
}

async function killGroup(child: SpawnedProcess, clock: Clock): Promise<void> {
  child.kill("SIGTERM");
  const cancel = clock.after(KILL_TIMEOUT_MS, () => child.kill("SIGKILL"));
  let forget: () => void = () => {};
  const survived = new Promise<void>((resolve) => (forget = clock.after(KILL_TIMEOUT_MS + GIVE_UP_MS, resolve)));
  await Promise.race([child.exited, survived]);
  cancel();
  forget();
  // The rest of the group had its SIGTERM.
  child.kill("SIGKILL");
}

function describeExit(exit: Exit): Omit<CommandEnd, "output"> {
  if ("signal" in exit) return { outcome: "failed", description: `killed by ${exit.signal}` };
  return exit.code === 0 ? { outcome: "ok", description: "done" } : { outcome: "failed", description: `exit status ${exit.code}`, exitStatus: exit.code };
}
