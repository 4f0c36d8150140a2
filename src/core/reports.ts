import type { Dependency } from "./dependency.ts";
import type { AppError } from "./error.ts";
import type { Key } from "./key.ts";
import type { AppState, BackendState, CertificateState, LeaseState, UnitState } from "./status.ts";

/** How it stands with one unit; times in milliseconds since 1970. */
export interface UnitReport {
  readonly unit: string;
  readonly state: UnitState;
  readonly used: readonly Dependency[];
  readonly missing: readonly Dependency[];
  /** The revision of each backend that the last render saw. */
  readonly revisions: Readonly<Record<string, number>>;
  readonly retryAt: number | undefined;
  readonly reloadDue: boolean;
  readonly targets: readonly TargetReport[];
}

/** Hashes are SHA-256. */
export interface TargetReport {
  readonly path: string;
  readonly written: string | undefined;
  readonly applied: string | undefined;
  readonly sensitive: boolean;
}

/** How it stands with one backend, and what is followed there. */
export interface BackendReport {
  readonly backend: string;
  readonly state: BackendState;
  readonly watches: readonly Key[];
  readonly reads: number;
  readonly outages: number;
  readonly revision: number;
  readonly keys: number;
  /** Where it has not answered yet and the cache stands in for it: until when that is known to have been right. */
  readonly cachedAt: number | undefined;
}

/** How it stands with everything that an engine keeps. */
export interface EngineReport {
  readonly units: readonly UnitReport[];
  readonly backends: readonly BackendReport[];
}

/** How it stands with a registry. */
export interface RegistryReport {
  readonly registry: string;
  /** Why it cannot be reached; undefined while it can. */
  readonly down: AppError | undefined;
  /** What is there of ours and as it should be. */
  readonly ids: readonly string[];
  /** Registrations that are not yet as they should be, with the last reason. */
  readonly pending: ReadonlyMap<string, AppError | undefined>;
  readonly lease: LeaseState | undefined;
}

/** Those who can be asked how it stands; absent while there is none. */
export interface Reporters {
  engine?: (() => EngineReport) | undefined;
  registries?: (() => readonly RegistryReport[]) | undefined;
  /** What is to be registered and cannot be yet, each with the reason. */
  unregistered?: (() => readonly string[]) | undefined;
  app?: (() => AppState) | undefined;
  /** Each by its name; undefined for one that was not looked at yet. */
  certificates?: (() => ReadonlyMap<string, CertificateState | undefined>) | undefined;
}
