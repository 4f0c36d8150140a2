import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../../src/core/ports.ts";
import { commandRunner } from "../../../src/engine/command-runner.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { systemFiles } from "../../../src/platform/files.ts";
import { systemSpawner } from "../../../src/platform/spawner.ts";
import type { Check, Probe } from "../../../src/registrar/checks/check.ts";
import { type ProbeContext, type ProbeResult, runProbe } from "../../../src/registrar/checks/run-probe.ts";

/** The machine, with a clock of the test's. */
export function probeContext(clock: Clock = systemClock): ProbeContext {
  return { clock, files: systemFiles, runCommand: commandRunner({ spawner: systemSpawner, clock }, { PATH: process.env["PATH"] ?? "" }) };
}

export function checkOf(probe: Probe, more: Partial<Check> = {}): Check {
  return { name: "web", probe, interval: 10_000, timeout: 10_000, rise: 1, fall: 1, ...more };
}

export function shell(text: string): Probe {
  return { kind: "command", command: { kind: "shell", text } };
}

/** What one run finds. */
export function runOnce(probe: Probe, more: Partial<Check> = {}, context: ProbeContext = probeContext()): Promise<ProbeResult> {
  return runProbe(checkOf(probe, more), context, new AbortController().signal);
}

export interface Listening extends AsyncDisposable {
  readonly port: number;
  /** Connections that are open now. */
  readonly open: ReadonlySet<Socket>;
}

export async function listening(server: Server): Promise<Listening> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket.on("close", () => open.delete(socket)).on("error", () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    open,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function httpServer(listener: RequestListener): Promise<Listening> {
  return listening(createServer(listener));
}

/** Takes connections and says nothing. */
export function silentServer(): Promise<Listening> {
  return listening(createTcpServer((socket) => void socket.resume()));
}
