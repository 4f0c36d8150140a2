import type { Settings } from "../../core/configuration.ts";
import { AppError } from "../../core/error.ts";
import { openRegistration, type Registration } from "../../engine/registration.ts";
import { registrarId } from "../../registrar/identity.ts";
import { commandEnvironment } from "../../process/environment.ts";
import type { Invocation } from "../command.ts";
import { servicesOf, withRegistrarFlags } from "../register-options.ts";
import { openSettings, type SettingsSession } from "../session.ts";
import { stopSignals } from "../stop-signals.ts";

/** A registration that is kept by nobody and is to stay: ten years. */
const FOR_GOOD_MS = 10 * 365 * 24 * 60 * 60_000;

/** Registers services until SIGTERM, or with --once and leaves. */
export async function register(given: Invocation): Promise<number> {
  const invocation = withRegistrarFlags(given);
  const session = await openSettings(invocation);
  using stop = stopSignals(invocation.outside);
  const once = invocation.flags.once === true;
  await using registration = await openFor(invocation, session, { once });
  return once ? await registerOnce(registration, session, stop.signal) : await registerUntil(stop.signal, registration, session);
}

/** Deregisters what `register --once` registered. */
export async function deregister(given: Invocation): Promise<number> {
  const invocation = withRegistrarFlags(given);
  const session = await openSettings(invocation);
  using stop = stopSignals(invocation.outside);
  await using registration = await openFor(invocation, session, { once: true });
  const limit = limited(session, stop.signal);
  let found = 0;
  for (const registry of registration.registries) {
    const owned = await registry.owned(limit.signal);
    for await (const instances of registration.self?.instances(limit.signal) ?? []) {
      const ids = instances.flatMap((instance) => registry.registrations(instance)).map(({ id }) => id).filter((id) => owned.has(id));
      for (const id of ids) {
        await registry.deregister(id, limit.signal);
        session.log.info("Deregistered", { registry: registry.name, id });
      }
      found += ids.length;
      break;
    }
  }
  limit.cancel();
  if (found === 0) session.log.info("Nothing of it was registered from here");
  return 0;
}

async function openFor(invocation: Invocation, { settings, ports, log }: SettingsSession, { once }: { readonly once: boolean }): Promise<Registration> {
  const { outside, flags } = invocation;
  const services = servicesOf(invocation, settings.services);
  if (services.length === 0) throw new AppError("USAGE", "Cannot register: nothing says what", { hint: "Name a service with --name and --port, or write [[service]] in remora.toml" });
  // What nobody keeps alive has an owner of its own, or a registrar that runs here would take it for too much.
  const registrar = (await registrarId(settings.stateDir, ports)) + (once ? "-once" : "");
  const ttl = once && flags.ttl === undefined ? FOR_GOOD_MS : settings.registrar.ttl;
  log.debug("Registrar", { id: registrar });
  return openRegistration({ settings, services, registrar, ttl, hostname: outside.env["HOSTNAME"] || outside.hostname, env: outside.env, commandEnv: commandEnvironment(outside.env), ports });
}

async function registerUntil(stop: AbortSignal, { registrar }: Registration, { settings, ports, log }: SettingsSession): Promise<number> {
  await registrar.run(stop);
  log.info("Stopping", { reason: String((stop.reason as Error).message) });
  await takeBack(registrar, settings, ports);
  log.info("Stopped");
  return 0;
}

/** Deregisters everything, then waits for clients to go elsewhere. */
export async function takeBack(registrar: Registration["registrar"], { shutdownTimeout, registrar: { drain } }: Settings, { clock }: SettingsSession["ports"]): Promise<void> {
  const limit = new AbortController();
  const cancel = clock.after(shutdownTimeout, () => limit.abort(new Error("The registry does not answer")));
  await registrar.deregister(limit.signal);
  cancel();
  await clock.sleep(drain);
}

async function registerOnce({ registrar }: Registration, session: SettingsSession, stop: AbortSignal): Promise<number> {
  const limit = limited(session, stop);
  const over = new AbortController();
  const running = registrar.run(AbortSignal.any([limit.signal, over.signal])).catch(() => {});
  const done = await Promise.race([registered(registrar), running.then(() => false)]);
  over.abort(new Error("Everything is registered"));
  await running;
  limit.cancel();
  stop.throwIfAborted();
  if (done) return 0;
  const { down, pending } = registrar.status.find((each) => each.down !== undefined || each.pending.size > 0) ?? {};
  const why = down ?? [...(pending?.values() ?? [])].find((error) => error !== undefined);
  throw why ?? new AppError("TIMEOUT", "Cannot register in time: its checks have not passed, or it has no address", { hint: "Raise --timeout, or look at the log above" });
}

/** Resolves when there is something to register, and it is. */
async function registered(registrar: Registration["registrar"]): Promise<true> {
  await registrar.begun();
  await registrar.settled();
  return true;
}

function limited({ settings, ports }: SettingsSession, stop: AbortSignal): { readonly signal: AbortSignal; readonly cancel: () => void } {
  const limit = new AbortController();
  const cancel = ports.clock.after(settings.timeout, () => limit.abort(new AppError("BACKEND_UNREACHABLE", "Cannot reach the registry in time", { hint: "Raise --timeout, or look whether the address is right" })));
  return { signal: AbortSignal.any([limit.signal, stop]), cancel };
}

