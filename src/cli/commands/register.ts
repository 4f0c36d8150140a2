import type { ServiceSettings } from "../../core/configuration.ts";
import { AppError } from "../../core/error.ts";
import type { Registry } from "../../core/registry.ts";
import type { Source } from "../../core/source.ts";
import { openRegistration, type Registration } from "../../engine/registration.ts";
import { commandEnvironment } from "../../process/environment.ts";
import type { KeeperStatus } from "../../registrar/keeper.ts";
import type { Invocation } from "../command.ts";
import { dockerSourceOf } from "../docker-options.ts";
import { notifyRegistering } from "../register-notify.ts";
import { holdOwner, onceOwner } from "../registrar-owner.ts";
import { servicesOf, withRegistrarFlags } from "../register-options.ts";
import { reportStatus } from "../report-status.ts";
import { openSettings, type SettingsSession } from "../session.ts";
import { stopSignals } from "../stop-signals.ts";
import { takeBack } from "../take-back.ts";
import { goOnUnread } from "../unread-log.ts";

/** A registration that is kept by nobody and is to stay: ten years. */
const FOR_GOOD_MS = 10 * 365 * 24 * 60 * 60_000;

/** Registers services until SIGTERM, or with --once and leaves. */
export async function register(given: Invocation): Promise<number> {
  const invocation = withRegistrarFlags(given);
  const session = await openSettings(invocation);
  using stop = stopSignals(invocation.outside);
  const docker = await dockerSourceOf(invocation, session.settings, session.ports);
  const services = docker === undefined ? neededServices(invocation, session) : servicesOf(invocation, session.settings.services);
  if (invocation.flags.once === true) {
    if (docker !== undefined) throw new AppError("USAGE", "Cannot register containers with --once: they come and go", { hint: "Leave --once out" });
    for (const service of services) await registerOnce(service, invocation, session, stop.signal);
    return 0;
  }
  await using _patience = goOnUnread(invocation, session.log);
  await using owner = await holdOwner(services, invocation, session);
  await using registration = await open(services, owner.id, session.settings.registrar.ttl, invocation, session, docker === undefined ? [] : [docker]);
  const { log, settings } = session;
  await using status = await reportStatus(invocation, settings, { command: "register", log, reload: () => "remora register takes up a new configuration by a restart" });
  status.reporters.registries = () => registration.registrar.status;
  status.reporters.unregistered = () => registration.registrar.waiting;
  await using _notify = await notifyRegistering(invocation, registration, session, stop.signal);
  stop.signal.addEventListener("abort", () => status.stopping(String((stop.signal.reason as Error).message)), { once: true });
  return await registerUntil(stop.signal, registration, session);
}

/** Deregisters what `register --once` registered. */
export async function deregister(given: Invocation): Promise<number> {
  const invocation = withRegistrarFlags(given);
  const session = await openSettings(invocation);
  using stop = stopSignals(invocation.outside);
  const limit = limited(session, stop.signal);
  let found = 0;
  for (const service of neededServices(invocation, session)) {
    await using registration = await open([], await onceOwner(service, invocation, session), session.settings.registrar.ttl, invocation, session);
    for (const registry of registration.registries) found += await deregisterAll(registry, session, limit.signal);
  }
  limit.cancel();
  if (found === 0) session.log.info("Nothing of it was registered from here");
  return 0;
}

async function deregisterAll(registry: Registry, { log }: SettingsSession, signal: AbortSignal): Promise<number> {
  const owned = await registry.owned(signal);
  for (const id of owned.keys()) {
    await registry.deregister(id, signal);
    log.info("Deregistered", { registry: registry.name, id });
  }
  return owned.size;
}

function neededServices(invocation: Invocation, { settings }: SettingsSession): readonly ServiceSettings[] {
  const services = servicesOf(invocation, settings.services);
  if (services.length > 0) return services;
  throw new AppError("USAGE", "No service is named", { hint: "Give --name and --port, or write [[service]] in remora.toml" });
}

function open(services: readonly ServiceSettings[], registrar: string, ttl: number, { outside }: Invocation, { settings, ports }: SettingsSession, sources: readonly Source[] = []): Promise<Registration> {
  return openRegistration({ settings, services, sources, registrar, ttl, hostname: outside.env["HOSTNAME"] || outside.hostname, env: outside.env, commandEnv: commandEnvironment(outside.env), ports });
}

async function registerUntil(stop: AbortSignal, { registrar }: Registration, { settings, ports, log }: SettingsSession): Promise<number> {
  await registrar.run(stop);
  log.info("Stopping", { reason: String((stop.reason as Error).message) });
  await takeBack(registrar, settings, ports);
  log.info("Stopped");
  return 0;
}

/** Registers one service and leaves; without a TTL that was asked for, it stays until it is deregistered. */
async function registerOnce(service: ServiceSettings, invocation: Invocation, session: SettingsSession, stop: AbortSignal): Promise<void> {
  const ttl = invocation.flags.ttl === undefined ? FOR_GOOD_MS : session.settings.registrar.ttl;
  await using registration = await open([service], await onceOwner(service, invocation, session), ttl, invocation, session);
  const { registrar } = registration;
  const limit = limited(session, stop);
  const over = new AbortController();
  const running = registrar.run(AbortSignal.any([limit.signal, over.signal])).catch(() => {});
  const done = await Promise.race([registered(registrar), running.then(() => undefined)]);
  over.abort(new Error("Everything is registered"));
  await running;
  limit.cancel();
  stop.throwIfAborted();
  if (done !== undefined) return refuseNothing(service, registrar.problems, done);
  const { down, pending } = registrar.status.find((each) => each.down !== undefined || each.pending.size > 0) ?? {};
  const why = down ?? [...(pending?.values() ?? [])].find((error) => error !== undefined);
  throw why ?? new AppError("TIMEOUT", `Cannot register "${service.name}" in time: its checks have not passed, or it has no address`, { hint: "Raise --timeout, or look at the log above" });
}

/** Throws when all that could be done was done, and something has no place. */
function refuseNothing({ name }: ServiceSettings, [problem]: readonly AppError[], status: readonly KeeperStatus[]): void {
  if (problem !== undefined) throw problem;
  if (status.some(({ registered }) => registered > 0)) return;
  const where = status.map(({ registry }) => registry).join(", ");
  throw new AppError("REGISTRATION_INVALID", `Cannot register "${name}": nothing of it has a place in ${where}`, { hint: 'Registry "redis" takes what has the attribute "domain", and "docker-flow-proxy" what has attributes "com.df.*": give them with --attr' });
}

/** How it stands when there is something to register, and it is. */
async function registered(registrar: Registration["registrar"]): Promise<readonly KeeperStatus[]> {
  await registrar.begun();
  await registrar.settled();
  return registrar.status;
}

function limited({ settings, ports }: SettingsSession, stop: AbortSignal): { readonly signal: AbortSignal; readonly cancel: () => void } {
  const limit = new AbortController();
  const cancel = ports.clock.after(settings.timeout, () => limit.abort(new AppError("BACKEND_UNREACHABLE", "Cannot reach the registry in time", { hint: "Raise --timeout, or look whether the address is right" })));
  return { signal: AbortSignal.any([limit.signal, stop]), cancel };
}

