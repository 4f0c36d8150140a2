import type { Settings } from "../core/configuration.ts";
import { type AppError, placeOf } from "../core/error.ts";
import type { HttpHandler } from "../core/http.ts";
import { formatListenAddress, type ListenAddress } from "../core/listen-address.ts";
import type { Observe } from "../core/observer.ts";
import type { Logger } from "../core/ports.ts";
import type { Reporters } from "../core/reports.ts";
import type { Unit } from "../core/unit.ts";
import type { Diff } from "../observe/diffs.ts";
import { Recorder } from "../observe/recorder.ts";
import type { RoutesOptions } from "../observe/routes.ts";
import type { Invocation } from "./command.ts";
import type { Session } from "./session.ts";
import { StatusListeners } from "./status-listeners.ts";

/** Tells how it stands, to whoever asks, until it is disposed of. */
export interface StatusReporting extends AsyncDisposable {
  /** To be told of what happens. */
  readonly observe: Observe;
  /** Who is asked how it stands. */
  readonly reporters: Reporters;
  /** Tells it where another configuration wants it told. Throws STATUS_LISTEN or CONFIG_INVALID, and then it is told where it was. */
  move(settings: Settings): Promise<void>;
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

/** Listens where the settings say. The socket of the state directory that cannot be had is a warning at most. Throws STATUS_LISTEN for one that was asked for. */
export async function reportStatus(invocation: Invocation, settings: Settings, { command, log, reload }: ReportOptions): Promise<StatusReporting> {
  const { outside } = invocation;
  const recorder = new Recorder({ clock: outside.ports.clock, remora: { version: outside.version, command, pid: outside.pid } });
  invocation.onLog((record) => recorder.log(record));
  const listeners: StatusListeners = new StatusListeners({ command, stateDir: settings.stateDir, handle: handlerOf(recorder, invocation, () => listeners.readToken, reload), files: outside.ports.files, mask: invocation.mask, log });
  await listeners.take(settings.status);
  const metrics = invocation.compatible?.metrics === undefined ? undefined : await tellMetrics(invocation.compatible.metrics, recorder, invocation, log);
  return {
    observe: metrics?.observe ?? recorder.observe,
    reporters: recorder.reporters,
    move: ({ status }) => listeners.take(status),
    begin({ plan: { units } }) {
      recorder.begin(units.map(({ unit }) => unit.name));
      metrics?.begin(units.map(({ unit }) => unit));
    },
    refused: (error) => recorder.refuse(error.message, placeOf(error)),
    stopping: (reason) => recorder.stop(reason),
    async [Symbol.asyncDispose]() {
      await metrics?.[Symbol.asyncDispose]();
      await listeners[Symbol.asyncDispose]();
    },
  };
}

interface MetricsListener extends AsyncDisposable {
  readonly observe: Observe;
  begin(units: readonly Unit[]): void;
}

/** Where another program's metrics are asked for. */
async function tellMetrics(address: ListenAddress, recorder: Recorder, { mask }: Invocation, log: Logger): Promise<MetricsListener> {
  const { ConfdTally } = await import("../observe/confd-tally.ts");
  const confd = new ConfdTally();
  const { serveHttp } = await import("../platform/http-server.ts");
  const listener = await serveHttp(address, async (request) => {
    const [{ confdHandler }, { processUsage }] = await Promise.all([import("../observe/confd-routes.ts"), import("../platform/process-usage.ts")]);
    return confdHandler({ recorder, confd, cover: mask.cover, usage: processUsage })(request);
  });
  log.info("Telling metrics", { at: formatListenAddress(listener.address) });
  return {
    observe(happening) {
      recorder.observe(happening);
      confd.count(happening);
    },
    begin: (units) => confd.begin(units.map(({ name, check, templates }) => ({ name, hasCheck: check !== undefined || templates.some((template) => template.check !== undefined) }))),
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}

/** What answers is loaded by the first who asks. */
function handlerOf(recorder: Recorder, { outside, mask }: Invocation, readToken: () => RoutesOptions["readToken"], reload: ReportOptions["reload"]): HttpHandler {
  const open = async () => {
    const [{ statusHandler }, { processUsage }] = await Promise.all([import("../observe/routes.ts"), import("../platform/process-usage.ts")]);
    const { clock } = outside.ports;
    const diff: Diff = async (file) => (await import("../output/diff.ts")).unifiedDiff(file, { colour: false });
    const page = async () => (await import("./page.ts")).PAGE;
    return statusHandler({ recorder, clock, cover: mask.cover, get readToken() { return readToken(); }, reload: () => reload() ?? undefined, usage: processUsage, diff, page });
  };
  let opened: Promise<HttpHandler> | undefined;
  return async (request) => {
    opened ??= open();
    return (await opened)(request);
  };
}
