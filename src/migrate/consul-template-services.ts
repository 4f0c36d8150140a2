import { literal, none } from "./arguments.ts";
import type { CallTranslation } from "./calls.ts";
import { quoted } from "./nunjucks-text.ts";
import { INT, listOf, type Member, NoCounterpart, TEXT, type Type } from "./values.ts";

const TAGS = { code: "$.tags | sort(false, true)", type: listOf(TEXT), compound: true, unsorted: "$.tags" } as const;

const STATUS_NOTE = "an instance in maintenance is critical, where consul-template says maintenance";

const MEMBERS: Readonly<Record<string, Member>> = {
  ID: { code: "$.id", type: TEXT },
  Name: { code: "$.name", type: TEXT, from: "a service's name" },
  Node: { code: "$.node", type: TEXT },
  Address: { code: "$.address", type: TEXT },
  Port: { code: "$.port", type: INT },
  Status: { code: "$.status", type: TEXT },
  Tags: TAGS,
  ServiceMeta: { code: "$.meta", type: { kind: "text map" } },
};
const PASSING: Type = { kind: "struct", name: "instance", members: MEMBERS };
const ANY: Type = { kind: "struct", name: "instance", members: { ...MEMBERS, Status: { code: "$.status", type: TEXT, note: STATUS_NOTE } } };

const SERVICE: Type = { kind: "struct", name: "item", members: { Name: { code: "$.name", type: TEXT, from: "a service's name" }, Tags: TAGS } };

const TAG_NOTE = "the tag of a service is compared with regard to capital letters, in which consul-template sees no difference";
const NAME_NOTE = "the name of a service is taken as it is: consul-template takes what is before a dot for a tag";

/** What becomes of functions about services. */
export const SERVICE_CALLS: Readonly<Record<string, CallTranslation>> = {
  service: ([query = none(), ...filters], { note }) => {
    if (query.literal === undefined && query.from !== "a service's name") throw new NoCounterpart("a service whose name is not written out");
    if (query.literal === undefined) note(NAME_NOTE);
    const asked = query.literal === undefined ? { from: undefined, tag: undefined, filters: undefined, name: query.code } : queryOf(query.literal);
    const wanted = [...(asked.filters ?? []), ...filters.flatMap((filter) => literal(filter, "a filter of services").split(","))];
    const any = wanted.includes("any");
    if (!any && wanted.some((filter) => filter !== "passing")) throw new NoCounterpart("services by a status that is not passing");
    if (asked.tag !== undefined) note(TAG_NOTE);
    const options = [...(asked.from === undefined ? [] : [`from=${quoted(asked.from)}`]), ...(asked.tag === undefined ? [] : [`tag=${quoted(asked.tag)}`]), ...(any ? ["passing=false"] : [])];
    return { code: `service(${[asked.name, ...options].join(", ")})`, type: listOf(any ? ANY : PASSING) };
  },
  services: ([query, ...others]) => {
    const path = query === undefined ? "" : literal(query, "services of a place");
    if (others.length > 0 || (path !== "" && !isPath(path))) throw new NoCounterpart("services of another datacenter");
    return { code: `services(${path === "" ? "" : `from=${quoted(path)}`})`, type: listOf(SERVICE) };
  },
};

function queryOf(query: string): { readonly from: string | undefined; readonly tag: string | undefined; readonly name: string; readonly filters: readonly string[] } {
  const [, path, tag, name, filters = ""] = /^(.*\/)?(?:([\w=:.-]+)\.)?([\w-]+)(?:\|([\w,]+))?$/s.exec(query) ?? [];
  if (name === undefined || (path !== undefined && !isPath(path))) throw new NoCounterpart("services of another datacenter, by their distance, or of a name that there cannot be");
  return { from: path?.replace(/\/+$/, ""), tag, name: quoted(name), filters: filters === "" ? [] : filters.split(",").filter((filter) => filter !== "") };
}

/** Where a registrar published services: "/services", "etcd:/services". */
function isPath(path: string): boolean {
  return /^([A-Za-z][\w-]*:)?\/[^?@~|]+$/.test(path);
}
