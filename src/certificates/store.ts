import type { Writer } from "../core/backend.ts";
import type { Value } from "../core/entry.ts";
import type { Key } from "../core/key.ts";

/** Where a pair is shared: what several containers read and write at once. */
export interface CertificateStore extends Pick<Writer, "swap"> {
  /** What each of the keys holds. */
  read(keys: readonly Key[]): Promise<readonly (Value | undefined)[]>;
}
