import type { Entry } from "../core/entry.ts";
import { AppError } from "../core/error.ts";
import type { Key } from "../core/key.ts";

/** The JSON text of a list that a backend would make: of "service:web" of Consul, or "ip:db.local" of DNS. Empty where there is no sample. */
export type SampleLists = (backend: string, key: Key) => string;

/** Members of tables and items of lists, put together again from keys. */
interface Branch {
  readonly [name: string]: Branch | string;
}

/** Reads the tables "consul:service", with a list of instances by service, and "dns:ip" and its like, with a list of addresses by name. */
export function listsOf(entries: readonly Entry[], path: string): SampleLists {
  const tree: Record<string, Branch | string> = Object.create(null);
  for (const { key, value } of entries) plant(tree, key.slice(1).split("/"), String(value));
  const services = Object.entries(branch(tree["consul:service"])).map(([name, list]) => [name, items(list).map((item, index) => instance(name, item, index, path))] as const);
  const lists = new Map<string, unknown>(services.map(([name, list]) => [`consul service:${name}`, list]));
  for (const [name, list] of services) lists.set(`consul health:${name}`, list.map(asHealth));
  lists.set("consul catalog:", services.map(([name, list]) => ({ Name: name, Tags: [...new Set(list.flatMap(({ tags }) => tags))].sort() })));
  lists.set("consul services:", services.map(([name, list]) => ({ name, tags: [...new Set(list.flatMap(({ tags }) => tags))].sort() })));
  for (const kind of ["ip", "ipv4", "ipv6"]) for (const [name, list] of Object.entries(branch(tree[`dns:${kind}`]))) lists.set(`dns ${kind}:${name}`, items(list).map(String).sort());
  for (const [name, list] of Object.entries(branch(tree["dns:srv"]))) lists.set(`dns srv:${name}`, items(list).map((item) => record(branch(item), path)));
  return (backend, key) => JSON.stringify(lists.get(`${backend} ${key}`) ?? []);
}

/** As consul-template's functions see an instance. */
function asHealth({ id, name, node, address, port, tags, meta, status }: ReturnType<typeof instance>) {
  return { Node: node, NodeID: "", NodeAddress: address, NodeTaggedAddresses: {}, NodeMeta: {}, ServiceMeta: { ...meta }, Address: address, ServiceTaggedAddresses: {}, ID: id, Name: name, Tags: [...tags].sort(), Checks: [], Status: status, Port: port, Weights: { Passing: 1, Warning: 1 } };
}

function plant(tree: Record<string, Branch | string>, [name = "", ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) tree[name] = value;
  else plant((tree[name] ??= Object.create(null)) as Record<string, Branch | string>, rest, value);
}

function branch(at: Branch | string | undefined): Branch {
  return typeof at === "object" ? at : {};
}

/** Of a list, or of one thing in its place. */
function items(at: Branch | string): readonly (Branch | string)[] {
  if (typeof at === "string") return [at];
  const names = Object.keys(at);
  return names.every((name) => /^\d+$/.test(name)) ? names.sort((a, b) => Number(a) - Number(b)).flatMap((name) => at[name] ?? []) : [at];
}

function instance(name: string, item: Branch | string, index: number, path: string) {
  if (typeof item === "string") throw refused(path, `an instance of "${name}" is a text`, "Write { address: 10.0.0.5, port: 8080, tags: [v2], meta: { zone: eu } }");
  const { id = `${name}-${index + 1}`, node = "", address = "", port = "0", tags = {}, meta = {}, status = "passing", ...others } = item;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw refused(path, `an instance of "${name}" has no "${unknown}"`, "It has id, node, address, port, tags, meta and status");
  return { id, name, node, address, port: wholeNumber(port, path), tags: items(tags).map(String), meta: branch(meta), status };
}

function record(item: Branch, path: string) {
  const { target = "", port = "0", priority = "0", weight = "0" } = item;
  return { target, port: wholeNumber(port, path), priority: wholeNumber(priority, path), weight: wholeNumber(weight, path) };
}

function wholeNumber(text: Branch | string, path: string): number {
  if (typeof text === "string" && /^\d{1,5}$/.test(text)) return Number(text);
  throw refused(path, `"${typeof text === "string" ? text : "a table"}" is not a number of a port, a priority or a weight`);
}

function refused(path: string, why: string, hint?: string): AppError {
  return new AppError("CONFIG_INVALID", `Cannot read "${path}": ${why}`, { hint });
}
