import { byteLength } from "../bytes.ts";
import type { GoFunctionDefinition } from "../engine/definition.ts";
import { goSort } from "../sort.ts";
import { GoStruct, typeOf, withType } from "../values.ts";

const ORIGINAL = "the same; in abtreece's line";

export const LIST_FUNCTIONS: readonly GoFunctionDefinition[] = [
  {
    name: "reverse",
    signature: "reverse(list interface {}) interface {}",
    doc: "A list of texts or pairs from its end to its beginning; anything else, also what `gets` gives, comes back as it is.",
    example: '{{range reverse (getvs "/rules/*")}}{{.}} {{end}}',
    original: "the same; `remora check` tells where it has no effect. kelseyhightower's line turns the given list around too",
    odd: ({ from: [source] }) => (source === "gets" || source === "cgets" ? `reverse has no effect on what ${source} gives, as in confd: sort by another name, or write the template in nunjucks, whose reverse has` : undefined),
    call: (_, list: unknown) => (["[]string", "[]memkv.KVPair"].includes(typeOf(list)) ? withType([...(list as unknown[])].reverse(), typeOf(list)) : list),
  },
  {
    name: "sortByLength",
    signature: "sortByLength(list []string) []string",
    doc: "The texts of a list, the shortest first. The given list is sorted itself, and of the same length they are as Go's sort leaves them.",
    example: '{{range sortByLength (ls "/sites")}}{{.}} {{end}}',
    original: "the same",
    call: (_, list: string[]) => goSort(list, (one, other) => byteLength(one) < byteLength(other)),
  },
  {
    name: "sortKVByLength",
    signature: "sortKVByLength(pairs []memkv.KVPair) []memkv.KVPair",
    doc: "The pairs of a list, the shortest key first. The given list is sorted itself, and of the same length they are as Go's sort leaves them.",
    example: '{{range sortKVByLength (gets "/paths/*")}}{{.Value}} {{end}}',
    original: "the same",
    call: (_, pairs: GoStruct[]) => withType(goSort(pairs, (one, other) => keyLength(one) < keyLength(other)).slice(), "[]memkv.KVPair"),
  },
  {
    name: "list",
    signature: "list(values ...interface {}) []interface {}",
    doc: "A list of the given values.",
    example: '{{range list "a" "b"}}{{.}} {{end}}',
    original: ORIGINAL,
    call: (_, ...values: unknown[]) => values,
  },
  {
    name: "append",
    signature: "append(list []interface {}, value interface {}) []interface {}",
    doc: "The list with one more value. It takes what `list`, `jsonArray` and `append` give.",
    example: '{{$hosts := append (list "a") "b"}}',
    original: ORIGINAL,
    call: (_, list: readonly unknown[], value: unknown) => [...list, value],
  },
];

function keyLength(pair: GoStruct): number {
  return byteLength(String(pair.fields.get("Key")));
}
