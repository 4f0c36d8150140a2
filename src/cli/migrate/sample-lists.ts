import { listsOf, type SampleLists } from "../../backends/sample-lists.ts";
import type { Key } from "../../core/key.ts";
import type { Candidates } from "../../migrate/index.ts";

const SERVICES = ["a", "b"];
const ADDRESSES: Readonly<Record<string, readonly string[]>> = { ip: ["10.0.0.1", "fd00::1"], ipv4: ["10.0.0.1", "10.0.0.2"], ipv6: ["fd00::1", "fd00::2"] };

/** What backends make of what is asked for, "health:web" or "ip:db.local": two passing instances of each service and a critical one. */
export function sampleLists(asked: ReadonlySet<string>, candidates: Candidates): SampleLists {
  const places = [...asked].map((key) => [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)] as const);
  const named = places.flatMap(([kind, name]) => (kind === "health" || kind === "service" ? [name] : []));
  const all = places.some(([kind]) => kind === "catalog" || kind === "services") ? SERVICES : [];
  const instances = [...new Set([...named, ...all])].flatMap((name) => instancesOf(name, candidates));
  const addresses = places.flatMap(([kind, name]) => (ADDRESSES[kind] ?? []).map((address, index) => [`/dns:${kind}/${name}/${index}`, address] as const));
  return listsOf([...instances, ...addresses].map(([key, value]) => ({ key: key as Key, value, revision: 1 })), "samples");
}

function instancesOf(name: string, { tags, metas }: Candidates): readonly (readonly [string, string])[] {
  // Tags are no set in order: whoever registers them may write them in any.
  const kinds = [
    { node: "node-1", address: "10.0.0.1", port: "8080", status: "passing", tags: [...tags].sort().reverse(), metas },
    { node: "node-2", address: "fd00::2", port: "80", status: "passing", tags: tags.slice(0, 1), metas: [] },
    { node: "node-2", address: "10.0.0.3", port: "8082", status: "critical", tags, metas },
  ];
  return kinds.flatMap(({ tags: own, metas: named, ...fields }, index) => [
    ...Object.entries(fields).map(([field, value]) => [`/consul:service/${name}/${index}/${field}`, value] as const),
    ...own.map((tag, at) => [`/consul:service/${name}/${index}/tags/${at}`, tag] as const),
    ...named.map((meta) => [`/consul:service/${name}/${index}/meta/${meta}`, `"${meta}" & <1>`] as const),
  ]);
}
