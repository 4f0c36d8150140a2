import type { Entry } from "../../core/entry.ts";
import { isEnvelope } from "../../core/opener.ts";
import type { RenderContext } from "../../core/template.ts";
import { TemplateFault } from "../fault.ts";
import { notText } from "../values.ts";
import { text, type TemplateFunction } from "./definition.ts";
import { globMatcher, globPrefix } from "./glob.ts";
import { memo } from "./memo.ts";

/** A key with its value, as templates see it. */
export interface Pair {
  readonly key: string;
  readonly value: string | Uint8Array;
}

export const KEY_FUNCTIONS: readonly TemplateFunction[] = [
  {
    name: "exists",
    signature: "exists(key)",
    doc: "Whether the key has a value, be it an empty one. A directory has none.",
    example: '{% if exists("/tls/cert") %}ssl on;{% endif %}',
    confd: "the same",
    call: ({ reader }, key) => reader.entry(text(key)) !== undefined,
  },
  {
    name: "get",
    signature: "get(key)",
    doc: "The pair {key, value}. A key that does not exist is an error.",
    example: '{{ get("/db/host").value }}',
    confd: "the same; the members are written small",
    call: ({ reader }, key) => {
      const entry = found(reader.entry(text(key)), text(key), "get");
      return pairOf(entry, reader.value(entry, text(key)));
    },
  },
  {
    name: "getv",
    signature: "getv(key, default?)",
    doc: "The value of the key. A key that does not exist is an error unless a default is given; an empty value stays empty.",
    example: '{{ getv("/db/host") }}:{{ getv("/db/port", "5432") }}',
    confd: "the same; a value that is not UTF-8 is an error that names getv64",
    call: valueOf,
  },
  {
    name: "getv64",
    signature: "getv64(key, default?)",
    doc: "The value's bytes in base64, whatever they are. The default is given as it is.",
    example: '{{ getv64("/tls/keystore") }}',
    confd: "not in confd",
    call: valueIn64,
  },
  {
    name: "gets",
    signature: "gets(glob)",
    doc: "All pairs {key, value} whose key matches, sorted by key. * and ? do not cross a slash, [a-z] is a class. No match is an empty list.",
    example: '{% for p in gets("/upstream/*") %}server {{ p.value }};{% endfor %}',
    confd: "the same; the members are written small",
    call: ({ reader }, glob) => pairsFor(reader, text(glob)),
  },
  {
    name: "tree",
    signature: "tree(path)",
    doc: "All pairs {key, value} below the path, however deep, sorted by key. Nothing there is an empty list.",
    example: '{% for p in tree("/app") %}{{ trimPrefix(p.key, "/app/") }}={{ p.value }} {% endfor %}',
    confd: "not in confd",
    call: ({ reader }, path) => pairsOf(reader, entriesBelow(reader, text(path)), text(path)),
  },
  {
    name: "getvs",
    signature: "getvs(glob)",
    doc: "All values whose key matches, sorted by value.",
    example: '{{ getvs("/upstream/*") | join(", ") }}',
    confd: "the same",
    call: ({ reader }, glob) => pairsFor(reader, text(glob)).map(textOf).sort(),
  },
  {
    name: "ls",
    signature: "ls(path)",
    doc: "The names right below the path, of keys and of directories, sorted. The path of a key gives its own name too.",
    example: '{% for site in ls("/sites") %}{{ site }} {% endfor %}',
    confd: 'the same; ls("/") lists directories too',
    call: ({ reader }, path) => names(reader.entries(text(path)), text(path), "all"),
  },
  {
    name: "lsdir",
    signature: "lsdir(path)",
    doc: "The names right below the path that have keys below them, sorted.",
    example: '{% for site in lsdir("/sites") %}server_name {{ site }};{% endfor %}',
    confd: 'the same; lsdir("/") is not empty',
    call: ({ reader }, path) => names(reader.entries(text(path)), text(path), "directories"),
  },
];

function valueOf({ reader }: RenderContext, key: unknown, ...defaults: unknown[]): unknown {
  const entry = reader.entry(text(key));
  if (entry === undefined && defaults.length > 0) return defaults[0];
  const value = reader.value(found(entry, text(key), "getv"), text(key));
  if (typeof value !== "string") throw notText(text(key));
  return value;
}

function valueIn64({ reader }: RenderContext, key: unknown, ...defaults: unknown[]): unknown {
  const entry = reader.entry(text(key));
  if (entry === undefined && defaults.length > 0) return defaults[0];
  return Buffer.from(reader.value(found(entry, text(key), "getv64"), text(key)) as string).toString("base64");
}

export function found(entry: Entry | undefined, key: string, name: string): Entry {
  if (entry !== undefined) return entry;
  const hint = name === "get" ? `Put it, or ask first: exists("${key}")` : `Put it, or give a default: ${name}("${key}", "...")`;
  throw new TemplateFault(`key "${key}" does not exist`, { kind: "missing key", hint });
}

export function pairOf({ key }: Entry, value: Pair["value"]): Pair {
  return Object.freeze(Object.assign(Object.create(null) as object, { key, value }));
}

function pairsFor(reader: RenderContext["reader"], glob: string): readonly Pair[] {
  return pairsOf(reader, matchesOf(reader, glob), glob);
}

function pairsOf(reader: RenderContext["reader"], matching: readonly Entry[], name: string): readonly Pair[] {
  // Fifty units that loop over the same thousand keys share one list of pairs; what is sealed is opened for each of them.
  if (matching.some(({ value }) => isEnvelope(value))) return Object.freeze(matching.map((entry) => pairOf(entry, reader.value(entry, name))));
  return memo(matching, "pairs", () => Object.freeze(matching.map((entry) => pairOf(entry, entry.value))));
}

/** The entries whose key matches. The same list as long as nothing in it changed. */
export function matchesOf(reader: RenderContext["reader"], glob: string): readonly Entry[] {
  const entries = reader.entries(globPrefix(glob));
  return memo(entries, `matches of ${glob}`, () => {
    const matches = globMatcher(withoutBackend(glob));
    return entries.filter(({ key }) => matches(key));
  });
}

function entriesBelow(reader: RenderContext["reader"], path: string): readonly Entry[] {
  const entries = reader.entries(path);
  return memo(entries, `below ${path}`, () => {
    const below = `${withoutBackend(path)}/`.replace(/\/+$/, "/");
    return entries.filter(({ key }) => key.startsWith(below) && key.length > below.length);
  });
}

function names(entries: readonly Entry[], path: string, which: "all" | "directories"): readonly string[] {
  return memo(entries, `ls ${which} ${path}`, () => {
    const segments = withoutBackend(path).split("/").filter((segment) => segment !== "");
    const own = `/${segments.join("/")}`;
    const below = segments.length === 0 ? "/" : `${own}/`;
    const found = new Set<string>();
    for (const { key } of entries) {
      if (key === own && which === "all") found.add(segments.at(-1) ?? "");
      if (!key.startsWith(below)) continue;
      const [name = "", ...deeper] = key.slice(below.length).split("/");
      if (which === "all" || deeper.length > 0) found.add(name);
    }
    return Object.freeze([...found].sort());
  });
}

/** "consul:/up/*" is matched against keys that do not carry the name of their backend. */
export function withoutBackend(name: string): string {
  const path = name.replace(/^[A-Za-z][\w-]*(?:@[\w.-]+)?:(?=\/)/, "");
  return `/${path}`.replace(/\/+/g, "/");
}

export function textOf({ key, value }: Pair): string {
  if (typeof value !== "string") throw notText(key);
  return value;
}
