import { spawn } from "node:child_process";
import { getSystemErrorName } from "node:util";
import { AppError, reason } from "../core/error.ts";
import type { ServiceManager } from "../core/ports.ts";
import { socketPathProblem } from "../core/socket-path.ts";
import { unixAddress, unixDatagrams } from "./unix-datagram.ts";

/** The kernel holds few datagrams that nobody has read yet, then it takes no more. */
const FULL_RETRY_MS = 20;
const FULL_RETRIES = 100;
/** systemd-notify waits until the manager has read what it sent. */
const PROGRAM_LIMIT_MS = 5_000;
const EAGAIN = 11;

/** The service manager behind a socket, as NOTIFY_SOCKET names it: by datagrams of our own, or else by the program systemd-notify. */
export async function openServiceManager(socket: string): Promise<ServiceManager> {
  const problem = socketPathProblem(socket);
  const refuse = (why: string, hint?: string) => new AppError("SERVICE_MANAGER", `Cannot tell the service manager at "${socket}": ${why}`, { hint });
  if (problem !== undefined) return deaf(refuse(problem, "NOTIFY_SOCKET names it"));
  // systemd's own "vsock:" reaches out of a virtual machine, from systemd to systemd.
  if (!/^[/@]./.test(socket)) return deaf(refuse('it is neither an absolute path nor "@" and a name', "NOTIFY_SOCKET names it"));
  const datagrams = await unixDatagrams();
  if (datagrams === undefined) return { monotonicMicros: hrtimeMicros, tell: (message) => runSystemdNotify(socket, message, refuse) };
  const address = unixAddress(socket);
  return {
    monotonicMicros: () => datagrams.monotonicMicros(),
    async tell(message) {
      for (let tries = 0; ; tries += 1) {
        const error = datagrams.send(address, Buffer.from(message));
        if (error === 0) return;
        if (error !== EAGAIN || tries === FULL_RETRIES) throw refuse(getSystemErrorName(-error), "Does the one who set NOTIFY_SOCKET still listen there?");
        await new Promise((resolve) => setTimeout(resolve, FULL_RETRY_MS));
      }
    },
  };
}

function deaf(error: AppError): ServiceManager {
  return { monotonicMicros: hrtimeMicros, tell: () => Promise.reject(error) };
}

// On Node it is CLOCK_MONOTONIC; Bun's begins with the process.
function hrtimeMicros(): bigint {
  return process.hrtime.bigint() / 1_000n;
}

function runSystemdNotify(socket: string, message: string, refuse: (why: string, hint: string) => AppError): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(refuse(why, "Use the executable, which needs no systemd-notify; on Node the unit needs NotifyAccess=all"));
    const child = spawn("systemd-notify", ["--", ...message.split("\n")], { env: { PATH: process.env["PATH"], NOTIFY_SOCKET: socket }, stdio: ["ignore", "ignore", "pipe"], timeout: PROGRAM_LIMIT_MS });
    let printed = "";
    child.stderr.on("data", (chunk) => (printed += chunk));
    child.once("error", (error) => fail(reason(error)));
    child.once("close", (code, signal) => (code === 0 ? resolve() : fail(printed.trim() || `systemd-notify ended with ${signal ?? code}`)));
  });
}
