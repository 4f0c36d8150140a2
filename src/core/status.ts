import type { Dependency } from "./dependency.ts";
import type { AppError } from "./error.ts";

/** How it stands with one backend; `since` in milliseconds since 1970. */
export type BackendState =
  | { readonly kind: "connecting"; readonly since: number }
  | { readonly kind: "live"; readonly since: number }
  | { readonly kind: "down"; readonly since: number; readonly error: AppError };

export type Step = "render" | "stage" | "check" | "commit" | "reload";

/** How it stands with one unit; `since` in milliseconds since 1970. */
export type UnitState =
  /** Its keys have not been read yet. */
  | { readonly kind: "pending"; readonly since: number }
  | { readonly kind: "waiting"; readonly since: number; readonly missing: readonly Dependency[]; readonly error: AppError }
  /** There is something new to write, and it is being staged. */
  | { readonly kind: "rendered"; readonly since: number }
  | { readonly kind: "checking"; readonly since: number }
  | { readonly kind: "writing"; readonly since: number }
  /** Written, and the reload has not succeeded yet. */
  | { readonly kind: "reload due"; readonly since: number; /** Who holds the lock that it waits for, or where the roll-out stands. */ readonly lockedBy?: string }
  | { readonly kind: "reloading"; readonly since: number }
  | { readonly kind: "failed"; readonly since: number; readonly step: Step; readonly error: AppError }
  | { readonly kind: "applied"; readonly since: number };

/** Every state of a unit, with what it means, for the documentation and the metrics. */
export const UNIT_STATES: Readonly<Record<UnitState["kind"], string>> = {
  pending: "Its keys have not been read yet: nothing was rendered since the start",
  waiting: "A template needs keys that do not exist, or a service that is required has no live instance; `waiting_for` names them; the files stay as they are",
  rendered: "There is something new to write, and it is being staged",
  checking: "The check looks at the staged files",
  writing: "The staged files take the place of the former ones",
  "reload due": "Written, and the reload has yet to run: it waits for its splay, for another unit that shares it, for its interval, or for its lock: `locked_by` says for whom",
  reloading: "The reload is running",
  failed: "A step failed, `failure` says which and why; it is tried again at `next_retry`, or when a key that the unit reads changes",
  applied: "The files hold what was rendered, and the service has taken them up",
};

/** How it stands with the app that is supervised; times in milliseconds since 1970. */
export interface AppState {
  /** "waiting": it was never started; "running": or it is just being restarted for a change; "ended": it is started again; "crash loop": until it is stable. */
  readonly kind: "waiting" | "running" | "ended" | "crash loop";
  /** Its path, without the arguments. */
  readonly program: string;
  readonly pid: number | undefined;
  readonly startedAt: number | undefined;
  readonly starts: number;
  /** Ends in a row, each before it was stable. */
  readonly crashes: number;
  /** How it ended last: "exit status 1", "killed by SIGKILL". */
  readonly lastEnd: string | undefined;
  /** When one that has ended is started again. */
  readonly nextStart: number | undefined;
}

/** How it stands with a certificate that is kept; `until` in milliseconds since 1970. What is not known yet is left out. */
export type CertificateState =
  | { readonly kind: "valid"; readonly names: readonly string[]; readonly until: number }
  /** It can be neither read nor made; the one that there was may be good for long. */
  | { readonly kind: "failing"; readonly names?: readonly string[] | undefined; readonly until?: number | undefined; readonly error: AppError };

/** What keeps registrations alive: a lease, a session, heartbeats; times in milliseconds. */
export interface LeaseState {
  /** "lease", "session", "heartbeats". */
  readonly kind: string;
  readonly id: string | undefined;
  readonly ttl: number;
}
