import type { ServiceSettings, Settings } from "../core/configuration.ts";
import type { Ports } from "../core/ports.ts";
import type { Registry, RegistryContext } from "../core/registry.ts";
import type { Source } from "../core/source.ts";
import { type HostAddressSpec, hostAddressSpecs } from "../registrar/address/spec.ts";
import { type Check, toProbe } from "../registrar/checks/check.ts";
import { Checker } from "../registrar/checks/checker.ts";
import { Registrar } from "../registrar/registrar.ts";
import { SelfSource } from "../registrar/sources/self.ts";
import { commandRunner } from "./command-runner.ts";
import { openRegistry, registryNames, registryPlace } from "./open-registry.ts";

export interface RegistrationOptions {
  readonly settings: Settings;
  /** Those of this container; none when only others are registered. */
  readonly services: readonly ServiceSettings[];
  /** Beside this container itself. */
  readonly sources?: readonly Source[];
  /** Who owns what is registered. */
  readonly registrar: string;
  /** How long a registration outlives its registrar, in milliseconds. */
  readonly ttl: number;
  readonly hostname: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly commandEnv: Readonly<Record<string, string>>;
  readonly ports: Ports;
}

/** A registrar with the registries that it opened. */
export interface Registration extends AsyncDisposable {
  readonly registrar: Registrar;
  /** By their order, as the registrar's status has them. */
  readonly registries: readonly Registry[];
}

/** Opens the registries and joins them with the sources. Throws CONFIG_INVALID where nothing says where to register. */
export async function openRegistration({ settings, services, sources = [], ...options }: RegistrationOptions): Promise<Registration> {
  const { ports, registrar, ttl } = options;
  const names = registryNames(settings);
  const { onConflict, interval } = settings.registrar;
  const context: RegistryContext = { registrar, ttl, onConflict, ports };
  const registries = await Promise.all(names.map((name) => openRegistry(name, settings, context)));
  const self = services.length === 0 ? undefined : selfSource(services, settings, options);
  return {
    registrar: new Registrar({ sources: [...(self === undefined ? [] : [self]), ...sources], registries, interval, onConflict, ports }),
    registries,
    [Symbol.asyncDispose]: async () => void (await Promise.all(registries.map((registry) => registry[Symbol.asyncDispose]()))),
  };
}

function selfSource(services: readonly ServiceSettings[], settings: Settings, { ports, hostname, env, commandEnv }: Pick<RegistrationOptions, "ports" | "hostname" | "env" | "commandEnv">): SelfSource {
  const { clock, log, network } = ports;
  return new SelfSource({
    services: services.map((service) => ({ ...service, addressSpecs: addressSpecs(service, settings), families: settings.registrar.families, checks: service.checks.map((text) => check(text, service)) })),
    hostname,
    checker: new Checker({ ...ports, runCommand: commandRunner(ports, commandEnv) }),
    clock,
    log,
    network,
    env,
    registry: registryPlace(settings),
    addressInterval: settings.registrar.interval,
  });
}

function check(text: string, { name, checkInterval, checkTimeout, rise, fall }: ServiceSettings): Check {
  return { name: `${name}: ${text}`, probe: toProbe(text), interval: checkInterval, timeout: checkTimeout, rise, fall };
}

function addressSpecs({ address }: ServiceSettings, { registrar }: Settings): readonly HostAddressSpec[] {
  return hostAddressSpecs(address.length > 0 ? address : registrar.address);
}
