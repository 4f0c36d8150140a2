import type { Etcd } from "../../support/etcd.ts";
import { openRegistry } from "../../support/registries.ts";

/** A key as etcdctl tells it. */
export interface Found {
  readonly value: string;
  /** When it was last made anew; the same as long as it was never away. */
  readonly created: number;
  readonly modified: number;
  /** As a decimal number. */
  readonly lease: string;
}

/** All keys below a prefix. */
export async function keysBelow(etcd: Etcd, prefix: string): Promise<Record<string, Found>> {
  // A lease's number is larger than JSON.parse can read.
  const json = (await etcd.ctl("get", "--prefix", prefix, "-w", "json")).replace(/"lease":(\d+)/g, '"lease":"$1"');
  const { kvs = [] } = JSON.parse(json) as { kvs?: { key: string; value: string; create_revision: number; mod_revision: number; lease?: string }[] };
  const text = (base64: string) => Buffer.from(base64, "base64").toString();
  return Object.fromEntries(kvs.map(({ key, value, create_revision, mod_revision, lease = "0" }) => [text(key), { value: text(value ?? ""), created: create_revision, modified: mod_revision, lease }]));
}

/** Opens the registry with the layout "registrator" below a prefix. */
export function openEtcdRegistry(endpoints: readonly string[], prefix: string, context: Parameters<typeof openRegistry>[1] & { readonly name?: string } = {}) {
  const { name, ...more } = context;
  return openRegistry({ name: "etcd", options: { endpoints, prefix, layout: "registrator", name } }, { registrar: prefix.slice(1), ...more });
}
