import { AppError, reason } from "../core/error.ts";
import type { Files, Spawner } from "../core/ports.ts";

/** Linux gives no process a greater number (PID_MAX_LIMIT). */
const MOST_PID = 4_194_304;

/** Sends a signal to the process whose number is the first line of a file. Throws RELOAD_FAILED. */
export async function signalPidFile({ files, spawner }: { readonly files: Pick<Files, "read">; readonly spawner: Pick<Spawner, "signal"> }, { pidFile, signal }: { readonly pidFile: string; readonly signal: string }): Promise<void> {
  const refuse = (why: string, hint: string) => new AppError("RELOAD_FAILED", `Cannot send ${signal} to the process of "${pidFile}": ${why}`, { hint });
  const content = await files.read(pidFile).catch((thrown: unknown) => {
    throw refuse(reason(thrown), "It should be a file that Remora may read");
  });
  if (content === undefined) throw refuse("there is no such file", "Is the service running, and is this where it writes its process id?");
  const pid = pidOf(content);
  if (pid === undefined) throw refuse("it holds no process id", "Its first line should be one number");
  try {
    spawner.signal(pid, signal);
  } catch (thrown) {
    const { code } = thrown as { code?: string };
    if (code === "ESRCH") throw refuse(`there is no process ${pid}`, "The service has ended and left its pid file behind");
    if (code === "EPERM") throw refuse(`process ${pid} belongs to another user`, "Run Remora as the user of the service, or as root");
    throw refuse(reason(thrown), "Does the system know this signal?");
  }
}

/** To kill(2), 0 and what is negative are whole groups. 1 may be meant: the service of a container whose processes are shared. */
function pidOf(content: Uint8Array): number | undefined {
  const [line = ""] = new TextDecoder().decode(content.subarray(0, 64)).split("\n");
  const pid = Number(line.trim());
  return /^\d+$/.test(line.trim()) && pid >= 1 && pid <= MOST_PID ? pid : undefined;
}
