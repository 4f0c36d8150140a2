import type { GoFunctionDefinition } from "../engine/definition.ts";
import { quote } from "../quote.ts";
import { sprintf } from "../printf.ts";
import { elementAt, entriesOf, GoInteger, GoStruct, integerOf, isTrue, kindOf, typeOf, unpack, withType } from "../values.ts";
import { fn, wrapping } from "./definition.ts";
import { PAIR } from "./keys.ts";
import { parseInt64 } from "./parse.ts";

const LONGEST_LOOP = 1_000_000n;
const MAP = "map[string]interface {}";

export const COLLECTION_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("in(list interface {}, value interface {}) bool", "Whether a value is in a list, or a text in a text.", '{{if in .Tags "v2"}}new{{end}}', (_, list: unknown, value: unknown) => isIn(list, value)),
  fn("contains(value interface {}, list interface {}) bool", "As `in`, the other way around.", '{{if .Tags | contains "v2"}}new{{end}}', (_, value: unknown, list: unknown) => isIn(list, value)),
  some("containsAll", "Whether all of the values are in the list", (values, list) => values.every((value) => isIn(list, value))),
  some("containsAny", "Whether any of the values is in the list", (values, list) => values.some((value) => isIn(list, value))),
  some("containsNone", "Whether none of the values is in the list", (values, list) => !values.some((value) => isIn(list, value))),
  some("containsNotAll", "Whether any of the values is not in the list", (values, list) => !values.every((value) => isIn(list, value))),
  fn(`explode(pairs []${PAIR}) ${MAP}`, "Pairs as maps in maps, by the parts of their keys.", '{{with tree "app" | explode}}{{.db.host}}{{end}}', (_, pairs: readonly GoStruct[]) => exploded("explode", pairs.map(({ fields }) => [String(fields.get("Key")), fields.get("Value")]))),
  fn(`explodeMap(map ${MAP}) ${MAP}`, "A map whose names have slashes as maps in maps.", '{{explodeMap (parseJSON "{\\"a/b\\": 1}")}}', (_, map: object) => exploded("explodeMap", entriesOf(map).map(([key, value]) => [String(key), unpack(value) ?? null]))),
  fn(`mergeMap(map ${MAP}, more ${MAP}) ${MAP}`, "The first map with what only the second has, maps in them likewise.", '{{$all := mergeMap $own $shared}}', (_, map: object, more: object) => merged(map, more, false)),
  fn(`mergeMapWithOverride(map ${MAP}, more ${MAP}) ${MAP}`, "The first map with what the second has, which wins.", '{{$all := mergeMapWithOverride $shared $own}}', (_, map: object, more: object) => merged(map, more, true)),
  fn("loop(bounds ...interface {}) []int64", "The whole numbers from 0, or from the first bound, to the last without it.", "{{range loop 1 4}}worker-{{.}} {{end}}", (_, ...bounds: unknown[]) => looped(bounds)),
  fn(`byKey(pairs []${PAIR}) map[string]map[string]${PAIR}`, "Pairs by the first part of their keys, and within by the rest.", '{{range $name, $pairs := tree "sites" | byKey}}{{$name}}{{range $pairs}} {{.Key}}={{.Value}}{{end}}\n{{end}}', (_, pairs: readonly GoStruct[]) => byKey(pairs)),
];

function some(name: string, what: string, test: (values: readonly unknown[], list: unknown) => boolean): GoFunctionDefinition {
  return fn(`${name}(values []interface {}, list interface {}) bool`, `${what}.`, `{{if .Tags | ${name} (parseJSON "[\\"v2\\"]")}}yes{{end}}`, (_, values: readonly unknown[], list: unknown) => test(values.map((_each, index) => unpack(elementAt(values, index))), list));
}

/** Numbers are compared with their like, texts with texts. */
function isIn(list: unknown, value: unknown): boolean {
  if (typeof list === "string") return typeof value === "string" && list.includes(value);
  if (kindOf(list) !== "slice") return false;
  return Array.from({ length: (list as readonly unknown[]).length }, (_, index) => unpack(elementAt(list, index))).some((item) => {
    const kind = kindOf(item);
    if (kind !== kindOf(value)) return false;
    if (kind === "int") return integerOf(item) === integerOf(value);
    return (kind === "float" || kind === "string") && item === value;
  });
}

type Tree = Map<string, unknown>;

function exploded(name: string, pairs: readonly (readonly [string, unknown])[]): Tree {
  const tree: Tree = new Map();
  for (const [key, value] of pairs) plant(name, tree, key, value, key);
  return tree;
}

function plant(name: string, tree: Tree, key: string, value: unknown, path: string): void {
  const slash = key.indexOf("/");
  if (slash < 0) {
    if (key !== "") tree.set(key, value);
    return;
  }
  const top = key.slice(0, slash);
  if (!tree.has(top)) tree.set(top, new Map());
  const inner = tree.get(top);
  if (!(inner instanceof Map)) throw new Error(`${name}: not a map: ${quote(path)}: ${quote(top)} already has value ${sprintf("%q", [inner])}`);
  plant(name, inner, key.slice(slash + 1), value, key);
}

/** The first map with what only the second has, maps in them likewise; `isOver`: what the second has wins. */
export function merged(map: object, more: object, isOver: boolean): Tree {
  const result: Tree = new Map(entriesOf(map).map(([key, value]) => [String(key), unpack(value) ?? null]));
  for (const [key, packed] of entriesOf(more)) {
    const [name, value, own] = [String(key), unpack(packed) ?? null, result.get(String(key))];
    if (kindOf(own) === "map" && kindOf(value) === "map") result.set(name, merged(own as object, value as object, isOver));
    else if (isOver || !isTrue(own)) result.set(name, value);
  }
  return result;
}

function looped(bounds: readonly unknown[]): GoInteger[] {
  if (bounds.length !== 1 && bounds.length !== 2) throw new Error(`loop: wrong number of arguments, expected 1 or 2, but got ${bounds.length}`);
  const [from, to] = (bounds.length === 1 ? [0n, bounds[0]] : bounds).map(bound) as [bigint, bigint];
  const length = to > from ? to - from : 0n;
  if (length > LONGEST_LOOP) throw new Error(`a loop of ${length} rounds is too long`);
  return withType(Array.from({ length: Number(length) }, (_, index) => new GoInteger("int64", from + BigInt(index))), "[]int64");
}

function bound(value: unknown): bigint {
  if (kindOf(value) === "int" || kindOf(value) === "uint") return integerOf(value);
  if (typeof value === "string") return wrapping("parseInt", () => parseInt64(value)).value;
  throw new Error(`loop: bad argument type: ${typeOf(value)}`);
}

function byKey(pairs: readonly GoStruct[]): Map<string, Map<string, GoStruct>> {
  const groups = new Map<string, Map<string, GoStruct>>();
  for (const one of pairs) {
    const [top = "", ...rest] = String(one.fields.get("Key")).split("/");
    const key = rest.join("/");
    if (key === "") continue;
    const group = groups.get(top) ?? withType(new Map<string, GoStruct>(), `map[string]${PAIR}`);
    groups.set(top, group.set(key, withKey(one, key)));
  }
  return withType(groups, `map[string]map[string]${PAIR}`);
}

function withKey({ type, fields }: GoStruct, key: string): GoStruct {
  return new GoStruct(type, { ...Object.fromEntries(fields), Key: key });
}
