import { compareBytes } from "../bytes.ts";
import type { GoFunctionDefinition } from "../engine/definition.ts";
import { withType } from "../values.ts";

const ORIGINAL = "the same; in abtreece's line";
type GoMap = Map<string, unknown> | Readonly<Record<string, unknown>>;

export const MAP_FUNCTIONS: readonly GoFunctionDefinition[] = [
  {
    name: "map",
    signature: "map(keysAndValues ...interface {}) map[string]interface {}",
    doc: "A map of the given keys and values, by turns.",
    example: '{{template "site" (map "name" "shop" "port" 80)}}',
    original: "the same",
    call: (_, ...values: unknown[]) => mapOf(values),
  },
  {
    name: "dict",
    signature: "dict(keysAndValues ...interface {}) map[string]interface {}",
    doc: "Another name of `map`.",
    example: '{{include "site.tmpl" (dict "name" "shop")}}',
    original: ORIGINAL,
    call: (_, ...values: unknown[]) => mapOf(values),
  },
  {
    name: "hasKey",
    signature: "hasKey(map map[string]interface {}, key string) bool",
    doc: "Whether the map has the key.",
    example: '{{if hasKey (json (getv "/db")) "port"}}port{{end}}',
    original: ORIGINAL,
    call: (_, map: GoMap, key: string) => (map instanceof Map ? map.has(key) : Object.hasOwn(map, key)),
  },
  {
    name: "keys",
    signature: "keys(map map[string]interface {}) []string",
    doc: "The keys of a map, sorted.",
    example: '{{range keys (json (getv "/db"))}}{{.}} {{end}}',
    original: ORIGINAL,
    call: (_, map: GoMap) => withType(entriesOf(map).map(([key]) => key), "[]string"),
  },
  {
    name: "values",
    signature: "values(map map[string]interface {}) []interface {}",
    doc: "The values of a map, sorted by their keys.",
    example: '{{range values (json (getv "/db"))}}{{.}} {{end}}',
    original: ORIGINAL,
    call: (_, map: GoMap) => entriesOf(map).map(([, value]) => value),
  },
  {
    name: "pluck",
    signature: "pluck(key string, maps ...map[string]interface {}) []interface {}",
    doc: "What each of the maps has under the key, where it has it.",
    example: '{{pluck "port" (dict "port" 80) (dict "port" 81)}}',
    original: ORIGINAL,
    call: (_, key: string, ...maps: GoMap[]) => maps.flatMap((map) => entriesOf(map).filter(([name]) => name === key).map(([, value]) => value)),
  },
];

function mapOf(values: readonly unknown[]): Map<string, unknown> {
  if (values.length % 2 !== 0) throw new Error("invalid map call");
  const made = new Map<string, unknown>();
  for (let at = 0; at < values.length; at += 2) {
    const key = values[at];
    if (typeof key !== "string") throw new Error("map keys must be strings");
    made.set(key, values[at + 1]);
  }
  return made;
}

function entriesOf(map: GoMap): [string, unknown][] {
  const entries = map instanceof Map ? [...map] : Object.entries(map);
  return entries.sort(([one], [other]) => compareBytes(one, other));
}
