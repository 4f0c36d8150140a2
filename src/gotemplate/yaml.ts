import { AppError } from "../core/error.ts";
import type { ScalarTag } from "yaml";
import { fromBytes } from "./bytes.ts";
import { withType } from "./values.ts";
import { resolveScalar } from "./yaml-scalars.ts";

type Library = typeof import("./yaml-document.ts");

let library: Library | undefined;

/** Loads the library; nothing of this file works before. */
export async function loadYaml(): Promise<void> {
  library ??= await import("./yaml-document.ts");
}

/** What gopkg.in/yaml.v2 makes of a text where anything is taken: maps are map[interface {}]interface {}, whole numbers int. */
export function parseYaml(text: string): unknown {
  const { parseDocument } = loaded();
  const document = parseDocument(text, { version: "1.1", customTags: (tags) => [...tags.filter((tag) => KEPT.includes(tagName(tag))), ...SCALARS], uniqueKeys: false, prettyErrors: false, logLevel: "error" });
  // Of several documents the first one is read.
  const problem = document.errors.find(({ code }) => code !== "MULTIPLE_DOCS");
  if (problem !== undefined) throw new Error(`yaml: ${problem.message}`);
  return fromYaml(document.toJS({ mapAsMap: true, maxAliasCount: 100 }));
}

const KEPT = ["map", "seq", "str", "binary", "merge", "set"];

function tagName(tag: unknown): string {
  return typeof tag === "string" ? tag : String((tag as { readonly tag?: string }).tag).replace("tag:yaml.org,2002:", "");
}

/** What is taken for something else than a text: of itself, or by a tag. */
const SCALARS: readonly ScalarTag[] = [
  { tag: "tag:yaml.org,2002:scalar", default: true, test: { test: (text: string) => typeof resolveScalar(text) !== "string" } as RegExp, resolve: resolveScalar },
  ...["int", "bool", "null"].map((name): ScalarTag => ({ tag: `tag:yaml.org,2002:${name}`, resolve: resolveScalar })),
  { tag: "tag:yaml.org,2002:float", resolve: (text: string) => { const value = resolveScalar(text); return typeof value === "bigint" ? Number(value) : value; } },
  { tag: "tag:yaml.org,2002:timestamp", resolve: (text: string) => text },
];

function loaded(): Library {
  if (library === undefined) throw new AppError("INTERNAL", "The library for YAML is not loaded");
  return library;
}

function fromYaml(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromYaml);
  if (value instanceof Map) return withType(new Map([...value].map(([key, item]) => [fromYaml(key), fromYaml(item)])), "map[interface {}]interface {}");
  if (value instanceof Uint8Array) return fromBytes(value);
  if (value instanceof Set) return withType(new Map([...value].map((key) => [key, null])), "map[interface {}]interface {}");
  return value;
}
