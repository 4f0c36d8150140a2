import type { ServiceSettings } from "../core/configuration.ts";
import { AppError } from "../core/error.ts";
import { toAddressSpec, toProbe } from "../registrar/index.ts";
import { setting } from "../schema/setting.ts";
import { isTable, type Path, type Problem, readTable, type Values } from "../schema/table.ts";
import { durationBetween, name, oneOf, ports, record, texts, wholeNumber } from "../schema/values.ts";

/** The name of the tables in remora.toml: [[service]]. */
export const SERVICE_TABLE = "service";

const MOST_IN_A_ROW = 100;

/** Keys of a [[service]]. */
export const SERVICE_KEYS = {
  name: setting(name, { doc: "The service that this container is an instance of", required: true }),
  port: setting(ports, { doc: "Where it listens; several are an instance each", required: true }),
  id: setting(name, { doc: "Unique in the whole registry; without, NAME-HOSTNAME-PORT" }),
  tags: setting(texts, { doc: "Tags, in the order in which they are registered", default: [] }),
  attributes: setting(record, { doc: "Attributes, each a text" }),
  address: setting(texts, { doc: "How its address is chosen, instead of [registrar] address", default: [] }),
  checks: setting(texts, { doc: 'All have to pass before it is registered: "http://127.0.0.1:8080/health", "tcp:9200", "command:pg_isready -q"', default: [] }),
  check_interval: setting(durationBetween("100ms"), { doc: "From the end of one run of a check to the next", default: "10s" }),
  check_timeout: setting(durationBetween("10ms"), { doc: "A check that takes longer fails", default: "5s" }),
  rise: setting(wholeNumber(1, MOST_IN_A_ROW), { doc: "So many good results in a row bring it back", default: 1 }),
  fall: setting(wholeNumber(1, MOST_IN_A_ROW), { doc: "So many bad results in a row take it out", default: 2 }),
  on_fail: setting(oneOf(["deregister", "critical"], "choice"), { doc: "What becomes of it then: it is deregistered, or shown as critical where the registry can", default: "deregister" }),
} as const;

/** Reads [[service]] of remora.toml; all problems are found. `registered` tells whether there is a registry to register them in. */
export function readServices(raw: unknown, { registered }: { readonly registered: boolean }): { readonly services: readonly ServiceSettings[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const services: ServiceSettings[] = [];
  for (const [index, table] of [raw ?? []].flat().entries()) {
    const path = Array.isArray(raw) ? [SERVICE_TABLE, index] : [SERVICE_TABLE];
    if (!isTable(table)) {
      problems.push({ path, part: "value", reason: "service: this is not a table", hint: "Write [[service]] on a line of its own" });
      continue;
    }
    const read = readTable(SERVICE_KEYS, table, path);
    problems.push(...read.problems);
    if (read.values === undefined) continue;
    if (!registered) problems.push({ path, part: "key", reason: "service: nothing says where to register it", hint: "Name a registry in [registrar] registries, or let the default backend be etcd, Consul or ZooKeeper" });
    const service = toService(read.values);
    problems.push(...textProblems(service, path));
    services.push(service);
  }
  return { services, problems };
}

/** A service of its checked table. */
export function toService(values: Values<typeof SERVICE_KEYS>): ServiceSettings {
  const { name, port, id, tags, attributes, address, checks, check_interval, check_timeout, rise, fall, on_fail } = values;
  return { name, ports: port, id, tags, attributes: attributes ?? {}, address, checks, checkInterval: check_interval, checkTimeout: check_timeout, rise, fall, onFail: on_fail };
}

/** What the registrar reads later is read here once, for its mistakes. */
function textProblems({ address, checks }: ServiceSettings, path: Path): Problem[] {
  return [...address.flatMap((text, index) => problemOf(toAddressSpec, text, [...path, "address", index])), ...checks.flatMap((text, index) => problemOf(toProbe, text, [...path, "checks", index]))];
}

function problemOf(read: (text: string) => unknown, text: string, path: Path): Problem[] {
  try {
    read(text);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return [{ path, part: "value", reason: `${String(path.at(-2))}: ${thrown.message}`, hint: thrown.hint }];
  }
}
