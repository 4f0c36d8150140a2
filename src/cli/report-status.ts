import { join } from "node:path";
import type { Settings } from "../core/configuration.ts";
import { type AppError, placeOf, toAppError } from "../core/error.ts";
import type { HttpHandler, HttpListener } from "../core/http.ts";
import { formatListenAddress, isLocal, type ListenAddress } from "../core/listen-address.ts";
import type { Observe } from "../core/observer.ts";
import type { Logger } from "../core/ports.ts";
import type { Reporters } from "../core/reports.ts";
import type { Diff } from "../observe/diffs.ts";
import { Recorder } from "../observe/recorder.ts";
import type { Invocation } from "./command.ts";
import type { Session } from "./session.ts";
import { tokenReader } from "./status-token.ts";

/** Tells how it stands, to whoever asks, until it is disposed of. */
export interface StatusReporting extends AsyncDisposable {
  /** To be told of what happens. */
  readonly observe: Observe;
  /** Who is asked how it stands. */
  readonly reporters: Reporters;
  /** A configuration begins. */
  begin(session: Session): void;
  /** A newer one is wrong. */
  refused(error: AppError): void;
  /** Nothing new begins any more. */
  stopping(reason: string): void;
}

export interface ReportOptions {
  readonly command: "run" | "register";
  readonly log: Logger;
  /** Takes up the configuration anew; answers why that cannot be, where it cannot. */
  readonly reload: () => string | void;
}

/** Listens where the settings say. The default socket that cannot be had is a warning. Throws STATUS_LISTEN for one that was asked for. */
export async function reportStatus(invocation: Invocation, settings: Settings, { command, log, reload }: ReportOptions): Promise<StatusReporting> {
  const { outside } = invocation;
  const recorder = new Recorder({ clock: outside.ports.clock, remora: { version: outside.version, command, pid: outside.pid } });
  invocation.onLog((record) => recorder.log(record));
  const listeners = await listenAll(settings, command, handlerOf(recorder, invocation, settings, reload), invocation, log);
  if (invocation.compatible?.metrics !== undefined) listeners.push(await tellMetrics(invocation.compatible.metrics, recorder, invocation, log));
  const listening = JSON.stringify(settings.status);
  let said = listening;
  return {
    observe: recorder.observe,
    reporters: recorder.reporters,
    begin({ plan }) {
      recorder.begin(plan.units.map(({ unit }) => unit.name));
      const wanted = JSON.stringify(plan.configuration.settings.status);
      if (wanted !== listening && wanted !== said) log.warn("A changed [status] needs a restart");
      said = wanted;
    },
    refused: (error) => recorder.refuse(error.message, placeOf(error)),
    stopping: (reason) => recorder.stop(reason),
    [Symbol.asyncDispose]: async () => void (await Promise.all(listeners.map((listener) => listener[Symbol.asyncDispose]()))),
  };
}

/** Where the status is told where nothing else is said: in the state directory, which is always there, and ours alone. */
export function defaultAddresses({ stateDir }: Pick<Settings, "stateDir">): Readonly<Record<ReportOptions["command"], ListenAddress>> {
  return { run: { kind: "unix", path: join(stateDir, "remora.sock") }, register: { kind: "unix", path: join(stateDir, "register.sock") } };
}

async function listenAll(settings: Settings, command: ReportOptions["command"], handle: HttpHandler, { outside, mask }: Invocation, log: Logger): Promise<HttpListener[]> {
  const { listen, tokenFile } = settings.status;
  if (listen?.length === 0) return [];
  const { serveHttp } = await import("../platform/http-server.ts");
  if (listen === undefined) {
    try {
      await outside.ports.files.makeDirectory(settings.stateDir, 0o700);
      return [await serveHttp(defaultAddresses(settings)[command], handle)];
    } catch (thrown) {
      const { message, hint } = toAppError(thrown);
      log.warn("The status is not told, going on without", { error: message, hint });
      return [];
    }
  }
  // A token that cannot be read is found out now, not by those who ask.
  if (tokenFile !== undefined) await tokenReader(tokenFile, { files: outside.ports.files, mask })();
  const listeners: HttpListener[] = [];
  try {
    for (const address of listen) listeners.push(await serveHttp(address, handle));
  } catch (thrown) {
    for (const listener of listeners) await listener[Symbol.asyncDispose]();
    throw thrown;
  }
  for (const { address } of listeners) log.info("Telling the status", { at: formatListenAddress(address), token: tokenFile !== undefined && !isUnix(address), local: isLocal(address) });
  return listeners;
}

function isUnix({ kind }: ListenAddress): boolean {
  return kind === "unix";
}

/** Where another program's metrics are asked for. */
async function tellMetrics(address: ListenAddress, recorder: Recorder, { mask }: Invocation, log: Logger): Promise<HttpListener> {
  const { serveHttp } = await import("../platform/http-server.ts");
  const listener = await serveHttp(address, async (request) => {
    const [{ confdHandler }, { processUsage }] = await Promise.all([import("../observe/confd-routes.ts"), import("../platform/process-usage.ts")]);
    return confdHandler({ recorder, cover: mask.cover, usage: processUsage })(request);
  });
  log.info("Telling metrics", { at: formatListenAddress(listener.address) });
  return listener;
}

/** What answers is loaded by the first who asks. */
function handlerOf(recorder: Recorder, { outside, mask }: Invocation, { status: { tokenFile } }: Settings, reload: ReportOptions["reload"]): HttpHandler {
  const open = async () => {
    const [{ statusHandler }, { processUsage }] = await Promise.all([import("../observe/routes.ts"), import("../platform/process-usage.ts")]);
    const { clock, files } = outside.ports;
    const diff: Diff = async (file) => (await import("../output/diff.ts")).unifiedDiff(file, { colour: false });
    return statusHandler({ recorder, clock, cover: mask.cover, readToken: tokenFile === undefined ? undefined : tokenReader(tokenFile, { files, mask }), reload: () => reload() ?? undefined, usage: processUsage, diff, page: async () => (await import("./page.ts")).PAGE });
  };
  let opened: Promise<HttpHandler> | undefined;
  return async (request) => {
    opened ??= open();
    return (await opened)(request);
  };
}
