import type { Entry, Value } from "./entry.ts";
import type { AppError } from "./error.ts";
import type { Secret } from "./secret.ts";

/** A value that was sealed: by Remora ("remora:v1:...") or by crypt (base64 of an OpenPGP message); or one that is plain, and its backend calls a secret. */
export interface Sealed {
  readonly form: "remora" | "crypt" | "plain";
  /** As its backend holds it, under its whole key; the same object for as long as it does not change. */
  readonly entry: Entry & { readonly value: string };
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

/** Whether a value is sealed by Remora, in whatever version of the format. */
export function isEnvelope(value: Value): value is string {
  // The colon tells it from the name of a container image, "remora:v0.3.0".
  return typeof value === "string" && /^remora:v\d{1,4}:/.test(value);
}

/** The ids of the keys that open an envelope, as it says itself; none for other forms, and none where one of them is no key id. */
export function recipientsOf(value: string): readonly string[] {
  const ids = isEnvelope(value) ? (value.split(":", 3)[2] ?? "").split("+") : [];
  return ids.every((id) => /^[0-9a-f]{16}$/.test(id)) ? ids : [];
}
