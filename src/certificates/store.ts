import type { Backend, Writer } from "../core/backend.ts";
import type { Value } from "../core/entry.ts";
import type { Key } from "../core/key.ts";

/** Where a pair is shared: what several containers read and write at once. */
export interface CertificateStore extends Pick<Writer, "swap"> {
  /** What each of the keys holds. */
  read(keys: readonly Key[]): Promise<readonly (Value | undefined)[]>;
}

/** The store that a backend and its writer are. */
export function certificateStore(backend: Pick<Backend, "cover" | "read">, writer: Pick<Writer, "swap">, signal: AbortSignal): CertificateStore {
  return {
    async read(keys) {
      const { entries } = await backend.read(backend.cover(keys), { signal });
      return keys.map((key) => entries.find((entry) => entry.key === key)?.value);
    },
    swap: (swaps) => writer.swap(swaps),
  };
}
