import type { Entry } from "../../core/entry.ts";
import { AppError } from "../../core/error.ts";
import { toKey } from "../../core/key.ts";
import { compareBytes } from "../bytes.ts";
import { text } from "../confd/keys.ts";
import type { GoFunctionDefinition, Scope } from "../engine/definition.ts";
import { splitName } from "../engine/narrow.ts";
import { quote } from "../quote.ts";
import { GoInteger, GoStruct, withType } from "../values.ts";
import { fn, withParameters } from "./definition.ts";

export const PAIR = "*dependency.KeyPair";
const PAIRS = `[]${PAIR}`;
const ANY_START = "a prefix is of whole parts of a path: `ls \"app\"` does not see `apple/x`, which Consul's own prefixes would";

export const KEY_FUNCTIONS: readonly GoFunctionDefinition[] = [
  fn("key(path string) string", "The value of the key. The unit waits for a key that does not exist. Sealed values are opened.", '{{key "service/redis/maxconns"}}', (scope, path: string) => {
    if (path === "") return "";
    const name = keyName("kv.get", path);
    return text(scope.reader.value(needed(scope, name, path), name));
  }, { reads: "key" }),
  fn("keyOrDefault(path string, default string) string", "The value of the key, or the default where there is no such key or its value is empty.", '{{keyOrDefault "service/redis/maxconns" "5"}}', (scope, path: string, otherwise: string) => {
    const entry = entryOf(scope, "kv.get", path);
    return entry === undefined ? otherwise : text(scope.reader.value(entry.entry, entry.name)) || otherwise;
  }, { reads: "key" }),
  fn("keyExists(path string) bool", "Whether there is such a key.", '{{if keyExists "app/beta"}}beta on;{{end}}', (scope, path: string) => entryOf(scope, "kv.exists", path) !== undefined, { reads: "key" }),
  fn(`keyExistsGet(path string) ${PAIR}`, "The pair with `.Exists`, which is false where there is no such key, `.Key`, `.Path` and `.Value`.", '{{with keyExistsGet "app/beta"}}{{if .Exists}}{{.Value}}{{end}}{{end}}', (scope, path: string) => {
    if (path === "") return undefined;
    const found = entryOf(scope, "kv.exists.get", path);
    const key = splitName(keyName("kv.exists.get", path)).path.slice(1);
    return found === undefined ? pair({ path: key, key, value: "", revision: 0, exists: false }) : pair({ path: key, key, value: text(scope.reader.value(found.entry, found.name)), revision: found.entry.revision, exists: true });
  }, { reads: "key", original: "the same; what of a pair is about Consul's own bookkeeping (CreateIndex, Flags, LockIndex, Session) is not there" }),
  fn(`ls(prefix string) ${PAIRS}`, "The pairs right below the prefix, with `.Key` as it goes on from there and `.Value`, sorted by key; directories are none.", '{{range ls "service/redis"}}{{.Key}}={{.Value}} {{end}}', (scope, prefix: string) => listed(scope, prefix, isTop), { reads: "prefix", original: `the same; ${ANY_START}` }),
  fn(`safeLs(prefix string) ${PAIRS}`, "As `ls`; the unit waits while there is nothing.", '{{range safeLs "service/redis"}}{{.Key}} {{end}}', (scope, prefix: string) => filled(scope, prefix, isTop), { reads: "prefix", original: `the same; ${ANY_START}` }),
  fn(`tree(prefix string) ${PAIRS}`, "All pairs below the prefix, with `.Key` as it goes on from there and `.Value`, sorted by key.", '{{range tree "service/redis"}}{{.Key}}={{.Value}} {{end}}', (scope, prefix: string) => listed(scope, prefix, isNamed), { reads: "prefix", original: `the same; ${ANY_START}` }),
  fn(`safeTree(prefix string) ${PAIRS}`, "As `tree`; the unit waits while there is nothing.", '{{range safeTree "service/redis"}}{{.Key}} {{end}}', (scope, prefix: string) => filled(scope, prefix, isNamed), { reads: "prefix", original: `the same; ${ANY_START}` }),
];

/**
 * "app/host" and "/app/host" are the same key; "consul:/app/host" is that of another backend, and "app/host@dc2" one of another
 * datacenter, which is a backend of its own. Throws for what consul-template refuses.
 */
function keyName(what: string, written: string): string {
  const { backend, path } = splitName(written);
  const [, key, parameters, dc] = /^\/?([^@?]+)(\?[\w=&-]+)?(?:@([\w.-]+))?$/.exec(path) ?? [];
  if (key === undefined) throw new Error(`${what}: invalid format: ${quote(written)}`);
  if (parameters !== undefined) throw withParameters(what, written);
  return `${dc === undefined ? backend : `${backend.slice(0, -1) || "consul"}@${dc}:`}${toKey(key)}`;
}

function entryOf({ reader }: Scope, what: string, path: string): { readonly entry: Entry; readonly name: string } | undefined {
  if (path === "") return undefined;
  const name = keyName(what, path);
  const entry = reader.entry(name);
  return entry === undefined ? undefined : { entry, name };
}

function needed({ reader }: Scope, name: string, written: string): Entry {
  const entry = reader.entry(name);
  if (entry !== undefined) return entry;
  throw new AppError("TEMPLATE_MISSING_KEY", `key does not exist: ${written}`, { hint: `Put it, or give a default: {{keyOrDefault "${written}" "..."}}` });
}

function isTop(key: string): boolean {
  return key !== "" && !key.includes("/");
}

function isNamed(key: string): boolean {
  return key !== "";
}

function listed({ reader }: Scope, prefix: string, wanted: (key: string) => boolean): GoStruct[] {
  if (prefix === "") return withType([], PAIRS);
  const name = keyName("kv.list", prefix);
  const { path } = splitName(name);
  const below = path === "/" ? "/" : `${path}/`;
  const found = reader.entries(name).flatMap((entry) => {
    const key = entry.key.startsWith(below) ? entry.key.slice(below.length) : "";
    return wanted(key) ? [pair({ path: entry.key.slice(1), key, value: text(reader.value(entry, name)), revision: entry.revision })] : [];
  });
  return withType(found.sort((one, other) => compareBytes(String(one.fields.get("Path")), String(other.fields.get("Path")))), PAIRS);
}

function filled(scope: Scope, prefix: string, wanted: (key: string) => boolean): GoStruct[] {
  const found = listed(scope, prefix, wanted);
  if (found.length > 0 || prefix === "") return found;
  // What is waited for is told by the prefix's own name.
  scope.reader.entry(keyName("kv.list", prefix));
  throw new AppError("TEMPLATE_MISSING_KEY", `there are no keys below ${prefix}`, { hint: "Put one, or use ls or tree where an empty list is fine" });
}

interface Pair {
  readonly path: string;
  readonly key: string;
  readonly value: string;
  readonly revision: number;
  /** For what was asked whether it is there. */
  readonly exists?: boolean;
}

export function pair({ path, key, value, revision, exists }: Pair): GoStruct {
  return new GoStruct(PAIR, { Path: path, Key: key, Value: value, ...(exists === undefined ? {} : { Exists: exists }), ModifyIndex: new GoInteger("uint64", BigInt(revision)) });
}
