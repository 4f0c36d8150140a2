import { AppError, reason } from "../core/error.ts";
import type { Files, Spawner } from "../core/ports.ts";

/** Sends a signal to the process whose number a file holds. Throws RELOAD_FAILED. */
export async function signalPidFile({ files, spawner }: { readonly files: Pick<Files, "read">; readonly spawner: Pick<Spawner, "signal"> }, { pidFile, signal }: { readonly pidFile: string; readonly signal: string }): Promise<void> {
  const refuse = (why: string, hint: string) => new AppError("RELOAD_FAILED", `Cannot send ${signal} to the process of "${pidFile}": ${why}`, { hint });
  const content = await files.read(pidFile).catch((thrown: unknown) => {
    throw refuse(reason(thrown), "It should be a file that Remora may read");
  });
  if (content === undefined) throw refuse("there is no such file", "Is the service running, and is this where it writes its process id?");
  const text = new TextDecoder().decode(content).trim();
  const pid = Number(text);
  if (!/^\d+$/.test(text) || pid < 1) throw refuse("it holds no process id", "It should hold one number");
  try {
    spawner.signal(pid, signal);
  } catch (thrown) {
    const gone = (thrown as { code?: string }).code === "ESRCH";
    throw refuse(gone ? `there is no process ${pid}` : String((thrown as Error).message), gone ? "The service has ended and left its pid file behind" : "Does Remora run as the same user?");
  }
}
