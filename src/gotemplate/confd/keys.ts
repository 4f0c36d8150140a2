import type { Entry, Value } from "../../core/entry.ts";
import { AppError } from "../../core/error.ts";
import { isEnvelope } from "../../core/opener.ts";
import type { GoFunctionDefinition, Scope } from "../engine/definition.ts";
import { compareBytes, fromBytes } from "../bytes.ts";
import { defineType, GoStruct, withType } from "../values.ts";
import { globPrefix, pathMatcher } from "../path-match.ts";
import { quote } from "../quote.ts";
import { splitName } from "../engine/narrow.ts";
import { entriesBelow, isKeyName } from "./key-names.ts";
import { wellFormed } from "./well-formed.ts";
import { listNames } from "./listing.ts";
import { memo } from "../memo.ts";

defineType("memkv.KVPairs", "[]memkv.KVPair");

export const KEY_FUNCTIONS: readonly GoFunctionDefinition[] = [
  {
    name: "exists",
    signature: "exists(key string) bool",
    doc: "Whether the key has a value, be it an empty one. A directory has none.",
    example: '{{if exists "/tls/cert"}}ssl on;{{end}}',
    original: "the same",
    reads: "key",
    odd: ({ texts }) => oddName("exists", texts[0]),
    call: (scope, key: string) => entryAt(scope, key) !== undefined,
  },
  {
    name: "get",
    signature: "get(key string) memkv.KVPair",
    doc: "The pair with `.Key` and `.Value`. The unit waits for a key that does not exist.",
    example: '{{with get "/db/host"}}{{.Key}} is {{.Value}}{{end}}',
    original: "the same; there a key that does not exist is an error that is tried again at the next change",
    reads: "key",
    odd: ({ texts }) => oddName("get", texts[0]),
    call: (scope, key: string) => pair(scope, needed(scope, key), key),
  },
  {
    name: "getv",
    signature: "getv(key string, default ...string) string",
    doc: "The value of the key, or the default where there is no such key; an empty value stays empty. Without a default the unit waits for the key. Sealed values are opened.",
    example: '{{getv "/db/host"}}:{{getv "/db/port" "5432"}}',
    original: "the same; there a key that does not exist is an error that is tried again at the next change",
    reads: "key",
    odd: ({ texts }) => oddName("getv", texts[0]),
    call: (scope, key: string, ...defaults: string[]) => {
      const entry = entryAt(scope, key);
      if (entry === undefined && defaults.length > 0) return defaults[0];
      return text(scope.reader.value(entry ?? needed(scope, key), key));
    },
  },
  {
    name: "gets",
    signature: "gets(pattern string) memkv.KVPairs",
    doc: "All pairs whose key matches, sorted by key. `*` and `?` do not cross a slash, `[a-z]` and `[^x]` are classes. No match is an empty list.",
    example: '{{range gets "/upstream/*"}}server {{.Value}};{{end}}',
    original: "the same; with `keys` in the unit, patterns that begin above them see these keys alone",
    reads: "glob",
    odd: ({ texts }) => oddPattern("gets", texts[0]),
    call: (scope, pattern: string) => withType(pairsOf(scope, matching(scope, pattern), pattern), "memkv.KVPairs"),
  },
  {
    name: "getvs",
    signature: "getvs(pattern string) []string",
    doc: "All values whose key matches, sorted by value.",
    example: '{{join (getvs "/upstream/*") ", "}}',
    original: "the same",
    reads: "glob",
    odd: ({ texts }) => oddPattern("getvs", texts[0]),
    call: (scope, pattern: string) => withType(matching(scope, pattern).map((entry) => text(scope.reader.value(entry, pattern))).sort(compareBytes), "[]string"),
  },
  {
    name: "ls",
    signature: "ls(path string) []string",
    doc: "The names right below the path, of keys and of directories, sorted. The path of a key gives its own name. `ls \"/\"` gives no directories.",
    example: '{{range ls "/sites"}}{{.}} {{end}}',
    original: "the same, with what it does at the root; `remora check` tells of it",
    reads: "prefix",
    odd: ({ texts: [path] }) => (path === "/" ? 'ls "/" gives the keys at the root and no directory, as in confd: name a directory, or write the template in nunjucks, whose ls("/") has both' : oddPath("ls", path)),
    call: (scope, path: string) => withType(listNames(scope, path, "all"), "[]string"),
  },
  {
    name: "lsdir",
    signature: "lsdir(path string) []string",
    doc: 'The names right below the path that have keys below them, sorted. `lsdir "/"` is always empty.',
    example: '{{range lsdir "/sites"}}server_name {{.}};{{end}}',
    original: "the same, with what it does at the root; `remora check` tells of it",
    reads: "directory",
    odd: ({ texts: [path] }) => (path === "/" ? 'lsdir "/" is always empty, as in confd: name a directory, or write the template in nunjucks, whose lsdir("/") is not' : oddPath("lsdir", path)),
    call: (scope, path: string) => withType(listNames(scope, path, "directories"), "[]string"),
  },
];

