import { compareBytes } from "../../bytes.ts";
import type { GoFunctionDefinition } from "../../engine/definition.ts";
import { isTrue, kindOf, typeOf, withType } from "../../values.ts";
import { fn } from "../definition.ts";
import { deepEqual, itemsOf, textOf, textsOf, wholeOf } from "./cast.ts";
import { both } from "./both.ts";

const LIST = "list interface {}";

export const SPRIG_LIST_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("sprig_list(values ...interface {}) []interface {}", "A list of the given values.", '{{range sprig_list "a" "b"}}{{.}} {{end}}', (_, ...values: unknown[]) => values),
  fn("sprig_tuple(values ...interface {}) []interface {}", "Another name of `sprig_list`.", '{{range sprig_tuple "a" "b"}}{{.}} {{end}}', (_, ...values: unknown[]) => values),
  ...both("first", `${LIST}) interface {}`, "The first item, or nothing.", '{{sprig_first (sprig_list "a" "b")}}', (_, list: unknown) => itemsOf(list, "find first on")[0] ?? null),
  ...both("last", `${LIST}) interface {}`, "The last item, or nothing.", '{{sprig_last (sprig_list "a" "b")}}', (_, list: unknown) => itemsOf(list, "find last on").at(-1) ?? null),
  ...both("rest", `${LIST}) []interface {}`, "All items but the first.", '{{sprig_rest (sprig_list "a" "b")}}', (_, list: unknown) => itemsOf(list, "find rest on").slice(1)),
  ...both("initial", `${LIST}) []interface {}`, "All items but the last.", '{{sprig_initial (sprig_list "a" "b")}}', (_, list: unknown) => itemsOf(list, "find initial on").slice(0, -1)),
  ...both("append", `${LIST}, value interface {}) []interface {}`, "A list with one more item at its end.", '{{$all := sprig_append (sprig_list "a") "b"}}', (_, list: unknown, value: unknown) => [...itemsOf(list, "push on"), value]),
  ...both("push", `${LIST}, value interface {}) []interface {}`, "Another name of `sprig_append`.", '{{$all := sprig_push (sprig_list "a") "b"}}', (_, list: unknown, value: unknown) => [...itemsOf(list, "push on"), value]),
  ...both("prepend", `${LIST}, value interface {}) []interface {}`, "A list with one more item at its beginning.", '{{$all := sprig_prepend (sprig_list "b") "a"}}', (_, list: unknown, value: unknown) => [value, ...itemsOf(list, "prepend on")]),
  fn("sprig_concat(lists ...interface {}) interface {}", "One list of the items of several.", '{{range sprig_concat (sprig_list "a") (sprig_list "b")}}{{.}}{{end}}', (_, ...lists: unknown[]) => lists.flatMap((list) => {
    if (list !== null && kindOf(list) !== "slice") throw new Error(`Cannot concat type ${kindOf(list)} as list`);
    return itemsOf(list, "concat");
  })),
  ...both("reverse", `${LIST}) []interface {}`, "The items from the last to the first.", '{{range sprig_reverse (sprig_list "a" "b")}}{{.}}{{end}}', (_, list: unknown) => itemsOf(list, "find reverse on").reverse()),
  ...both("uniq", `${LIST}) []interface {}`, "Each item once, where it first stands.", '{{sprig_uniq (sprig_list "a" "b" "a")}}', ({ isOver }, list: unknown) => unique(itemsOf(list, "find uniq on"), isOver)),
  ...both("without", `${LIST}, left ...interface {}) []interface {}`, "The items but for these.", '{{sprig_without (sprig_list "a" "b") "a"}}', (_, list: unknown, ...left: unknown[]) => itemsOf(list, "find without on").filter((item) => !left.some((each) => deepEqual(each, item)))),
  ...both("has", `item interface {}, ${LIST}) bool`, "Whether the item is in the list; `1` and `1.0` are not the same.", '{{if sprig_has "a" (sprig_list "a" "b")}}yes{{end}}', (_, item: unknown, list: unknown) => list !== null && itemsOf(list, "find has on").some((each) => deepEqual(item, each))),
  ...both("compact", `${LIST}) []interface {}`, "The items that are not empty.", '{{sprig_compact (sprig_list "a" "" 0)}}', (_, list: unknown) => itemsOf(list, "compact on").filter((item) => isTrue(item))),
  ...both("slice", `${LIST}, bounds ...interface {}) interface {}`, "The items from the first bound (else from the beginning) to the one before the second (else to the end).", '{{sprig_slice (sprig_list "a" "b" "c") 1 3}}', (_, list: unknown, ...bounds: unknown[]) => sliced(list, bounds)),
  ...both("chunk", `size int, ${LIST}) [][]interface {}`, "The items in lists of so many, the last one of what is left.", '{{range sprig_chunk 2 (sprig_list 1 2 3)}}{{.}}{{end}}', (_, size: bigint, list: unknown) => chunks(Number(size), itemsOf(list, "chunk"))),
  fn(`sprig_sortAlpha(${LIST}) []string`, "The items as texts, sorted.", '{{sprig_sortAlpha (sprig_list "b" "a")}}', (_, list: unknown) => withType(kindOf(list) === "slice" ? textsOf(list).sort(compareBytes) : textsOf(list), "[]string")),
  fn(`sprig_toStrings(${LIST}) []string`, "The items as texts; nothing is left out.", '{{sprig_toStrings (sprig_list 1 2)}}', (_, list: unknown) => withType(textsOf(list), "[]string")),
  fn(`sprig_join(separator string, ${LIST}) string`, "The items as texts, with the separator between them.", '{{sprig_list "a" 1 | sprig_join ","}}', (_, separator: string, list: unknown) => textsOf(list).join(separator)),
  fn("sprig_all(values ...interface {}) bool", "Whether no value is empty.", '{{if sprig_all (env "A") (env "B")}}both{{end}}', (_, ...values: unknown[]) => values.every((value) => isTrue(value))),
  fn("sprig_any(values ...interface {}) bool", "Whether some value is not empty.", '{{if sprig_any (env "A") (env "B")}}one{{end}}', (_, ...values: unknown[]) => values.some((value) => isTrue(value))),
];

function unique(items: readonly unknown[], isOver: () => boolean): unknown[] {
  const scalars = new Set<string>();
  const others: unknown[] = [];
  return items.filter((item) => {
    if (!["slice", "map", "struct"].includes(kindOf(item))) {
      const id = `${typeOf(item)} ${textOf(item)}`;
      return !scalars.has(id) && scalars.add(id);
    }
    if (isOver()) throw new Error("exceeded maximum time");
    return !others.some((each) => deepEqual(each, item)) && others.push(item);
  });
}

function sliced(list: unknown, bounds: readonly unknown[]): unknown {
  if (list !== null && kindOf(list) !== "slice") throw new Error(`list should be type of slice or array but ${kindOf(list)}`);
  const items = itemsOf(list, "slice");
  if (items.length === 0) return null;
  const [from, to] = [bounds.length > 0 ? Number(wholeOf(bounds[0])) : 0, bounds.length > 1 ? Number(wholeOf(bounds[1])) : items.length];
  if (from < 0 || to > items.length || from > to) throw new Error("reflect.Value.Slice: slice index out of bounds");
  return withType(items.slice(from, to), typeOf(list));
}

function chunks(size: number, items: readonly unknown[]): unknown[] {
  if (size < 1) throw new Error("sprig_chunk: the size is less than 1");
  const count = Math.ceil(items.length / size);
  return withType(Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size)), "[][]interface {}");
}
