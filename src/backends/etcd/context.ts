import type { EtcdClient } from "../../clients/etcd/client.ts";
import { AppError } from "../../core/error.ts";
import type { Key } from "../../core/key.ts";
import { describeReading } from "./errors.ts";
import type { EntryReader } from "./entries.ts";
import { type PrefixRange, rangesOf } from "./ranges.ts";

/** What reading and watching share. */
export interface EtcdContext {
  readonly client: EtcdClient;
  readonly endpoints: readonly string[];
  readonly entries: EntryReader;
  /** Names of the ranges that the user may not read, as last found out. */
  readonly denied: Set<string>;
}

/**
 * The ranges of some prefixes that may be read. A role that covers only the key, or only what is below it, leaves the
 * other half out; it throws BACKEND_DENIED when a prefix has no readable half.
 */
export function readableRanges(prefixes: readonly Key[], { denied, endpoints }: EtcdContext): PrefixRange[] {
  return prefixes.flatMap((prefix) => {
    const readable = rangesOf(prefix).filter(({ name }) => !denied.has(name));
    if (readable.length > 0) return readable;
    throw new AppError("BACKEND_DENIED", `${describeReading([prefix], endpoints)}: permission denied`, {
      hint: `Grant it to a role of the user: etcdctl role grant-permission ROLE read --prefix=true ${prefix === "/" ? "/" : `${prefix}/`}`,
    });
  });
}
