import type { GoTemplate } from "../gotemplate/index.ts";

/** What a template may be rendered from, as far as its source tells. */
export interface Candidates {
  /** Values that it may take for a key, the most telling first: what it does with them is not known. */
  readonly values: readonly string[];
  /** Names that it may look for in what it lists. */
  readonly names: readonly string[];
  /** Tags that it may look for in services. */
  readonly tags: readonly string[];
  /** Names that it may look for in the metadata of services. */
  readonly metas: readonly string[];
}

type Tree = { [name: string]: Tree };

export function candidatesIn(template: GoTemplate): Candidates {
  return { values: valuesIn(template), names: namesIn(template), tags: tagsIn(template), metas: ["m", ...Object.keys(membersOf(template)["ServiceMeta"] ?? {})] };
}

function valuesIn(template: GoTemplate): readonly string[] {
  const text = `Grüße, "a" & <b>\n'c' \\ {{ d }} {% e %}`;
  const members = membersOf(template);
  const looped = loopedIn(template);
  const plain = filled(members, "m", {});
  const parts = filled(members, "p", {});
  // Members that are looped over are lists, of texts or of objects.
  const [withTexts, withObjects] = [["x", "y"], [parts, plain]].map((items) => filled(members, "m", Object.fromEntries(looped.map((name) => [name, items]))));
  // A list before an object: of the two, Go loops over either and nunjucks over a list. What is base64 decodes to text; "true" would to bytes that are none.
  const json = [[plain, filled(members, "n", {})], withTexts, withObjects, plain, ["x", "y"], [[1, 2], [3, 4]]].map((value) => JSON.stringify(value));
  return [...new Set([text, Buffer.from(text).toString("base64"), "12", "true", ...json, ...splitOf(template)])];
}

/** The names of members that are looped over. */
function loopedIn({ trees }: GoTemplate): readonly string[] {
  return [...trees.values()].flatMap(({ root }) => nodesIn(root)).flatMap(({ kind, pipe }) => (kind === "range" ? nodesIn(pipe).flatMap((node) => namesOf(node).at(-1) ?? []) : []));
}

/** Each part of a pattern with its wildcards filled in. */
function namesIn(template: GoTemplate): readonly string[] {
  const patterns = textsIn(template).flatMap((text) => (text.includes("/") ? text.split("/") : [])).filter((part) => /[*?]/.test(part) && part !== "*");
  return [...new Set(["a", "b", ...patterns.flatMap((part) => ["1", "2"].map((name) => part.replace(/[*?]/g, name)))])];
}

/** Any word may be one, and so may what stands before the dot of "v2.web". */
function tagsIn(template: GoTemplate): readonly string[] {
  const words = textsIn(template).flatMap((text) => /^(?:.*\/)?(?:([\w=:.-]+)\.)?([\w-]+)/s.exec(text)?.slice(1) ?? []);
  return [...new Set(["a", "b", ...words.filter((word) => word !== undefined)])];
}

function textsIn({ trees }: GoTemplate): readonly string[] {
  return [...trees.values()].flatMap(({ root }) => nodesIn(root)).flatMap(({ kind, value }) => (kind === "string" && typeof value === "string" ? [value] : []));
}

/** The members that are read of anything, as far as names tell. */
function membersOf({ trees }: GoTemplate): Tree {
  const members: Tree = {};
  for (const node of [...trees.values()].flatMap(({ root }) => nodesIn(root))) {
    const names = namesOf(node);
    let at = members;
    for (const name of names) at = at[name] ??= {};
  }
  return members;
}

function namesOf(node: { readonly kind?: unknown; readonly names?: unknown }): readonly string[] {
  const names = Array.isArray(node.names) ? (node.names as string[]) : [];
  const own = node.kind === "variable" ? names.slice(1) : names;
  return ["Key", "Value"].includes(own[0] ?? "") ? [] : own;
}

/** An object with all members: a text each, but for those of these names. */
function filled(members: Tree, text: string, others: Readonly<Record<string, unknown>>): object {
  const entries = Object.entries(members);
  return Object.fromEntries(entries.map(([name, inner]) => [name, others[name] ?? (Object.keys(inner).length === 0 ? text : filled(inner, text, others))]));
}

/** A text with each separator that the template splits by. */
function splitOf({ trees }: GoTemplate): readonly string[] {
  const separators = [...trees.values()].flatMap(({ root }) => nodesIn(root)).flatMap((node) => {
    const args = node.kind === "command" ? (node.args as readonly { readonly kind: string; readonly name?: string; readonly value?: unknown }[]) : [];
    return args[0]?.kind === "identifier" && args[0].name === "split" ? args.flatMap(({ kind, value }) => (kind === "string" && typeof value === "string" && value !== "" ? [value] : [])) : [];
  });
  const distinct = [...new Set(separators)];
  const parts = ["1", "2", "3", "4", "5", "6", "7", "8"];
  return distinct.length === 0 ? [] : [distinct.map((separator, index) => (parts[index] ?? "x") + separator).join("") + "9", parts.join(distinct[0])];
}

interface AnyNode {
  readonly kind?: unknown;
  readonly [field: string]: unknown;
}

function nodesIn(value: unknown): AnyNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(nodesIn);
  return "kind" in value ? [value as AnyNode, ...inner] : inner;
}
