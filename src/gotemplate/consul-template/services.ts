import type { Entry } from "../../core/entry.ts";
import { memo } from "../memo.ts";
import type { GoFunctionDefinition, Scope } from "../engine/definition.ts";
import { withSignature } from "../functions.ts";
import { quote } from "../quote.ts";
import { defineType, GoStruct, withType } from "../values.ts";
import { fn, withParameters } from "./definition.ts";

export const HEALTH = "*dependency.HealthService";
export const SNIPPET = "*dependency.CatalogSnippet";
const TAGS = "dependency.ServiceTags";
const FILTERS = ["any", "passing", "warning", "critical", "maintenance"];

const CHECKS = "api.HealthChecks";

defineType(CHECKS, "[]*api.HealthCheck", { AggregatedStatus: (checks) => withSignature(() => aggregated(checks as readonly GoStruct[])) });
defineType(TAGS, "[]string", { Contains: (tags) => withSignature((tag: string) => (tags as readonly string[]).includes(tag), "string") });

export const SERVICE_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn(
    `service(query string, filters ...string) []${HEALTH}`,
    'The instances of a service, sorted by node and id: `.Address` `.Port` `.ID` `.Name` `.Tags` `.Status` `.Node` `.NodeAddress` `.NodeMeta` `.ServiceMeta` `.Checks` `.Weights` and so on. The query is `TAG.NAME@DATACENTER~NEAR|FILTERS`; without filters only passing ones, with `|any` all, with `|passing,warning` either. A path, `/services/web` or `etcd:/services/v2.web`, is one that a registrar published there.',
    '{{range service "v2.web@dc1|passing,warning"}}server {{.Address}}:{{.Port}};{{end}}',
    (scope, query: string, ...filters: string[]) => (query === "" ? withType([], `[]${HEALTH}`) : service(scope, [query, ...filters].join("|"))),
    { original: "the same; a path is Remora's" },
  ),
  fn(`services(query ...string) []${SNIPPET}`, "All services with `.Name` and `.Tags`, sorted by name; `@dc2` asks another datacenter, a path those that a registrar published below it.", '{{range services}}{{.Name}} {{end}}', (scope, ...query: string[]) => services(scope, query.join("")), { original: "the same; a path is Remora's" }),
  fn("node(query ...string) *dependency.CatalogNode", "A node with `.Node` and `.Services`, `NAME@DATACENTER`; without a name that of the agent. Nothing where there is none.", '{{with node "web-1"}}{{.Node.Address}}{{range .Services}} {{.Service}}{{end}}{{end}}', (scope, ...query: string[]) => node(scope, query.join("")), { original: "the same; there one that is not there is a node with nothing in it" }),
  fn("nodes(query ...string) []*dependency.Node", "All nodes with `.Node` `.Address` `.ID` `.Datacenter` `.Meta` `.TaggedAddresses`, sorted; `@dc2` asks another datacenter, `~web-1` sorts by the distance from there.", '{{range nodes "@dc1"}}{{.Address}} {{.Node}}\n{{end}}', (scope, ...query: string[]) => nodes(scope, query.join(""))),
  fn("datacenters(ignoreFailed ...bool) []string", "The names of all datacenters, those that answer first; asked for every 15 s.", '{{range datacenters}}{{.}} {{end}}', (scope) => withType([...(asked(scope, "datacenters", AGENT) as string[])], "[]string"), { original: "the same; those that cannot be reached stay in the list" }),
];

function service(scope: Scope, query: string): GoStruct[] {
  const [, path, tag, name = "", dc = "", near = "", listed = ""] = /^(.*\/)?(?:([\w=:.-]+)\.)?([\w-]+)(?:@([\w.-]+))?(?:~([\w.-]+))?(?:\|([\w,]+))?$/s.exec(query.replace(/\?[^@~|]*/, "")) ?? [];
  if (name === "") throw new Error(`health.service: invalid format: ${quote(query)}`);
  if (/\?./.test(query)) throw withParameters("health.service", query);
  const filters = listed === "" ? ["passing"] : listed.split(",").filter((filter) => filter !== "");
  const wrong = filters.find((filter) => !FILTERS.includes(filter));
  if (wrong !== undefined) throw new Error(`health.service: invalid filter: ${quote(wrong)} in ${quote(query)}`);
  const all = path === undefined ? healthOf(scope, { name, dc, near }) : publishedHealth(scope, path.replace(/\/+$/, ""), name);
  const wanted = all.filter(({ fields }) => (filters.includes("any") || filters.includes(String(fields.get("Status")))) && (tag === undefined || hasTag(fields.get("Tags") as readonly string[], tag)));
  return withType(wanted, `[]${HEALTH}`);
}

/** Consul compares tags without regard to capital letters. */
function hasTag(tags: readonly string[], tag: string): boolean {
  return tags.some((each) => each.toLowerCase() === tag.toLowerCase());
}

function healthOf(scope: Scope, place: Place): readonly GoStruct[] {
  const entry = entryOf(scope, "health", place);
  return entry === undefined ? [] : memo(entry, "health services", () => (parsed(entry) as Fields[]).map(health));
}

