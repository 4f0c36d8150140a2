import { type Document, isAlias, isCollection, isMap, isScalar, isSeq, type Node, parseDocument, Scalar, stringify, type YAMLMap } from "yaml";
import { DataFault, type DataSyntax, type Leaf } from "./data-syntax.ts";

/** Aliases of aliases can make a small file endless. */
const MAX_LEAVES = 1_000_000;

/** YAML 1.2 with anchors and merge keys, one document. Every scalar is text, so that 0755, yes and 1.10 stay as they are written. */
export const yaml: DataSyntax = {
  leaves(text) {
    const document = parse(text);
    const leaves: Leaf[] = [];
    for (const leaf of leavesOf(document.contents, { document, path: [], offset: 0, above: [] })) {
      if (leaves.push(leaf) > MAX_LEAVES) throw new DataFault(`its aliases make more than ${MAX_LEAVES} values`, leaf.offset);
    }
    return leaves;
  },
  put(text, path, value) {
    const document = parse(text);
    let depth = 0;
    while (depth < path.length - 1 && isCollection(document.getIn(path.slice(0, depth + 1), true))) depth += 1;
    const root = isCollection(document.contents);
    const missing = path.slice(root ? depth + 1 : 0);
    const node = document.createNode(missing.reduceRight<unknown>((inner, name) => new Map([[scalarOf(String(name)), inner]]), scalarOf(value)));
    const at = path.slice(0, depth + 1);
    if (root) document.setIn([...at.slice(0, -1), scalarOf(String(at.at(-1)))], sameComment(node, document.getIn(at, true)));
    else document.contents = node as never;
    return print(document, text);
  },
  remove(text, path) {
    const document = parse(text);
    document.deleteIn(path);
    return print(document, text);
  },
};

interface Place {
  readonly document: Document;
  readonly path: readonly (string | number)[];
  readonly offset: number;
  /** The tables and lists that it is in. */
  readonly above: readonly unknown[];
}

function parse(text: string): Document {
  const document = parseDocument(text, { schema: "failsafe", prettyErrors: false, logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined) throw new DataFault(WORDS[error.code] ?? error.message, error.pos[0]);
  return document as Document;
}

const WORDS: Readonly<Record<string, string>> = { RESOURCE_EXHAUSTION: "it is nested too deeply", MULTIPLE_DOCS: "it holds more than one document", DUPLICATE_KEY: "a name is there twice" };

function* leavesOf(node: unknown, place: Place): Generator<Leaf> {
  const { path } = place;
  const found = resolved(node, place);
  const inside = { ...place, above: [...place.above, found] };
  if (isMap(found)) {
    for (const [name, { value, offset }] of membersOf(found, place)) yield* leavesOf(value, { ...inside, path: [...path, name], offset });
  } else if (isSeq(found)) {
    for (const [index, item] of found.items.entries()) yield* leavesOf(item, { ...inside, path: [...path, index], offset: offsetOf(item, place) });
  } else if (isScalar(found) && !isNothing(found)) {
    yield { path, offset: place.offset, value: found.value instanceof Uint8Array ? found.value : (found.source ?? String(found.value)) };
  }
}

/** What an alias stands for; other nodes are themselves. */
function resolved(node: unknown, { document, above }: Place): unknown {
  if (!isAlias(node)) return node;
  const target = node.resolve(document);
  const offset = node.range?.[0] ?? 0;
  if (target === undefined) throw new DataFault(`there is no anchor "${node.source}" before it`, offset);
  if (above.includes(target)) throw new DataFault(`alias "${node.source}" stands for what it is in`, offset);
  return target;
}

/** What a table holds, with what it merges ("<<") where it has no such name itself. */
function membersOf(map: YAMLMap, place: Place): Map<string, { readonly value: unknown; readonly offset: number }> {
  const members = new Map<string, { readonly value: unknown; readonly offset: number }>();
  const merged: unknown[] = [];
  for (const { key, value } of map.items) {
    const offset = offsetOf(key, place);
    const name = resolved(key, place);
    if (!isScalar(name)) throw new DataFault("a name is not text", offset);
    if (name.source === "<<" && name.type === Scalar.PLAIN) merged.push(value);
    else members.set(name.source ?? String(name.value), { value, offset });
  }
  for (const node of merged) {
    const source = resolved(node, place);
    for (const one of isSeq(source) ? source.items : [source]) {
      const table = resolved(one, place);
      if (!isMap(table)) throw new DataFault('"<<" can merge tables only', offsetOf(node, place));
      for (const [name, member] of membersOf(table, { ...place, above: [...place.above, table] })) if (!members.has(name)) members.set(name, member);
    }
  }
  return members;
}

function offsetOf(node: unknown, place: Place): number {
  return (node as Node | null)?.range?.[0] ?? place.offset;
}

function isNothing({ type, source, tag }: Scalar): boolean {
  return type === Scalar.PLAIN && tag !== "tag:yaml.org,2002:str" && /^(~|null|Null|NULL)?$/.test(source ?? "");
}

/** Quoted where it would be taken for a merge, or by other programs for a number or a truth value. */
function scalarOf(value: string): Scalar {
  const scalar = new Scalar(value);
  if (value === "<<" || /^["']/.test(stringify(value, { compat: "yaml-1.1", lineWidth: 0 })) || /[^\n\P{Cc}]/u.test(value)) scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

function sameComment(node: Node, former: unknown): Node {
  if (isScalar(former)) Object.assign(node, { comment: former.comment, commentBefore: former.commentBefore, spaceBefore: former.spaceBefore, anchor: former.anchor });
  return node;
}

/** Indented as the text is. */
function print(document: Document, text: string): string {
  const indent = /^( +)\S/m.exec(text)?.[1]?.length ?? 2;
  const indentSeq = !/^( *)[^\s#-].*:[ \t]*\r?\n\1- /m.test(text);
  const printed = document.toString({ lineWidth: 0, indent, indentSeq });
  return text.includes("\r\n") ? printed.replaceAll("\n", "\r\n") : printed;
}
