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
  /** The options of each backend that has a table, already checked. */
  readonly backends: Readonly<Record<string, unknown>>;
}

/** A whole configuration, checked; built anew for each reload. */
export interface Configuration {
  readonly settings: Settings;
  readonly units: readonly Unit[];
  readonly templatesDir: string;
}