/** Instances that a registrar published, with as much of consul-template's fields as is known of them. */
function publishedHealth({ published, reader }: Scope, prefix: string, name: string): readonly GoStruct[] {
  return published.instances(reader, prefix, name).map((one) =>
    health({ Node: one.node, NodeID: "", NodeAddress: one.address, NodeTaggedAddresses: {}, NodeMeta: {}, ServiceMeta: { ...one.meta }, Address: one.address, ServiceTaggedAddresses: {}, ID: one.id, Name: one.name, Tags: [...one.tags].sort(), Checks: [], Status: one.status, Port: one.port, Weights: { Passing: 1, Warning: 1 } }),
  );
}

function services(scope: Scope, query: string): GoStruct[] {
  if (/[?]/.test(query)) throw withParameters("catalog.services", query);
  const rows = query.includes("/") ? scope.published.services(scope.reader, query).map(({ name, tags: Tags }) => ({ Name: name, Tags })) : (asked(scope, "catalog", placeIn("catalog.services", query)) as Fields[]);
  return withType(rows.map((row) => new GoStruct(SNIPPET, { Name: row["Name"], Tags: tags(row["Tags"]) })), `[]${SNIPPET}`);
}

function node(scope: Scope, query: string): unknown {
  const [, name, dc = ""] = /^([\w.-]+)?(?:@([\w.-]+))?$/.exec(query) ?? [];
  if (name === undefined && query !== "" && !query.startsWith("@")) throw new Error(`catalog.node: invalid format: ${quote(query)}`);
  const found = asked(scope, "node", { name: name ?? String(asked(scope, "self", AGENT, "")), dc, near: "" }, null) as Fields | null;
  // A sample of values has no nodes.
  if (found === null || Array.isArray(found)) return undefined;
  const own = (found["Services"] as Fields[]).map((each) => struct("*dependency.CatalogNodeService", { ...each, Tags: tags(each["Tags"]) }));
  return new GoStruct("*dependency.CatalogNode", { Node: struct("*dependency.Node", found["Node"] as Fields), Services: withType(own, "[]*dependency.CatalogNodeService") });
}

function nodes(scope: Scope, query: string): GoStruct[] {
  const rows = asked(scope, "nodes", placeIn("catalog.nodes", query)) as Fields[];
  return withType(rows.map((row) => struct("*dependency.Node", row)), "[]*dependency.Node");
}

type Fields = Readonly<Record<string, unknown>>;

/** What is asked for, and in which datacenter; sorted by the distance from a node. */
interface Place {
  readonly name: string;
  readonly dc: string;
  readonly near: string;
}

/** What the agent itself knows. */
const AGENT: Place = { name: "", dc: "", near: "" };

function placeIn(what: string, query: string): Place {
  const [whole, dc = "", near = ""] = /^(?:@([\w.-]+))?(?:~([\w.-]+))?$/.exec(query) ?? [];
  if (whole === undefined) throw new Error(`${what}: invalid format: ${quote(query)}`);
  return { name: "", dc, near };
}

/** Another datacenter is a backend of its own: one that is away keeps nobody from the others. */
function entryOf({ reader }: Scope, kind: string, { name, dc, near }: Place): Entry | undefined {
  return reader.special(dc === "" ? "consul" : `consul@${dc}`, kind, near === "" ? name : `${name}~${near}`);
}

function asked(scope: Scope, kind: string, place: Place, otherwise: unknown = []): unknown {
  const entry = entryOf(scope, kind, place);
  return entry === undefined ? otherwise : (parsed(entry) ?? otherwise);
}

function parsed(entry: Entry): unknown {
  return memo(entry, "parsed", () => JSON.parse(String(entry.value)) as unknown);
}

/** An instance; its numbers are Go's whole ones. */
function health(row: Fields): GoStruct {
  const checks = ((row["Checks"] ?? []) as Fields[]).map((check) => struct("*api.HealthCheck", check));
  const tagged = Object.entries((row["ServiceTaggedAddresses"] ?? {}) as Record<string, Fields>).map(([name, address]) => [name, struct("api.ServiceAddress", address)] as const);
  const typed: Fields = {
    ServiceTaggedAddresses: withType(new Map(tagged), "map[string]api.ServiceAddress"),
    Tags: tags(row["Tags"]),
    Checks: withType(checks, CHECKS),
    Weights: struct("api.AgentWeights", (row["Weights"] ?? {}) as Fields),
  };
  // In consul-template's order.
  return struct(HEALTH, { ...Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typed[name] ?? value])), ...typed });
}

/** The worst; maintenance is above all. */
function aggregated(checks: readonly GoStruct[]): string {
  const isMaintenance = ({ fields }: GoStruct) => fields.get("CheckID") === "_node_maintenance" || String(fields.get("CheckID")).startsWith("_service_maintenance:");
  if (checks.some(isMaintenance)) return "maintenance";
  return ["critical", "warning"].find((status) => checks.some(({ fields }) => fields.get("Status") === status)) ?? "passing";
}

function tags(value: unknown): readonly string[] {
  return withType([...((value ?? []) as readonly string[])], TAGS);
}

/** Texts stay, numbers become whole, records become maps of texts. */
function struct(type: string, fields: Fields): GoStruct {
  return new GoStruct(type, Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fieldOf(value)])));
}

function fieldOf(value: unknown): unknown {
  if (typeof value === "number") return BigInt(Math.trunc(value));
  const isRecord = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isRecord ? withType(new Map(Object.entries(value)), "map[string]string") : value;
}
