import type { Entry } from "../core/entry.ts";
import { AppError } from "../core/error.ts";
import type { Key } from "../core/key.ts";
import type { ConsulSubject } from "./consul-subject.ts";

// What consul-template's functions show of the catalog, field by field as they name it; the value of each entry is JSON.

/** What Consul does not hold queries for is asked for so often, as consul-template does. */
const POLL_MS = 15_000;

type Fields = Readonly<Record<string, unknown>>;

/** What is asked for: "web~near" is a name and a node to sort by. */
interface Asked {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string | undefined>>;
  readonly shown: string;
}

interface Kind {
  readonly what: (asked: Asked) => string;
  readonly path: (asked: Asked) => string;
  readonly value: (data: unknown, asked: Asked) => unknown;
  readonly pollMs?: number;
}

const KINDS: Readonly<Record<string, Kind>> = {
  health: {
    what: ({ shown }) => `the health of service "${shown}"`,
    path: ({ name }) => `/health/service/${encodeURIComponent(name.toWellFormed())}`,
    // Those that were asked for by their distance stay in the order in which they came.
    value: (data, { parameters }) => (parameters["near"] === undefined ? sorted(list(data).map(healthService), ["Node", "ID"]) : list(data).map(healthService)),
  },
  catalog: {
    what: () => "the services",
    path: () => "/catalog/services",
    value: (data) => sorted(Object.entries(record(data)).map(([Name, tags]) => ({ Name, Tags: tagsOf(tags) })), ["Name"]),
  },
  nodes: { what: () => "the nodes", path: () => "/catalog/nodes", value: (data, { parameters }) => (parameters["near"] === undefined ? sorted(list(data).map(nodeOf), ["Node", "Address"]) : list(data).map(nodeOf)) },
  node: {
    what: ({ shown }) => `node "${shown}"`,
    path: ({ name }) => `/catalog/node/${encodeURIComponent(name.toWellFormed())}`,
    value: (data) => (data === null || data === undefined ? null : { Node: nodeOf(record(record(data)["Node"])), Services: sorted(Object.values(record(record(data)["Services"])).map((service) => nodeService(record(service))), ["Service", "ID"]) }),
  },
  datacenters: { what: () => "the datacenters", path: () => "/catalog/datacenters", value: (data) => data ?? [], pollMs: POLL_MS },
  self: { what: () => "the agent's own node", path: () => "/agent/self", value: (data) => record(record(data)["Config"])["NodeName"] ?? "", pollMs: POLL_MS },
};

/** Entries of the kinds "health:NAME~NEAR", "catalog:", "nodes:~NEAR", "node:NAME", "datacenters:" and "self:"; undefined for another kind. */
export function nodesSubject(key: Key): ConsulSubject | undefined {
  const colon = key.indexOf(":");
  const kind = KINDS[key.slice(0, colon)];
  if (kind === undefined) return undefined;
  const shown = key.slice(colon + 1);
  const [, name = "", near] = /^([^~]*)(?:~(.*))?$/.exec(shown) ?? [];
  const asked: Asked = { name, parameters: near ? { near } : {}, shown };
  const wrong = new AppError("BACKEND_DATA", `Cannot read ${kind.what(asked)} from Consul: the answer is not in the catalog's shape`);
  return {
    query: { what: kind.what(asked), path: kind.path(asked), parameters: asked.parameters, ...(kind.pollMs === undefined ? {} : { polled: true as const }) },
    pollMs: kind.pollMs,
    entries: (data): Entry[] => [{ key, value: JSON.stringify(shaped(wrong, () => kind.value(data, asked))), revision: 0 }],
  };
}

function healthService(row: Fields): Fields {
  const [node, service] = [record(row["Node"]), record(row["Service"])];
  const checks = list(row["Checks"]);
  return {
    Node: node["Node"],
    NodeID: text(node["ID"]),
    NodeAddress: text(node["Address"]),
    NodeTaggedAddresses: record(node["TaggedAddresses"]),
    NodeMeta: record(node["Meta"]),
    ServiceMeta: record(service["Meta"]),
    Address: service["Address"] || text(node["Address"]),
    ServiceTaggedAddresses: record(service["TaggedAddresses"]),
    ID: service["ID"],
    Name: service["Service"],
    Tags: tagsOf(service["Tags"]),
    Checks: checks.map((check) => Object.fromEntries(["Node", "CheckID", "Name", "Status", "Notes", "Output", "ServiceID", "ServiceName"].map((name) => [name, text(check[name])]))),
    Status: statusOf(checks),
    Port: service["Port"] ?? 0,
    Weights: { Passing: 1, Warning: 1, ...record(service["Weights"]) },
  };
}

/** The worst; maintenance is above all. */
function statusOf(checks: readonly Fields[]): string {
  const inMaintenance = checks.some(({ CheckID }) => CheckID === "_node_maintenance" || text(CheckID).startsWith("_service_maintenance:"));
  if (inMaintenance) return "maintenance";
  return ["critical", "warning"].find((status) => checks.some(({ Status }) => Status === status)) ?? "passing";
}

function nodeOf(node: Fields): Fields {
  return { ID: text(node["ID"]), Node: text(node["Node"]), Address: text(node["Address"]), Datacenter: text(node["Datacenter"]), TaggedAddresses: record(node["TaggedAddresses"]), Meta: record(node["Meta"]) };
}

function nodeService(service: Fields): Fields {
  return { ID: text(service["ID"]), Service: text(service["Service"]), Tags: tagsOf(service["Tags"]), Meta: record(service["Meta"]), Port: service["Port"] ?? 0, Address: text(service["Address"]), EnableTagOverride: service["EnableTagOverride"] === true };
}

function list(value: unknown): readonly Fields[] {
  if (!Array.isArray(value) && value !== null && value !== undefined) throw new TypeError("not a list");
  return (value ?? []) as readonly Fields[];
}

function record(value: unknown): Fields {
  return (value ?? {}) as Fields;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function tagsOf(value: unknown): readonly string[] {
  return [...((value ?? []) as readonly string[])].sort();
}

function sorted(rows: readonly Fields[], by: readonly string[]): readonly Fields[] {
  const id = (row: Fields) => by.map((name) => String(row[name])).join("\0");
  return rows.map((row) => [id(row), row] as const).sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)).map(([, row]) => row);
}

function shaped<T>(wrong: AppError, read: () => T): T {
  try {
    return read();
  } catch {
    throw wrong;
  }
}
