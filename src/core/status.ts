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
  | { readonly kind: "applying"; readonly since: number }
  /** Written, and the reload has not succeeded yet. */
  | { readonly kind: "reload due"; readonly since: number }
  | { readonly kind: "failed"; readonly since: number; readonly step: Step; readonly error: AppError }
  | { readonly kind: "applied"; readonly since: number };
