// The system's resolver: there is no other way to /etc/hosts and /etc/resolv.conf that both runtimes share.
import { lookup, resolveSrv } from "node:dns/promises";

export interface SrvRecord {
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

const NO_SUCH_NAME = ["ENOTFOUND", "ENODATA", "NXDOMAIN", "EAI_NONAME", "EAI_NODATA"];

/** The addresses of a host, sorted; family 0 is both. Empty for a name that has none; throws when it cannot be told. */
export async function addressesOf(host: string, family: 0 | 4 | 6): Promise<string[]> {
  const found = await orNone(lookup(host, { all: true, family }));
  return [...new Set(found.map(({ address }) => address))].sort();
}

/** The records of "_service._proto.name", sorted by priority, then weight (heaviest first), target and port. */
export async function servicesOf(name: string): Promise<SrvRecord[]> {
  const found = await orNone(resolveSrv(name));
  return found
    .map((record) => ({ target: record.name, port: record.port, priority: record.priority, weight: record.weight }))
    .sort((a, b) => a.priority - b.priority || b.weight - a.weight || a.target.localeCompare(b.target) || a.port - b.port);
}

async function orNone<T>(answer: Promise<T[]>): Promise<T[]> {
  try {
    return await answer;
  } catch (error) {
    if (NO_SUCH_NAME.includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}
