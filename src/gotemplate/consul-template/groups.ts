import type { GoFunctionDefinition } from "../engine/definition.ts";
import { type GoStruct, integerOf, kindOf, typeOf, withType } from "../values.ts";
import { fn } from "./definition.ts";
import { parseInt64 } from "./parse.ts";
import { HEALTH, SNIPPET } from "./services.ts";

const LISTS = [`[]${HEALTH}`, `[]${SNIPPET}`];

export const GROUP_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("byTag(services interface {}) map[string][]interface {}", "What `service` or `services` gives, by tag.", '{{range $tag, $services := service "web|any" | byTag}}{{$tag}}{{range $services}} {{.Address}}{{end}}\n{{end}}', (_, services: unknown) => {
    const groups = listOf("byTag", services, LISTS).flatMap((one) => (one.fields.get("Tags") as readonly string[]).map((tag) => [tag, one] as const));
    return withType(grouped(groups, "[]interface {}"), "map[string][]interface {}");
  }),
  fn("byPort(services interface {}) map[int][]interface {}", "What `service` gives, by port.", '{{range $port, $services := service "web" | byPort}}{{$port}}: {{len $services}}\n{{end}}', (_, services: unknown) => {
    const groups = listOf("byPort", services, [`[]${HEALTH}`]).map((one) => [integerOf(one.fields.get("Port")), one] as const);
    return withType(grouped(groups, "[]interface {}"), "map[int][]interface {}");
  }),
  fn(`byMeta(names string, services []${HEALTH}) map[string][]${HEALTH}`, "What `service` gives, by the values of one or several names of their metadata; `|int` behind a name makes numbers of five digits, so that they sort.", '{{range $zone, $services := service "web" | byMeta "zone"}}{{$zone}}: {{len $services}}\n{{end}}', (_, names: string, services: readonly GoStruct[]) =>
    withType(grouped(services.map((one) => [metaKey(one, names.split(",")), one] as const), `[]${HEALTH}`), `map[string][]${HEALTH}`)),
];

function listOf(name: string, services: unknown, types: readonly string[]): readonly GoStruct[] {
  if (services === null || services === undefined) return [];
  if (kindOf(services) !== "slice" || !types.includes(typeOf(services))) throw new Error(`${name}: wrong argument type ${typeOf(services)}`);
  return services as readonly GoStruct[];
}

function grouped<Key>(pairs: readonly (readonly [Key, GoStruct])[], type: string): Map<Key, GoStruct[]> {
  const groups = new Map<Key, GoStruct[]>();
  for (const [key, one] of pairs) groups.set(key, withType([...(groups.get(key) ?? []), one], type));
  return groups;
}

function metaKey({ fields }: GoStruct, names: readonly string[]): string {
  const meta = fields.get("ServiceMeta") as ReadonlyMap<string, string>;
  return names.map((written) => valueOf(meta, written).replace(/[^a-zA-Z0-9_-]/g, "_")).join("_");
}

function valueOf(meta: ReadonlyMap<string, string>, written: string): string {
  const name = written.replace(/\|int$/, "");
  if (name === written) return meta.get(name) || `_no_${name}_`;
  const value = meta.get(name) || "0";
  try {
    return parseInt64(value).value.toString().padStart(5, "0");
  } catch {
    throw new Error(`cannot parse ${value} as number : strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`);
  }
}
