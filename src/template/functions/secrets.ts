import type { Entry } from "../../core/entry.ts";
import type { RenderContext } from "../../core/template.ts";
import { notText } from "../values.ts";
import { text, type TemplateFunction } from "./definition.ts";
import { found, matchesOf, type Pair, pairOf, textOf } from "./keys.ts";

export const SECRET_FUNCTIONS: readonly TemplateFunction[] = [
  {
    name: "secret",
    signature: "secret(key)",
    doc: "The opened value of a key that has to be sealed; plain text there is an error. getv opens sealed values too, and takes plain ones.",
    example: 'password = {{ secret("/db/password") }}',
    confd: "not in confd",
    call: ({ reader }, key) => asText(reader.secret(found(reader.entry(text(key)), text(key), "secret"), text(key), ["remora"]), text(key)),
  },
  {
    name: "cget",
    signature: "cget(key)",
    doc: "The pair {key, value} of a value that crypt or Remora sealed.",
    example: '{{ cget("/db/password").value }}',
    confd: "in no release; as it was merged for crypt once (#210), with members written small",
    call: ({ reader }, key) => pairOfSealed(reader, found(reader.entry(text(key)), text(key), "cget"), text(key)),
  },
  {
    name: "cgetv",
    signature: "cgetv(key)",
    doc: "The value of the key, which crypt or Remora sealed.",
    example: '{{ cgetv("/db/password") }}',
    confd: "in no release; as it was merged for crypt once (#210)",
    call: ({ reader }, key) => asText(reader.secret(found(reader.entry(text(key)), text(key), "cgetv"), text(key), ["remora", "crypt"]), text(key)),
  },
  {
    name: "cgets",
    signature: "cgets(glob)",
    doc: "All pairs {key, value} whose key matches, each of them sealed by crypt or Remora, sorted by key.",
    example: '{% for p in cgets("/users/*") %}{{ p.key | base }} {{ p.value }}\n{% endfor %}',
    confd: "in no release; as it was merged for crypt once (#210), with members written small",
    call: ({ reader }, glob) => pairsOfSealed(reader, text(glob)),
  },
  {
    name: "cgetvs",
    signature: "cgetvs(glob)",
    doc: "All values whose key matches, each of them sealed by crypt or Remora, sorted by value.",
    example: '{{ cgetvs("/tokens/*") | join("\n") }}',
    confd: "in no release; as it was merged for crypt once (#210)",
    call: ({ reader }, glob) => pairsOfSealed(reader, text(glob)).map(textOf).sort(),
  },
];

function pairsOfSealed(reader: RenderContext["reader"], glob: string): readonly Pair[] {
  return matchesOf(reader, glob).map((entry) => pairOfSealed(reader, entry, glob));
}

function pairOfSealed(reader: RenderContext["reader"], entry: Entry, name: string): Pair {
  return pairOf(entry, reader.secret(entry, name, ["remora", "crypt"]));
}

function asText(value: Pair["value"], key: string): string {
  if (typeof value !== "string") throw notText(key);
  return value;
}
