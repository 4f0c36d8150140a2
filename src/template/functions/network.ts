import type { Entry } from "../../core/entry.ts";
import { toIp } from "../../core/ip.ts";
import type { RenderContext } from "../../core/template.ts";
import { TemplateFault } from "../fault.ts";
import { memberOf } from "../members.ts";
import { shown } from "../values.ts";
import { text, type TemplateFunction } from "./definition.ts";
import { parseJson } from "./json-text.ts";
import { memo } from "./memo.ts";
import { publishedInstances, publishedServices } from "./published.ts";

export const NETWORK_FUNCTIONS: readonly TemplateFunction[] = [
  {
    name: "services",
    signature: "services(options?)",
    doc: 'All services as {name, tags}, sorted by name; followed like keys. They are those of Consul\'s catalog, or with from="/services" those that a registrar published below that prefix; from="consul" is the catalog again.',
    example: "{% for s in services() %}{{ s.name }} {% endfor %}",
    confd: "not in confd",
    call: (scope, options = {}) => allServices(scope, options),
  },
  {
    name: "service",
    signature: "service(name, options?)",
    doc: 'The instances of a service as {id, name, node, address, port, tags, meta, status}, sorted. They are those of Consul\'s catalog, or with from="/services" (or "etcd:/services") those that a registrar published below that prefix in the layout json, registrator, host, nerve or skydns2; from="consul" is the catalog again. Only passing ones unless passing=false; with tag, only those that carry it; with attributes, only those whose meta has all of them.',
    example: '{% for i in service("web", tag="v2", attributes={zone: "eu"}) %}server {{ i.address }}:{{ i.port }};{% endfor %}',
    confd: "not in confd",
    call: (scope, name, options = {}) => instances(scope, text(name), options),
  },
  {
    name: "hostPort",
    signature: "hostPort(instance)",
    doc: "ADDRESS:PORT of an instance, IPv6 in brackets; empty when its address is no IP address or its port none.",
    example: '{% for i in service("web") %}{% if hostPort(i) %}server {{ hostPort(i) }};{% endif %}{% endfor %}',
    confd: "not in confd",
    call: (_, instance) => hostPort(memberOf(instance, "address"), memberOf(instance, "port")),
  },
  lookup("lookupIP", "ip", "The IP addresses of a host name, sorted; none when it does not resolve."),
  lookup("lookupIPV4", "ipv4", "The IPv4 addresses of a host name, sorted; none when it does not resolve."),
  lookup("lookupIPV6", "ipv6", "The IPv6 addresses of a host name, sorted; none when it does not resolve."),
  {
    name: "lookupSRV",
    signature: "lookupSRV(service, protocol, name)",
    doc: "The SRV records of _service._protocol.name as {target, port, priority, weight}, sorted; none when it does not resolve.",
    example: '{% for r in lookupSRV("ldap", "tcp", "example.com") %}{{ r.target }}:{{ r.port }} {% endfor %}',
    confd: "the same; the members are written small",
    call: ({ reader }, service, protocol, name) => listOf(reader.special("dns", "srv", `_${text(service)}._${text(protocol)}.${text(name)}`)),
  },
];

function lookup(name: string, kind: string, doc: string): TemplateFunction {
  return {
    name,
    signature: `${name}(host)`,
    doc,
    example: `{{ ${name}("db.internal") | join(", ") }}`,
    confd: "the same",
    call: ({ reader }, host) => listOf(reader.special("dns", kind, text(host))),
  };
}

function allServices({ reader }: RenderContext, options: unknown): readonly unknown[] {
  const { from } = named(options, ["from"], 'services(from="/services")');
  return isCatalog(from) ? listOf(reader.special("consul", "services", "")) : publishedServices(reader, text(from));
}

/** The instances of a service that a template asks for. */
export function instances({ reader }: RenderContext, name: string, options: unknown): readonly unknown[] {
  const { from, tag, passing = true, attributes = {} } = named(options, ["from", "tag", "passing", "attributes"], 'service("web", tag="v2", passing=false)');
  const wanted = attributesOf(attributes);
  const all: readonly unknown[] = isCatalog(from) ? listOf(reader.special("consul", "service", name)) : publishedInstances(reader, text(from), name);
  return all.filter((instance) => (passing !== true || memberOf(instance, "status") === "passing") && (tag === undefined || hasTag(instance, text(tag))) && hasAll(instance, wanted));
}

/** "consul" lets a variable choose between the catalog and a prefix. */
function isCatalog(from: unknown): boolean {
  return from === undefined || from === "consul";
}

function hostPort(address: unknown, port: unknown): string {
  const ip = typeof address === "string" ? toIp(address) : undefined;
  if (ip === undefined || typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65_535) return "";
  return String(address).includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Options by their names. Throws a fault for one that is not known. */
function named(options: unknown, known: readonly string[], example: string): Readonly<Record<string, unknown>> {
  if (typeof options !== "object" || options === null) throw new TemplateFault(`its options are named, not ${shown(options)}`, { hint: `Write ${example}` });
  const unknown = Object.keys(options).find((option) => option !== "__keywords" && !known.includes(option));
  if (unknown !== undefined) throw new TemplateFault(`there is no option "${unknown}"`, { hint: `It knows ${known.join(", ")}` });
  return options as Readonly<Record<string, unknown>>;
}

function attributesOf(attributes: unknown): readonly (readonly [string, string])[] {
  if (typeof attributes !== "object" || attributes === null || Array.isArray(attributes)) throw new TemplateFault(`attributes are an object, not ${shown(attributes)}`, { hint: 'Write attributes={zone: "eu"}' });
  return Object.entries(attributes).map(([key, value]) => [key, text(value)] as const);
}

function hasAll(instance: unknown, wanted: readonly (readonly [string, string])[]): boolean {
  const meta = memberOf(instance, "meta");
  return wanted.every(([key, value]) => memberOf(meta, key) === value);
}

function hasTag(instance: unknown, tag: string): boolean {
  const tags = memberOf(instance, "tags");
  return Array.isArray(tags) && tags.includes(tag);
}

/** The list that a backend wrote into an entry, read once for each entry. */
function listOf(entry: Entry | undefined): readonly unknown[] {
  if (entry === undefined) return [];
  return memo(entry, "json", () => {
    const parsed = parseJson(String(entry.value));
    if (!Array.isArray(parsed)) throw new TemplateFault(`the backend answered ${shown(parsed)} for "${entry.key}", not a list`);
    return Object.freeze(parsed);
  });
}
