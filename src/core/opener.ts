import type { AppError } from "./error.ts";
import type { Key } from "./key.ts";
import type { Secret } from "./secret.ts";

/** A value that was sealed: by Remora ("remora:v1:...") or by crypt (base64 of an OpenPGP message). */
export interface Sealed {
  readonly form: "remora" | "crypt";
  /** Where it stands in its backend, the unit's prefix included. */
  readonly key: Key;
  readonly value: string;
}

/** What opening came to. */
export type Opened = { readonly kind: "opened"; readonly secret: Secret } | { readonly kind: "refused"; readonly error: AppError };

/** Opens sealed values for templates, which cannot wait: what is not open yet is prepared, and rendered again. */
export interface Opener {
  /** What opening came to, or undefined when `prepare` has to be called for it first. */
  opened(sealed: Sealed): Opened | undefined;
  /** Loads keys and libraries and opens these; what is already open stays so. Never rejects: failures are answers of `opened`. */
  prepare(sealed: readonly Sealed[]): Promise<void>;
}
