import type { Entry } from "../core/entry.ts";
import { AppError } from "../core/error.ts";
import type { Key } from "../core/key.ts";
import type { ConsulSubject } from "./consul-subject.ts";

/** One instance in the value of "service:NAME", a JSON array sorted by node and id; with `status` the worst of its checks. */
export interface CatalogInstance {
  readonly id: string;
  readonly name: string;
  /** The instance's own address, or its node's. */
  readonly address: string;
  readonly port: number;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, string>>;
  readonly node: string;
  readonly status: "passing" | "warning" | "critical";
}

/** Entries that are made from the catalog: "service:NAME" and "services:", JSON text both. */
export function catalogSubject(key: Key): ConsulSubject {
  const colon = key.indexOf(":");
  const [kind, name] = [key.slice(0, colon), key.slice(colon + 1)];
  const wrong = new AppError("BACKEND_DATA", `Cannot read ${kind} "${name}" from Consul: the answer is not in the catalog's shape`);
  // The catalog's index moves with much that is not shown here, so the revision stays 0 and only the value tells of a change.
  const entry = (value: unknown): Entry[] => [{ key, value: JSON.stringify(value), revision: 0 }];
  if (kind === "service") {
    const query = { what: `service "${name}"`, path: `/health/service/${encodeURIComponent(name.toWellFormed())}` };
    return { query, entries: (data) => entry(shaped(wrong, () => instances(data))) };
  }
  if (kind === "services") return { query: { what: "the services", path: "/catalog/services" }, entries: (data) => entry(shaped(wrong, () => services(data))) };
  throw new AppError("BACKEND_REFUSED", `Cannot read "${key}" from Consul: its catalog has no "${kind}"`, { hint: "Consul has service() and services()" });
}

interface HealthRow {
  readonly Node: { readonly Node: string; readonly Address: string };
  readonly Service: { readonly ID: string; readonly Service: string; readonly Address?: string; readonly Port?: number; readonly Tags?: string[] | null; readonly Meta?: Record<string, string> | null };
  readonly Checks: readonly { readonly Status: string }[] | null;
}

function instances(data: unknown): CatalogInstance[] {
  return ((data ?? []) as HealthRow[]).map(instanceOf).sort((a, b) => compare(a.node, b.node) || compare(a.id, b.id));
}

function instanceOf({ Node, Service, Checks }: HealthRow): CatalogInstance {
  return {
    id: Service.ID,
    name: Service.Service,
    address: Service.Address || Node.Address,
    port: Service.Port ?? 0,
    tags: Service.Tags ?? [],
    meta: sortedRecord(Service.Meta ?? {}),
    node: Node.Node,
    status: worst((Checks ?? []).map(({ Status }) => Status)),
  };
}

function worst(statuses: readonly string[]): CatalogInstance["status"] {
  if (statuses.every((status) => status === "passing")) return "passing";
  return statuses.every((status) => status === "passing" || status === "warning") ? "warning" : "critical";
}

// The tags of a service are gathered in a set over all instances, so their order means nothing and changes.
function services(data: unknown): { name: string; tags: string[] }[] {
  return Object.entries((data ?? {}) as Record<string, string[] | null>)
    .map(([name, tags]) => ({ name, tags: [...(tags ?? [])].sort() }))
    .sort((a, b) => compare(a.name, b.name));
}

function shaped<T>(wrong: AppError, read: () => T): T {
  try {
    return read();
  } catch {
    throw wrong;
  }
}

function sortedRecord(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compare(a, b)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
