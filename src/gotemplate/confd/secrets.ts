import { compareBytes } from "../bytes.ts";
import type { Entry, Value } from "../../core/entry.ts";
import type { GoFunctionDefinition, Scope } from "../engine/definition.ts";
import { matching, needed, pairOf, text } from "./keys.ts";
import { withType } from "../values.ts";

const ORIGINAL = "in no release; as it was merged for crypt once (#210)";

export const SECRET_FUNCTIONS: readonly GoFunctionDefinition[] = [
  {
    name: "cget",
    signature: "cget(key string) memkv.KVPair",
    doc: "The pair of a value that crypt or Remora sealed.",
    example: '{{(cget "/db/password").Value}}',
    original: ORIGINAL,
    reads: "key",
    call: (scope, key: string) => {
      const entry = needed(scope, key);
      return pairOf(entry, opened(scope, entry, key));
    },
  },
  {
    name: "cgetv",
    signature: "cgetv(key string) string",
    doc: "The value of the key, which crypt or Remora sealed.",
    example: '{{cgetv "/db/password"}}',
    original: ORIGINAL,
    reads: "key",
    call: (scope, key: string) => text(opened(scope, needed(scope, key), key)),
  },
  {
    name: "cgets",
    signature: "cgets(pattern string) memkv.KVPairs",
    doc: "All pairs whose key matches, each of them sealed by crypt or Remora, sorted by key.",
    example: '{{range cgets "/users/*"}}{{base .Key}} {{.Value}}{{end}}',
    original: ORIGINAL,
    reads: "glob",
    call: (scope, pattern: string) => withType(matching(scope, pattern).map((entry) => pairOf(entry, opened(scope, entry, pattern))), "memkv.KVPairs"),
  },
  {
    name: "cgetvs",
    signature: "cgetvs(pattern string) []string",
    doc: "All values whose key matches, each of them sealed by crypt or Remora, sorted by value.",
    example: '{{join (cgetvs "/tokens/*") ","}}',
    original: ORIGINAL,
    reads: "glob",
    call: (scope, pattern: string) => withType(matching(scope, pattern).map((entry) => text(opened(scope, entry, pattern))).sort(compareBytes), "[]string"),
  },
];

function opened({ reader }: Scope, entry: Entry, name: string): Value {
  return reader.secret(entry, name, ["remora", "crypt"]);
}