/** The entry of a key; undefined for a name that no key has. */
export function entryAt({ reader }: Scope, key: string): Entry | undefined {
  return isKeyName(key) ? reader.entry(key) : undefined;
}

/** The entry of a key that the template cannot be rendered without. */
export function needed(scope: Scope, key: string): Entry {
  const entry = entryAt(scope, key);
  if (entry !== undefined) return entry;
  const message = `key does not exist: ${key}`;
  if (!isKeyName(key)) throw new AppError("TEMPLATE_FAILED", message, { hint: "Keys begin with a slash, have one between parts and none at the end; confd takes a name as it is written" });
  throw new AppError("TEMPLATE_MISSING_KEY", message, { hint: `Put it, or give a default: {{getv "${key}" "..."}}` });
}

export function pair(scope: Scope, entry: Entry, name: string): GoStruct {
  return pairOf(entry, scope.reader.value(entry, name));
}

export function pairOf({ key }: Entry, value: Value): GoStruct {
  return new GoStruct("memkv.KVPair", { Key: key, Value: text(value) });
}

/** A list of its own, for it may be sorted in place; the pairs of values that are not sealed are made once for each snapshot. */
function pairsOf(scope: Scope, entries: readonly Entry[], name: string): GoStruct[] {
  if (entries.some(({ value }) => isEnvelope(value))) return entries.map((entry) => pair(scope, entry, name));
  return [...memo(entries, "pairs", () => entries.map((entry) => pairOf(entry, entry.value)))];
}

/** A value as Go's string. */
export function text(value: Value): string {
  return typeof value === "string" ? wellFormed(value) : fromBytes(value);
}

/** The entries whose key matches, sorted by key. */
export function matching(scope: Scope, pattern: string): readonly Entry[] {
  const { backend, path } = splitName(pattern);
  if (!path.startsWith("/") && !/^[*?[\\]/.test(path)) return [];
  const matches = reading(pattern, () => pathMatcher(path));
  const entries = entriesBelow(scope, { backend, path: globPrefix(path) });
  return memo(entries, `matches of ${path}`, () => entries.filter(({ key }) => matches(key)).sort((one, other) => compareBytes(one.key, other.key)));
}

function reading<T>(pattern: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw new Error(`invalid pattern ${quote(pattern)}: ${(thrown as Error).message}`);
  }
}

function oddName(name: string, key: string | undefined): string | undefined {
  return key === undefined || isKeyName(key) ? undefined : `${name} ${JSON.stringify(key)} finds nothing, as in confd: keys begin with a slash, have one between parts and none at the end`;
}

function oddPattern(name: string, pattern: string | undefined): string | undefined {
  if (pattern === undefined || (/^([A-Za-z][\w-]*(?:@[\w.-]+)?:)?[/*?[\\]/.test(pattern) && !pattern.includes("//") && !pattern.endsWith("/"))) return undefined;
  return `${name} ${JSON.stringify(pattern)} finds nothing, as in confd: keys begin with a slash, have one between parts and none at the end`;
}

function oddPath(name: string, path: string | undefined): string | undefined {
  return path === undefined || splitName(path).path.startsWith("/") ? undefined : `${name} ${JSON.stringify(path)} finds nothing, as in confd: keys begin with a slash`;
}
