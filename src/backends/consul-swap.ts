import type Consul from "consul";
import type { Swap } from "../core/backend.ts";
import { sameValue, toValue } from "../core/entry.ts";
import { consulName } from "./consul-kv.ts";

/** Writes all or nothing, by the index at which each key was seen to hold what is expected; answers whether it wrote. */
export async function swapInConsul(consul: Consul, swaps: readonly Swap[]): Promise<boolean> {
  const found = await Promise.all(swaps.map(({ key }) => present(consul, consulName(key))));
  if (!swaps.every(({ expected }, at) => holds(found[at], expected))) return false;
  // Consul gives a key no new index when the same value is written again, so that a new one means another value in between.
  return write(consul, swaps.map(({ key, value }, at) => ({ name: consulName(key), value: Buffer.from(value), index: found[at]?.ModifyIndex ?? ABSENT })));
}

// A write with this index is for a key that does not exist.
const ABSENT = 0;

interface Pair {
  readonly ModifyIndex: number;
  /** Null where it is empty. */
  readonly Value: unknown;
}

async function present({ kv }: Consul, key: string): Promise<Pair | undefined> {
  // Bytes instead of text, which the package's types do not know; from a leader that is sure to be one.
  const options = { key, buffer: true, consistent: true };
  return (await kv.get(options)) ?? undefined;
}

function holds(pair: Pair | undefined, expected: Swap["expected"]): boolean {
  if (pair === undefined || expected === undefined) return pair === expected;
  return sameValue(toValue((pair.Value as Buffer | null) ?? new Uint8Array()), expected);
}

interface IndexedWrite {
  readonly name: string;
  readonly value: Buffer;
  readonly index: number;
}

/** Answers false when one of the keys was written since it had its index. */
async function write({ kv, transaction }: Consul, writes: readonly IndexedWrite[]): Promise<boolean> {
  const [only, ...more] = writes;
  // A transaction carries base64 and is no longer than one value may be: alone, a value can be a third longer.
  if (only !== undefined && more.length === 0) return kv.set({ key: only.name, value: only.value, cas: only.index });
  try {
    await transaction.create(writes.map(({ name, value, index }) => ({ KV: { Verb: "cas", Key: name, Value: value.toString("base64"), Index: index } })) as never);
    return true;
  } catch (thrown) {
    const reasons = transactionReasons(thrown);
    if (reasons.length > 0 && reasons.every((what) => what.includes("index is stale"))) return false;
    throw thrown;
  }
}

/** Why the operations of a transaction were refused; empty when it failed otherwise. */
export function transactionReasons(thrown: unknown): readonly string[] {
  const { response } = thrown as { readonly response?: { readonly body?: { readonly Errors?: readonly { readonly What: string }[] } } };
  return (response?.body?.Errors ?? []).map(({ What }) => What);
}
