import type { Duration } from "./duration.ts";
import type { Key } from "./key.ts";
import type { ListenAddress } from "./listen-address.ts";
import type { LogLevel } from "./ports.ts";
import type { Reload, Unit } from "./unit.ts";

/** The settings of the program, after files, environment and flags. */
export interface Settings {
  readonly confdir: string;
  readonly backend: string;
  readonly prefix: Key;
  readonly wait: { readonly min: Duration; readonly max: Duration; readonly collectFirst: boolean };
  /** 0 is never. */
  readonly reconcile: Duration;
  readonly stateDir: string;
  /** Where the last snapshots of backends are kept; undefined: they are not. */
  readonly cacheDir: string | undefined;
  /** How long a one-shot run may take to reach its backends. */
  readonly timeout: Duration;
  readonly shutdownTimeout: Duration;
  readonly log: { readonly level: LogLevel; readonly format: "logfmt" | "json" };
  /** Paths are absolute. */
  readonly secrets: { readonly keyring: readonly string[]; readonly recipients: readonly string[]; readonly openpgpKeyring: readonly string[]; readonly insecureKeyring: boolean };
  /** Where and to whom the status is told; without addresses at a socket in the state directory. */
  readonly status: { readonly listen: readonly ListenAddress[] | undefined; readonly tokenFile: string | undefined };
  /** What `run` makes and renews. */
  readonly certificates: readonly CertificateSettings[];
  readonly supervise: SuperviseSettings;
  readonly env: EnvSettings;
  readonly registrar: RegistrarSettings;
  /** What `remora run` registers of this container. */
  readonly services: readonly ServiceSettings[];
  /** The options of each backend that has a table, already checked. */
  readonly backends: Readonly<Record<string, unknown>>;
}

/** How `remora run -- CMD` keeps the app; times in milliseconds. */
export interface SuperviseSettings {
  /** What tells it to end, "SIGTERM"; undefined is the signal that Remora was told to end with. */
  readonly killSignal: string | undefined;
  readonly killTimeout: Duration;
  /** A random delay up to this before a restart for a change; units that have a longer one keep it. */
  readonly splay: Duration;
  readonly restart: "never" | "on-failure" | "always";
  readonly backoff: { readonly min: Duration; readonly max: Duration };
  /** One that ran for so long has not crashed at its start. */
  readonly stableAfter: Duration;
  /** SIGHUP goes to the app. */
  readonly forwardHup: boolean;
  /** Services that have to be live before the app is started: "mysql", "consul:mysql", "etcd:/services/mysql". */
  readonly requires: readonly string[];
  /** How the app is told that their instances changed; undefined is not at all. */
  readonly requiresReload: Reload | undefined;
  readonly requiresReloadTimeout: Duration;
}

/** The environment of the app of `remora run -- CMD`. Names of keys are as in templates: "/app/env", "consul:/app/env". */
export interface EnvSettings {
  /** Keys below these are variables; a later prefix wins. */
  readonly prefixes: readonly string[];
  /** A key, a template or plain text for each name. */
  readonly variables: Readonly<Record<string, string>>;
  /** Nothing is inherited. */
  readonly pristine: boolean;
  /** How the app is told of a change; undefined is not at all. */
  readonly reload: Reload | undefined;
  readonly reloadTimeout: Duration;
  /** What to do when a prefix that had keys has none any more. */
  readonly onEmpty: "keep" | "render";
}

/** Where and how instances are registered; times in milliseconds. */
export interface RegistrarSettings {
  /** Names of registries; none is the default backend, where that is a registry too. */
  readonly registries: readonly string[];
  /** Under which keys, in registries that hold keys. */
  readonly layout: {
    readonly layout: string;
    readonly prefix: Key | undefined;
    readonly severalPorts: boolean;
    readonly health: boolean;
    readonly domain: string | undefined;
    readonly key: string | undefined;
    readonly value: string | undefined;
  };
  readonly redis: { readonly url: string; readonly passwordFile: string | undefined };
  readonly proxy: { readonly url: string; readonly distribute: boolean };
  /** Other servers than those of the backend. */
  readonly zookeeper: { readonly servers: readonly string[] | undefined };
  readonly ttl: Duration;
  /** How the address is chosen, the first that matches. */
  readonly address: readonly string[];
  /** An instance for an address of each; empty is one of whichever family. */
  readonly families: readonly ("IPv4" | "IPv6")[];
  readonly interval: Duration;
  /** How long clients are given, after everything was deregistered, to go elsewhere. */
  readonly drain: Duration;
  readonly onConflict: "refuse" | "take over";
}

/** A service of this container. */
export interface ServiceSettings {
  readonly name: string;
  readonly ports: readonly number[];
  readonly id: string | undefined;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  /** Instead of the registrar's own; empty is those. */
  readonly address: readonly string[];
  /** As `toProbe` reads them: "http://127.0.0.1:8080/health", "tcp:9200", "command:pg_isready". */
  readonly checks: readonly string[];
  readonly checkInterval: Duration;
  readonly checkTimeout: Duration;
  readonly rise: number;
  readonly fall: number;
  readonly onFail: "deregister" | "critical";
}

/** A certificate to make in a backend and to renew. Names of keys are as in templates: "/ssl", "consul:/ssl". */
export interface CertificateSettings {
  readonly name: string;
  /** Where the certificate and its private key are: KEY_PREFIX/certificate and KEY_PREFIX/private_key. */
  readonly keyPrefix: string;
  /** DNS names and IP addresses; where there are none, the name itself. */
  readonly sans: readonly string[];
  readonly days: number;
  /** Where the authority is that signs it; without, it signs itself. */
  readonly ca: string | undefined;
  /** Bits of an RSA key; without, the key is P-256. */
  readonly rsa: 2048 | 3072 | undefined;
  /** Public keys that its private key is sealed for; where there are none, those of [secrets]. */
  readonly recipients: readonly string[];
}

/** A backend beside those that the settings know: one of a kind, with options of its own. */
export interface NamedBackend {
  readonly name: string;
  readonly kind: string;
  readonly options: unknown;
}

/** A whole configuration, checked; built anew for each reload. */
export interface Configuration {
  readonly settings: Settings;
  readonly units: readonly Unit[];
  readonly templatesDir: string;
  /** Those that units have brought. */
  readonly backends?: readonly NamedBackend[] | undefined;
}
