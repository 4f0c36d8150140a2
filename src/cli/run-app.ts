import type { SuperviseSettings } from "../core/configuration.ts";
import { AppError } from "../core/error.ts";
import type { Exit } from "../core/ports.ts";
import { secretVariables } from "../config/settings.ts";
import { ENVIRONMENT_UNIT } from "../engine/app-units.ts";
import { Supervisor } from "../engine/supervisor.ts";
import { appEnvironment } from "../process/environment.ts";
import { PASSED_ON, signalNumber, STOP_SIGNALS } from "../process/signals.ts";
import type { Invocation } from "./command.ts";
import type { Session } from "./session.ts";
import { Stopped } from "./stop-signals.ts";

const ZOMBIES = "Node cannot reap them as process 1: start the container with --init, or use the executable";

/** The app of `remora run -- CMD`, from before its first start to the end. */
export interface RunApp extends Disposable {
  /** What reloads need of it; known once there is a configuration. */
  open(session: Session): Promise<Supervisor>;
  /** Takes up the settings of a new configuration. */
  configure(session: Session): void;
  /** Hands a signal on where that is wanted. */
  passedOn(signal: string): boolean;
  /** Starts it; once is enough. */
  begin(): void;
  /** Resolves when it was started, or will never be. */
  readonly started: Promise<void>;
  /** Aborts when it has ended for good. */
  readonly over: AbortSignal;
  /** Starts it no more. */
  retire(): void;
  /** Ends it, if it still runs; answers its exit status. Throws what kept it from being started. */
  end(reason: unknown): Promise<number>;
}

/** The app that the command line names; undefined where it names none. Throws USAGE. */
export function appOf({ outside, positionals, rest, compatible }: Invocation): RunApp | undefined {
  const stray = positionals[0] !== undefined && (rest === undefined || positionals.length > rest.length) ? positionals[0] : undefined;
  if (stray !== undefined) throw new AppError("USAGE", `There is no place for "${stray}"`, { hint: 'The app stands after "--": remora run [FLAGS] -- CMD ARG...' });
  if (rest === undefined) return undefined;
  const [program, ...args] = rest;
  if (program === undefined || program === "") throw new AppError("USAGE", 'No app stands after "--"', { hint: "remora run [FLAGS] -- CMD ARG..." });
  const over = new AbortController();
  let start: () => void = () => {};
  const started = new Promise<void>((resolve) => (start = resolve));
  let [supervisor, settings, ending]: [Supervisor | undefined, SuperviseSettings | undefined, boolean] = [undefined, undefined, false];
  let pristine = false;
  const inherited = compatible?.appEnv ?? appEnvironment(outside.env, secretVariables());
  let running: Promise<Exit> | undefined;
  const ends = PASSED_ON.map((name) => outside.onSignal(name, () => supervisor?.signal(name)));
  // The first one ends Remora, which tells the app in its turn; whoever is in a hurry sends another.
  ends.push(...STOP_SIGNALS.map((name) => outside.onSignal(name, () => void (ending && supervisor?.stop(name)))));
  return {
    started,
    over: over.signal,
    async open(session) {
      ({ supervise: settings, env: { pristine } } = session.plan.configuration.settings);
      supervisor = new Supervisor({ argv: [program, ...args], path: outside.env["PATH"], environment: (facts) => ({ ...(pristine ? {} : inherited), ...Object.fromEntries(facts.get(ENVIRONMENT_UNIT)) }), ports: session.ports, settings, onStart: () => start() });
      if ((await session.ports.spawner.adoptOrphans()) === "zombies") session.log.warn("Orphans of the app stay as zombies", { hint: ZOMBIES });
      return supervisor;
    },
    configure({ plan }) {
      ({ supervise: settings, env: { pristine } } = plan.configuration.settings);
      supervisor?.configure(settings);
      supervisor?.facts.keep(plan.app.map(({ unit }) => unit.name));
    },
    passedOn(signal) {
      if (settings?.forwardHup !== true || supervisor?.running !== true) return false;
      supervisor.signal(signal);
      return true;
    },
    begin() {
      if (running !== undefined || supervisor === undefined) return;
      running = supervisor.run();
      running.then(
        () => over.abort(new Error("The app has ended")),
        (thrown) => over.abort(thrown),
      );
    },
    retire: () => supervisor?.retire(),
    async end(reason) {
      start();
      const signal = reason instanceof Stopped ? reason.signal : "SIGTERM";
      if (running === undefined) return 128 + signalNumber(signal);
      ending = true;
      supervisor?.stop(signal);
      return statusOf(await running);
    },
    [Symbol.dispose]: () => ends.forEach((end) => end()),
  };
}

/** Refuses units that want to signal or to restart an app where there is none, and what only an app can need. */
export function refuseWithoutApp({ units, app: [own] }: Session["plan"]): void {
  if (own !== undefined) {
    throw new AppError("CONFIG_INVALID", `Cannot run with ${own.unit.name === ENVIRONMENT_UNIT ? "[env]" : "requires in [supervise]"}: it is for an app, and there is none`, { at: own.unit.at, hint: "Name the app: remora run -- CMD ARG..." });
  }
  for (const { unit } of units) {
    if (unit.tells === undefined && unit.reload?.kind !== "app signal" && unit.reload?.kind !== "app restart") continue;
    throw new AppError("CONFIG_INVALID", `Cannot run unit "${unit.name}": its on_change is for an app, and there is none`, { at: unit.at, hint: "Name the app: remora run -- CMD ARG..., or use reload_cmd" });
  }
}

function statusOf(exit: Exit): number {
  return "code" in exit ? exit.code : 128 + signalNumber(exit.signal);
}
