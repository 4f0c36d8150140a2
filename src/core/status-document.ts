import type { AppState, CertificateState, Step, UnitState } from "./status.ts";

/**
 * The status as it is told to others, JSON: docs/status.md. Times are ISO 8601 in UTC, what is not known or not the case is null.
 * Fields are only ever added in one version.
 */
export interface StatusDocument {
  readonly version: 1;
  /** When this was true. */
  readonly time: string;
  readonly remora: { readonly version: string; readonly command: "run" | "register"; readonly pid: number; readonly started: string };
  readonly ready: boolean;
  /** Why not, a sentence each. */
  readonly not_ready: readonly string[];
  readonly configuration: ConfigurationStatus;
  readonly units: readonly UnitStatus[];
  readonly backends: readonly BackendStatus[];
  readonly registries: readonly RegistryStatus[];
  readonly app: AppStatus | null;
  readonly certificates: readonly CertificateStatus[];
  /** What happened last, the newest at the end. */
  readonly changes: readonly TimelineEntry[];
}

export interface ConfigurationStatus {
  /** When the present one was taken up. */
  readonly loaded: string;
  /** A newer one, which was wrong. */
  readonly refused: { readonly time: string; readonly message: string; readonly at: string | null } | null;
}

export interface UnitStatus {
  readonly name: string;
  readonly state: UnitState["kind"];
  readonly since: string;
  /** It was applied, and its last attempt was good. */
  readonly ready: boolean;
  /** Keys that have to be there first, as in "etcd:/db/host". */
  readonly waiting_for: readonly string[];
  /** The last one, until the unit is applied. */
  readonly failure: FailureStatus | null;
  readonly targets: readonly TargetStatus[];
  readonly reload_due: boolean;
  /** Who holds the lock that the reload waits for, or where the roll-out stands. */
  readonly locked_by: string | null;
  /** The revision of each backend that was rendered last. */
  readonly revisions: Readonly<Record<string, number>>;
  readonly rendered: string | null;
  readonly written: string | null;
  readonly applied: string | null;
  readonly next_retry: string | null;
  /** What the last render read: "etcd:/db/host", and "etcd:/up/..." for all below a prefix. */
  readonly reads: readonly string[];
  /** What it asked for and did not find. */
  readonly missing: readonly string[];
}

export interface FailureStatus {
  readonly step: Step;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** "FILE:LINE:COLUMN". */
  readonly at: string | null;
  /** The last lines that the command printed. */
  readonly output: string | null;
  /** When it failed like this for the first time, and how often since. */
  readonly since: string;
  readonly times: number;
}

/** Hashes are SHA-256 in hexadecimal digits. */
export interface TargetStatus {
  readonly path: string;
  /** Of what is on disk by our hand. */
  readonly written: string | null;
  /** Of what the last good reload saw. */
  readonly applied: string | null;
  /** It holds what was sealed. */
  readonly sensitive: boolean;
}

export interface ErrorStatus {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export interface BackendStatus {
  readonly name: string;
  readonly state: "connecting" | "live" | "down";
  readonly since: string;
  /** Since when it is connected, while it is. */
  readonly connected_since: string | null;
  readonly error: ErrorStatus | null;
  readonly revision: number;
  /** Seconds since our copy was last known to be what the backend holds; null before there is one. */
  readonly staleness_seconds: number | null;
  /** Where it has not answered yet and the cache stands in for it: until when that is known to have been right. */
  readonly cached_at: string | null;
  /** Prefixes that are followed. */
  readonly watches: readonly string[];
  /** How often entries were read: the first time, for more prefixes, after an outage that a watch could not span. */
  readonly reads: number;
  readonly outages: number;
  readonly keys: number;
}

export interface RegistryStatus {
  readonly name: string;
  readonly state: "up" | "down";
  readonly error: ErrorStatus | null;
  readonly lease: { readonly kind: string; readonly id: string | null; readonly ttl_seconds: number } | null;
  readonly registrations: readonly { readonly id: string; readonly state: "registered" | "pending" | "refused"; readonly error: string | null }[];
}

export interface AppStatus {
  readonly program: string;
  readonly state: AppState["kind"];
  readonly running: boolean;
  readonly pid: number | null;
  readonly started: string | null;
  readonly starts: number;
  readonly crashes: number;
  readonly last_end: string | null;
  readonly next_start: string | null;
}

export interface CertificateStatus {
  readonly name: string;
  readonly state: "pending" | CertificateState["kind"];
  readonly names: readonly string[];
  readonly until: string | null;
  readonly error: ErrorStatus | null;
}

/** How a target changed, as /diffs tells it. */
export interface DiffEntry {
  /** Of the line in `changes` that says so. */
  readonly seq: number;
  readonly time: string;
  readonly unit: string;
  readonly target: string;
  /** A unified diff. */
  readonly diff: string | null;
  /** Why there is none: it holds secrets, not every user may read it, it is too large. */
  readonly withheld: string | null;
}

/** A line of the log from level info on, with the fields that it has. */
export interface TimelineEntry {
  /** Counts up from 1. */
  readonly seq: number;
  readonly time: string;
  readonly level: "info" | "warn" | "error";
  readonly msg: string;
  readonly [field: string]: unknown;
}
