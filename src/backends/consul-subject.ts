import type { ConsulQuery } from "../clients/consul/client.ts";
import type { Entry } from "../core/entry.ts";

/** What one query asks for, and how its answer reads as entries; sorted by key, and equal when nothing changed. */
export interface ConsulSubject {
  readonly query: ConsulQuery;
  /** How often it is asked for, where Consul does not hold such a query. */
  readonly pollMs?: number | undefined;
  /** `data` is undefined where Consul has nothing. Throws BACKEND_DATA when it is not in the shape that it should be. */
  entries(data: unknown): Entry[];
}
