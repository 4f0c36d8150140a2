import { aborted } from "../../core/abort.ts";
import { toAppError } from "../../core/error.ts";
import { TaskGroup } from "../../core/task-group.ts";
import type { ApplyContext } from "../../engine/apply-unit.ts";
import { Engine } from "../../engine/engine.ts";
import { recoverState } from "../../engine/recover-state.ts";
import { currentLogger } from "../../log/current-logger.ts";
import { STOP_SIGNALS } from "../../process/signals.ts";
import type { Invocation } from "../command.ts";
import { configurationChanges } from "../configuration-changes.ts";
import { reportStatus, type StatusReporting } from "../report-status.ts";
import { appOf, type RunApp } from "../run-app.ts";
import { keepCertificates } from "../run-certificates.ts";
import { nextConfiguration, openRunnable } from "../run-configuration.ts";
import { allApplied, keepServices } from "../run-services.ts";
import { type ServiceNotify, serviceNotify } from "../service-notify.ts";
import { openApplyContext, type Session } from "../session.ts";
import { statusLine } from "../status-line.ts";
import { stopSignals } from "../stop-signals.ts";
import { goOnUnread } from "../unread-log.ts";

/** Stays and applies every change, until SIGTERM or SIGINT, or the end of the app that it supervises. */
export async function run(invocation: Invocation): Promise<number> {
  using app = appOf(invocation);
  using signals = stopSignals(invocation.outside, app && STOP_SIGNALS);
  // One for all configurations: what changes while one gives way to the next is told to the next.
  using configuration = configurationChanges(invocation, app?.passedOn);
  const first = await openRunnable(invocation, app);
  let present = first;
  const log = currentLogger(() => present.log);
  await using _patience = goOnUnread(invocation, log);
  const lasting = { ...first, ports: { ...first.ports, log } };
  await using opened = await openApplyContext(invocation, lasting);
  const supervisor = await app?.open(lasting);
  const context: ApplyContext = { ...opened, app: supervisor };
  await using status = await reportStatus(invocation, first.plan.configuration.settings, { command: "run", log, reload: () => configuration.ask() });
  if (supervisor !== undefined) status.reporters.app = () => supervisor.state;
  await recoverState(context, first.plan);
  await using notify = await serviceNotify(invocation, log);
  const force = new AbortController();
  const stop = app === undefined ? signals.signal : AbortSignal.any([signals.signal, app.over]);
  stop.addEventListener("abort", () => {
    log.info("Stopping", { reason: String((stop.reason as Error).message) });
    status.stopping(String((stop.reason as Error).message));
    notify?.stopping(present.plan.configuration.settings);
    // What still runs would be for an app that is about to end.
    if (app !== undefined) force.abort();
    app?.retire();
  });
  log.info("Started", { version: invocation.outside.version, units: first.plan.units.map(({ unit }) => unit.name) });
  const over = new AbortController();
  const changes = configuration.follow(first, AbortSignal.any([stop, over.signal]));
  try {
    for (let session: Session | undefined = first; session !== undefined; ) {
      present = session;
      session = await follow(session, context, invocation, { stop, force, over, changes, app, notify, status });
    }
  } catch (thrown) {
    await app?.end(thrown);
    throw thrown;
  } finally {
    over.abort();
    await changes.return(undefined);
  }
  const exit = (await app?.end(stop.reason)) ?? 0;
  log.info("Stopped");
  return exit;
}

/** What lasts from the first configuration to the last. */
interface Life {
  readonly stop: AbortSignal;
  /** Ends a reload that is running. */
  readonly force: AbortController;
  /** Ends the wait for changes of the configuration. */
  readonly over: AbortController;
  readonly changes: AsyncGenerator<void>;
  readonly app: RunApp | undefined;
  readonly notify: ServiceNotify | undefined;
  readonly status: StatusReporting;
}

/** Runs one configuration until it is replaced, and answers the next; undefined at the end. */
async function follow(session: Session, context: ApplyContext, invocation: Invocation, { stop, force, over, changes, app, notify, status }: Life): Promise<Session | undefined> {
  const { clock } = context.ports;
  const { shutdownTimeout } = session.plan.configuration.settings;
  const replaced = new AbortController();
  let next: Session | undefined;
  const leave = AbortSignal.any([stop, replaced.signal]);
  await using tasks = new TaskGroup((error) => void (leave.aborted || session.log.error("Internal error", { error: toAppError(error).stack })));
  let cancelForce: (() => void) | undefined;
  stop.addEventListener("abort", () => {
    cancelForce = clock.after(shutdownTimeout, () => force.abort());
  });
  tasks.start(async () => {
    while (!(await changes.next()).done) {
      notify?.reloading();
      next = await nextConfiguration(invocation, session, { app, notify, status });
      if (next === undefined) continue;
      replaced.abort();
      return;
    }
  });
  status.begin(session);
  keepCertificates({ session, invocation, tasks, leave, reporters: status.reporters });
  const applied = allApplied(session.plan);
  app?.configure(session);
  if (app !== undefined) tasks.start(() => beginWhen(applied.done, app, leave));
  notify?.follow(Promise.all([applied.done, app?.started]), leave);
  const goesOn = () => !stop.aborted && (next?.plan.configuration.settings.services.length ?? 0) > 0;
  tasks.start(() => keepServices({ session, context, invocation, ready: app?.started ?? applied.done, leave, goesOn, reporters: status.reporters }));
  try {
    await using locks = session.openLocks();
    await using engine = new Engine({
      plan: session.plan,
      context: { ...context, ports: session.ports, locks },
      openMirrors: (onChange) => session.openMirrors(onChange, undefined, status.observe),
      env: invocation.outside.env,
      opener: session.opener,
      keyChanges: session.keyChanges,
      signal: leave,
      force: force.signal,
      observe: status.observe,
      onState(unit, state) {
        applied.onState(unit, state);
        notify?.show(() => statusLine({ ...engine.status, app: status.reporters.app?.() }));
      },
      heartbeat: notify?.heartbeat,
    });
    notify?.show(() => statusLine({ ...engine.status, app: status.reporters.app?.() }));
    status.reporters.engine = () => engine.status;
    await engine.run();
  } catch (thrown) {
    over.abort();
    throw thrown;
  } finally {
    replaced.abort();
    cancelForce?.();
  }
  return stop.aborted ? undefined : next;
}

async function beginWhen(applied: Promise<void>, app: RunApp, leave: AbortSignal): Promise<void> {
  await Promise.race([applied, aborted(leave)]);
  if (!leave.aborted) app.begin();
}
