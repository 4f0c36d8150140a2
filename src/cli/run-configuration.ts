import { AppError, placeOf, toAppError } from "../core/error.ts";
import type { Invocation } from "./command.ts";
import type { StatusReporting } from "./report-status.ts";
import { refuseWithoutApp, type RunApp } from "./run-app.ts";
import type { ServiceNotify } from "./service-notify.ts";
import { openSession, type Session } from "./session.ts";

/** A configuration that can be run, what the app is given among its units. Throws what is wrong with it. */
export async function openRunnable(invocation: Invocation, app: RunApp | undefined): Promise<Session> {
  const session = await openSession(invocation, { keepSound: false });
  const { plan } = session;
  if (app === undefined) refuseWithoutApp(plan);
  return app === undefined ? session : { ...session, plan: { ...plan, units: [...plan.units, ...plan.app] } };
}

export interface NextConfigurationOptions {
  readonly app: RunApp | undefined;
  readonly notify: ServiceNotify | undefined;
  readonly status: StatusReporting;
}

/** Builds the new configuration whole; undefined for a wrong one, which is told, and the present one goes on. */
export async function nextConfiguration(invocation: Invocation, present: Session, { app, notify, status }: NextConfigurationOptions): Promise<Session | undefined> {
  const { log } = present;
  try {
    const session = await openRunnable(invocation, app);
    refuseOtherState(present, session);
    await status.move(session.plan.configuration.settings);
    log.info("Took up a new configuration", { units: session.plan.units.map(({ unit }) => unit.name) });
    return session;
  } catch (thrown) {
    const error = toAppError(thrown);
    notify?.refused(error);
    status.refused(error);
    log.error("Configuration refused, going on with the present one", { error: error.message, at: placeOf(error), hint: error.hint });
    return undefined;
  }
}

/** The state directory is locked, and says what is applied and who is registered: it stays the same for as long as the process does. */
function refuseOtherState({ plan: present }: Session, { plan: next }: Session): void {
  const [from, to] = [present.configuration.settings.stateDir, next.configuration.settings.stateDir];
  if (from === to) return;
  throw new AppError("CONFIG_INVALID", `Cannot go from state_dir "${from}" to "${to}" while Remora runs: what is applied is remembered in the former one`, { hint: "Restart Remora to have it use another" });
}
