import { compareBytes } from "../../bytes.ts";
import type { GoFunctionDefinition } from "../../engine/definition.ts";
import { elementAt, entriesOf, kindOf, lookUp, unpack, withType } from "../../values.ts";
import { merged } from "../collections.ts";
import { fn } from "../definition.ts";
import { both } from "./both.ts";
import { textOf } from "./cast.ts";

const DICT = "dict map[string]interface {}";
const ORDER = "the same, sorted; there they come in another order each time";

export const SPRIG_MAP_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("sprig_dict(keysAndValues ...interface {}) map[string]interface {}", "A map of the given keys and values, by turns; a last key without a value has the empty text.", '{{$m := sprig_dict "name" "shop"}}', (_, ...values: unknown[]) => {
    const made = new Map<string, unknown>();
    for (let at = 0; at < values.length; at += 2) made.set(textOf(values[at]), at + 1 < values.length ? values[at + 1] : "");
    return made;
  }),
  fn(`sprig_get(${DICT}, key string) interface {}`, "The value of the key, the empty text where there is none.", '{{sprig_get (sprig_dict "name" "shop") "name"}}', (_, dict: object, key: string) => member(dict, key) ?? (has(dict, key) ? null : "")),
  fn(`sprig_set(${DICT}, key string, value interface {}) map[string]interface {}`, "The map itself, with this value.", '{{$_ := sprig_set $m "port" 80}}', (_, dict: object, key: string, value: unknown) => put(dict, key, value)),
  fn(`sprig_unset(${DICT}, key string) map[string]interface {}`, "The map itself, without the key.", '{{$_ := sprig_unset $m "port"}}', (_, dict: object, key: string) => {
    if (dict instanceof Map) dict.delete(key);
    else delete (dict as Record<string, unknown>)[key];
    return dict;
  }),
  fn(`sprig_hasKey(${DICT}, key string) bool`, "Whether the map has the key.", '{{if sprig_hasKey $m "port"}}port{{end}}', (_, dict: object, key: string) => has(dict, key)),
  fn("sprig_pluck(key string, dicts ...map[string]interface {}) []interface {}", "What each of the maps has under the key, where it has it.", '{{sprig_pluck "port" $own $shared | sprig_first}}', (_, key: string, ...dicts: object[]) => dicts.flatMap((dict) => (has(dict, key) ? [member(dict, key)] : []))),
  fn("sprig_keys(dicts ...map[string]interface {}) []string", "The keys of the maps, those of each sorted.", '{{range sprig_keys $m}}{{.}} {{end}}', (_, ...dicts: object[]) => withType(dicts.flatMap((dict) => entriesOf(dict).map(([key]) => String(key))), "[]string"), { original: ORDER }),
  fn(`sprig_values(${DICT}) []interface {}`, "The values of a map, sorted by their keys.", '{{range sprig_values $m}}{{.}} {{end}}', (_, dict: object) => entriesOf(dict).map(([, value]) => unpack(value) ?? null), { original: ORDER }),
  fn(`sprig_pick(${DICT}, keys ...string) map[string]interface {}`, "A map of these keys alone.", '{{sprig_pick $m "name" | toJSON}}', (_, dict: object, ...keys: string[]) => new Map(keys.filter((key) => has(dict, key)).sort(compareBytes).map((key) => [key, member(dict, key)]))),
  fn(`sprig_omit(${DICT}, keys ...string) map[string]interface {}`, "A map without these keys.", '{{sprig_omit $m "password" | toJSON}}', (_, dict: object, ...keys: string[]) => new Map(entriesOf(dict).flatMap(([key, value]) => (keys.includes(String(key)) ? [] : [[String(key), unpack(value) ?? null] as const])))),
  ...both("merge", `${DICT}, dicts ...map[string]interface {}) interface {}`, "The first map, itself, with what the others have and it has not; maps in them alike.", '{{$all := sprig_merge $own $shared}}', (_, dict: object, ...dicts: object[]) => mergeInto(dict, dicts, false)),
  ...both("mergeOverwrite", `${DICT}, dicts ...map[string]interface {}) interface {}`, "The first map, itself, with what the others have, which win where they are not empty; maps in them alike.", '{{$all := sprig_mergeOverwrite $shared $own}}', (_, dict: object, ...dicts: object[]) => mergeInto(dict, dicts, true)),
  ...both("deepCopy", "value interface {}) interface {}", "A copy, with copies of what is in it.", '{{$copy := sprig_deepCopy $m}}', (_, value: unknown) => copied(value)),
  fn("sprig_dig(arguments ...interface {}) interface {}", "What stands in a map within maps under these keys, or the default, which comes before the map.", '{{sprig_dig "db" "port" 5432 (key "app" | parseJSON)}}', (_, ...given: unknown[]) => dug(given)),
];

function has(dict: object, key: string): boolean {
  return dict instanceof Map ? dict.has(key) : Object.hasOwn(dict, key);
}

function member(dict: object, key: string): unknown {
  return unpack(lookUp(dict, key)) ?? null;
}

function put(dict: object, key: string, value: unknown): object {
  if (dict instanceof Map) dict.set(key, value);
  else Object.defineProperty(dict, key, { value, writable: true, enumerable: true, configurable: true });
  return dict;
}

function mergeInto(dict: object, others: readonly object[], isOver: boolean): object {
  for (const other of others) for (const [key, value] of merged(dict, other, isOver)) put(dict, key, value);
  return dict;
}

function copied(value: unknown): unknown {
  if (kindOf(value) === "map") return new Map(entriesOf(value as object).map(([key, item]) => [key, copied(unpack(item) ?? null)]));
  if (kindOf(value) === "slice" && Array.isArray(value)) return value.map((_, index) => copied(unpack(elementAt(value, index)) ?? null));
  return value;
}

function dug(given: readonly unknown[]): unknown {
  if (given.length < 3) throw new Error("dig needs at least three arguments");
  const [otherwise, dict] = [given.at(-2), given.at(-1)];
  let at: unknown = dict;
  for (const key of given.slice(0, -2)) {
    if (kindOf(at) !== "map" || typeof key !== "string") throw new Error("dig goes by texts through maps alone");
    if (!has(at as object, key)) return otherwise;
    at = member(at as object, key);
  }
  return at;
}
