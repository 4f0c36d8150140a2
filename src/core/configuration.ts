import type { Duration } from "./duration.ts";
import type { Key } from "./key.ts";
import type { LogLevel } from "./ports.ts";
import type { Unit } from "./unit.ts";

/** The settings of the program, after files, environment and flags. */
export interface Settings {
  readonly confdir: string;
  readonly backend: string;
  readonly prefix: Key;
  readonly wait: { readonly min: Duration; readonly max: Duration };
  /** 0 is never. */
  readonly reconcile: Duration;
  readonly stateDir: string;
  /** How long a one-shot run may take to reach its backends. */
  readonly timeout: Duration;
  readonly shutdownTimeout: Duration;
  readonly log: { readonly level: LogLevel; readonly format: "logfmt" | "json" };
  /** Paths are absolute. */
  readonly secrets: { readonly keyring: readonly string[]; readonly recipients: readonly string[]; readonly openpgpKeyring: readonly string[]; readonly insecureKeyring: boolean };
  /** What `run` makes and renews. */
  readonly certificates: readonly CertificateSettings[];
  /** The options of each backend that has a table, already checked. */
  readonly backends: Readonly<Record<string, unknown>>;
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

/** A whole configuration, checked; built anew for each reload. */
export interface Configuration {
  readonly settings: Settings;
  readonly units: readonly Unit[];
  readonly templatesDir: string;
}
