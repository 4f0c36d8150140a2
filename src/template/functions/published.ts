import type { Entry } from "../../core/entry.ts";
import type { Reader, ServiceInstance } from "../../core/template.ts";
import { parseJson } from "./json-text.ts";
import { memo } from "./memo.ts";

/** The instances of a service that a registrar published below a prefix, in the layouts json, registrator, host, nerve and skydns2; sorted by id. */
export function publishedInstances(reader: Reader, prefix: string, name: string): readonly ServiceInstance[] {
  const entries = reader.entries(`${prefix}/${name}`);
  return memo(entries, `instances of ${name}`, () => {
    const own = pathOf(`${prefix}/${name}/`);
    const found = entries.flatMap((entry) => (entry.key.startsWith(own) ? (instanceOf(entry, entry.key.slice(own.length), name) ?? []) : []));
    return Object.freeze(found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.port - b.port)));
  });
}

/** All services below a prefix as {name, tags}, sorted by name. */
export function publishedServices(reader: Reader, prefix: string): readonly { readonly name: string; readonly tags: readonly string[] }[] {
  const entries = reader.entries(prefix);
  return memo(entries, "services", () => {
    const start = pathOf(`${prefix}/`);
    const tags = new Map<string, Set<string>>();
    for (const entry of entries) {
      const [name = "", ...rest] = entry.key.startsWith(start) ? entry.key.slice(start.length).split("/") : [];
      const instance = rest.length === 0 ? undefined : instanceOf(entry, rest.join("/"), name);
      if (instance === undefined) continue;
      const known = tags.get(name) ?? new Set();
      tags.set(name, known);
      for (const tag of instance.tags) known.add(tag);
    }
    return Object.freeze([...tags].map(([name, all]) => plain({ name, tags: Object.freeze([...all].sort()) })).sort((a, b) => (a.name < b.name ? -1 : 1)));
  });
}

/** What a key says of an instance; undefined for one that somebody else put there. */
function instanceOf({ value }: Entry, path: string, name: string): ServiceInstance | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (text.startsWith("{")) return ofJson(text, path, name);
  const [, port, isHost] = /^(?:(\d+)\/)?(host)$/.exec(path) ?? [];
  if (isHost !== undefined) return isAddress(text) ? instance({ id: port === undefined ? name : `${name}:${port}`, name, address: text, port: Number(port ?? 0) }) : undefined;
  const [, ipv6, ipv4, number] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = ipv6 ?? ipv4;
  return address === undefined || path.includes("/") ? undefined : instance({ id: path, name, address, port: Number(number) });
}

function ofJson(text: string, path: string, name: string): ServiceInstance | undefined {
  const data = objectOf(text);
  const address = data?.["address"] ?? data?.["host"];
  const port = Number(data?.["port"]);
  if (data === undefined || typeof address !== "string" || !Number.isInteger(port)) return undefined;
  const { id, tags, attributes, labels, health, node } = data;
  return instance({
    id: typeof id === "string" ? id : path,
    name,
    address,
    port,
    tags: Array.isArray(tags) ? tags.map(String) : [],
    meta: textsOf(attributes ?? labels),
    status: typeof health === "string" ? health : "passing",
    node: typeof node === "string" ? node : "",
  });
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return parseJson(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
}

function instance({ tags = [], meta = {}, status = "passing", node = "", ...rest }: Pick<ServiceInstance, "id" | "name" | "address" | "port"> & Partial<ServiceInstance>): ServiceInstance {
  return plain({ ...rest, node, tags: Object.freeze([...tags]), meta: plain(meta), status });
}

/** Without a prototype, as all data of templates. */
function plain<T extends object>(value: T): T {
  return Object.freeze(Object.assign(Object.create(null) as T, value));
}

function isAddress(text: string): boolean {
  return /^[0-9A-Fa-f:.]+$/.test(text) || /^[A-Za-z0-9.-]+$/.test(text);
}

/** "etcd:/services/" is "/services/" of another backend. */
function pathOf(name: string): string {
  return `/${name.replace(/^[A-Za-z][\w-]*(?:@[\w.-]+)?:(?=\/)/, "")}`.replace(/\/+/g, "/");
}
