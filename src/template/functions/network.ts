import type { Entry } from "../../core/entry.ts";
import type { RenderContext } from "../../core/template.ts";
import { TemplateFault } from "../fault.ts";
import { memberOf } from "../members.ts";
import { shown } from "../values.ts";
import { text, type TemplateFunction } from "./definition.ts";
import { parseJson } from "./json-text.ts";
import { memo } from "./memo.ts";

export const NETWORK_FUNCTIONS: readonly TemplateFunction[] = [
  {
    name: "services",
    signature: "services()",
    doc: "All services of Consul's catalog as {name, tags}, sorted by name; followed like keys.",
    example: "{% for s in services() %}{{ s.name }} {% endfor %}",
    confd: "not in confd",
    call: ({ reader }) => listOf(reader.special("consul", "services", "")),
  },
  {
    name: "service",
    signature: "service(name, options?)",
    doc: "The instances of a service in Consul's catalog as {id, name, node, address, port, tags, meta, status}. Only passing ones unless passing=false; with tag, only those that carry it.",
    example: '{% for i in service("web", tag="v2") %}server {{ i.address }}:{{ i.port }};{% endfor %}',
    confd: "not in confd",
    call: (scope, name, options = {}) => instances(scope, text(name), options),
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

const SERVICE_OPTIONS = new Set(["tag", "passing", "__keywords"]);

function instances({ reader }: RenderContext, name: string, options: unknown): readonly unknown[] {
  if (typeof options !== "object" || options === null) throw new TemplateFault(`its options are named, not ${shown(options)}`, { hint: 'Write service("web", tag="v2", passing=false)' });
  const unknown = Object.keys(options).find((option) => !SERVICE_OPTIONS.has(option));
  if (unknown !== undefined) throw new TemplateFault(`there is no option "${unknown}"`, { hint: "It knows tag and passing" });
  const { tag, passing = true } = options as { tag?: unknown; passing?: unknown };
  const all = listOf(reader.special("consul", "service", name));
  return all.filter((instance) => (passing !== true || memberOf(instance, "status") === "passing") && (tag === undefined || hasTag(instance, text(tag))));
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
