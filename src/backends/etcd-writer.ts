import type { ComparatorBuilder, Etcd3 } from "../clients/etcd/etcd3.ts";
import { attemptEtcd3, openEtcd3 } from "../clients/etcd/open-etcd3.ts";
import type { EtcdOptions } from "../clients/etcd/options.ts";
import type { BackendPorts, Swap, Writer } from "../core/backend.ts";
import type { Value } from "../core/entry.ts";
import type { Key } from "../core/key.ts";

/** Writes through the etcd3 package, which is loaded here. */
export async function openEtcdWriter(options: EtcdOptions, ports: BackendPorts): Promise<Writer> {
  const client = await openEtcd3(options, { ports });
  const attempt = <T>(verb: string, keys: readonly Key[], act: () => Promise<T>) => attemptEtcd3(`${verb} ${keys.map((key) => `"${key}"`).join(", ")} in`, options, act);
  return {
    put: (key, value) => attempt("write", [key], async () => void (await client.put(key).value(bytesOf(value)))),
    delete: (key) => attempt("delete", [key], async () => Number((await client.delete().key(key)).deleted) > 0),
    swap: (swaps) => attempt("write", swaps.map(({ key }) => key), () => swap(client, swaps)),
    [Symbol.asyncDispose]: async () => client.close(),
  };
}

async function swap(client: Etcd3, swaps: readonly Swap[]): Promise<boolean> {
  let transaction: ComparatorBuilder | undefined;
  for (const { key, expected } of swaps) {
    const [column, value] = expected === undefined ? (["Create", 0] as const) : (["Value", bytesOf(expected)] as const);
    transaction = transaction?.and(key, column, "==", value) ?? client.if(key, column, "==", value);
  }
  if (transaction === undefined) return true;
  const puts = swaps.map(({ key, value }) => client.put(key).value(bytesOf(value)));
  return (await transaction.then(...puts).commit()).succeeded;
}

function bytesOf(value: Value): Buffer {
  return typeof value === "string" ? Buffer.from(value) : Buffer.from(value);
}
