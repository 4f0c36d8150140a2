import { backends } from "../backends/index.ts";
import { loadConfiguration, loadSettings } from "../config/load.ts";
import { oneError } from "../config/problems.ts";
import type { Configuration, Settings } from "../core/configuration.ts";
import type { AppError } from "../core/error.ts";
import type { Observe } from "../core/observer.ts";
import type { Logger, Ports } from "../core/ports.ts";
import type { ApplyContext } from "../engine/apply-unit.ts";
import { Mirrors } from "../engine/mirrors.ts";
import { readingVariables } from "../engine/named-variables.ts";
import { ReloadLocks } from "../engine/reload-lock.ts";
import { openTemplates } from "../engine/open-templates.ts";
import { makePlan, type Plan } from "../engine/plan.ts";
import { loadOwnership } from "../output/ownership.ts";
import { openState } from "../output/state-file.ts";
import { commandEnvironment } from "../process/environment.ts";
import type { ChangeSet } from "../store/store.ts";
import type { Invocation } from "./command.ts";
import { ownDefinitions } from "./own-backends.ts";
import { type Openers, openers } from "./opener.ts";

/** A configuration with what a command needs to work on it. */
export interface Session extends Openers {
  readonly plan: Plan;
  /** Units that cannot be used, and why. */
  readonly broken: readonly AppError[];
  readonly log: Logger;
  readonly ports: Ports;
  /** `await using` them. */
  openLocks(): ReloadLocks;
  openMirrors(onChange: (changes: ChangeSet) => void, onProgress?: (entries: number) => void, observe?: Observe): Mirrors;
}

/** Reads the configuration and compiles the templates; with `keepSound`, broken units are told and the others kept. */
export async function openSession(invocation: Invocation, { keepSound }: { readonly keepSound: boolean }): Promise<Session> {
  const { outside, flags, compatible } = invocation;
  const { configuration, warnings, broken } = await loadConfiguration({ files: outside.ports.files, env: outside.env, flags, ...compatible, cwd: outside.cwd, keepSound });
  const log = invocation.log(configuration.settings.log);
  for (const warning of warnings) log.warn("Configuration is odd", { warning });
  const templates = await openTemplates(configuration, { readFile: readingVariables(configuration, outside.readFileNow), machine: { hostname: outside.hostname, exists: outside.existsNow, interfaces: () => outside.ports.network.interfaces() } });
  const compiled = makePlan(configuration, templates);
  await templates.ready?.();
  if (!keepSound && compiled.broken.length > 0) throw oneError(compiled.broken);
  return { plan: compiled.plan, broken: [...broken, ...compiled.broken], ...around(invocation, configuration.settings, log, configuration.backends) };
}

/** The settings with what a command needs that works on keys alone. */
export interface SettingsSession extends Pick<Session, "log" | "ports" | "opener" | "keyChanges" | "openLocks" | "openMirrors"> {
  readonly settings: Settings;
}

/** The settings alone, for commands that need no units. */
export async function openSettings(invocation: Invocation): Promise<SettingsSession> {
  const { outside, flags } = invocation;
  const { settings } = await loadSettings({ files: outside.ports.files, env: outside.env, flags, cwd: outside.cwd });
  return { settings, ...around(invocation, settings, invocation.log(settings.log)) };
}

/** What is needed to write targets and to run commands. `await using` it: it holds the state directory. */
export async function openApplyContext({ outside, compatible }: Invocation, { plan, ports }: Session): Promise<ApplyContext & AsyncDisposable> {
  const { stateDir } = plan.configuration.settings;
  const state = await openState(ports, stateDir);
  const ownership = await loadOwnership(ports.files);
  return { ports, state, ownership, stateDir, hash: outside.hash, commandEnv: compatible?.commandEnv ?? commandEnvironment(outside.env), [Symbol.asyncDispose]: () => state[Symbol.asyncDispose]() };
}

function around({ outside, mask }: Invocation, settings: Settings, log: Logger, own: Configuration["backends"] = []): Omit<SettingsSession, "settings"> {
  const ports = { ...outside.ports, log, mask };
  return {
    log,
    ports,
    ...openers(settings.secrets, ports, outside.uid),
    openLocks: () => new ReloadLocks({ definitions: backends, options: settings.backends, ports: { ...ports, env: outside.env }, hostname: outside.hostname }),
    openMirrors: (onChange, onProgress, observe) => new Mirrors({ definitions: [...backends, ...ownDefinitions(own)], options: { ...settings.backends, ...Object.fromEntries(own.map(({ name, options }) => [name, options])) }, cacheDir: settings.cacheDir, ports: { ...ports, env: outside.env }, onChange, onProgress, observe }),
  };
}
