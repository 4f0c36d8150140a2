import type { UnitState } from "./status.ts";

/** A target that was written just now. */
export interface WrittenFile {
  readonly target: string;
  /** It holds what was sealed. */
  readonly sensitive: boolean;
  /** Every user may read it. */
  readonly isOpen: boolean;
  /** Before and after, together. */
  readonly bytes: number;
  /** Undefined is no file, and what is not to be shown. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
}

/** What the engine tells of as it happens; durations in milliseconds. */
export type Happening =
  | { readonly kind: "unit state"; readonly unit: string; readonly state: UnitState }
  | { readonly kind: "rendered"; readonly unit: string; readonly outcome: "rendered" | "waiting" | "failed"; readonly took: number }
  | { readonly kind: "committed"; readonly unit: string; readonly took: number }
  | { readonly kind: "written"; readonly unit: string; readonly files: readonly WrittenFile[] }
  | { readonly kind: "reloaded"; readonly units: readonly string[]; readonly took: number; readonly ok: boolean }
  | { readonly kind: "read"; readonly backend: string; readonly took: number; readonly ok: boolean }
  | { readonly kind: "changes"; readonly backend: string; readonly keys: number };

/** Is told of what happens; nobody waits for it, and it never throws. */
export type Observe = (happening: Happening) => void;
