import { aborted } from "../core/abort.ts";
import type { Reporters } from "../core/reports.ts";
import type { UnitState } from "../core/status.ts";
import type { ApplyContext } from "../engine/apply-unit.ts";
import type { Invocation } from "./command.ts";
import type { Session } from "./session.ts";

/** Resolves once every unit has been applied. */
export interface AllApplied {
  readonly done: Promise<void>;
  /** To be told of each state that a unit comes to. */
  onState(unit: string, state: UnitState): void;
}

export function allApplied({ units }: Session["plan"]): AllApplied {
  const open = new Set(units.map(({ unit }) => unit.name));
  let resolve: () => void = () => {};
  const done = new Promise<void>((settle) => (resolve = settle));
  if (open.size === 0) resolve();
  return {
    done,
    onState(unit, { kind }) {
      if (kind === "applied") open.delete(unit);
      if (open.size === 0) resolve();
    },
  };
}

export interface ServicesOptions {
  readonly session: Session;
  readonly context: ApplyContext;
  readonly invocation: Invocation;
  /** Nothing is registered before this. */
  readonly ready: Promise<void>;
  /** Aborts when this configuration ends. */
  readonly leave: AbortSignal;
  /** Whether the next configuration has services; it goes on with those that it knows, and takes back the others. */
  readonly goesOn: () => boolean;
  /** Who is asked how the registries stand. */
  readonly reporters: Reporters;
}

/** Registers the services of the configuration for as long as it lasts. */
export async function keepServices({ session, context, invocation: { outside }, ready, leave, goesOn, reporters }: ServicesOptions): Promise<void> {
  const { settings } = session.plan.configuration;
  const { services, stateDir } = settings;
  if (services.length === 0) return;
  await Promise.race([ready, aborted(leave)]);
  if (leave.aborted) return;
  const [{ openRegistration }, { registrarId }, { takeBack }] = await Promise.all([import("../engine/registration.ts"), import("../registrar/identity.ts"), import("./take-back.ts")]);
  await using registration = await openRegistration({
    settings,
    services,
    registrar: await registrarId(stateDir, session.ports),
    ttl: settings.registrar.ttl,
    hostname: outside.env["HOSTNAME"] || outside.hostname,
    env: outside.env,
    commandEnv: context.commandEnv,
    ports: session.ports,
  });
  reporters.registries = () => registration.registrar.status;
  await registration.registrar.run(leave);
  if (!goesOn()) await takeBack(registration.registrar, settings, session.ports);
}
