import { type Position, type SourceFile, TemplateFault } from "./fault.ts";
import type { BinaryNode, CallNode, ListNode, LookupNode, Node, PairNode, ReferenceNode, ValueNode } from "./nunjucks.ts";

/** All nodes of a tree, the outer ones first. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const field of Object.values(node)) {
    for (const child of Array.isArray(field) ? field : [field]) if (isNode(child)) yield* nodesOf(child);
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Partial<Node>).typename === "string";
}

export function isSymbol(node: Node | undefined | null): node is ValueNode {
  return node?.typename === "Symbol";
}

/** The text of a string literal. */
export function literalText(node: Node | undefined): string | undefined {
  if (node?.typename !== "Literal") return undefined;
  const { value } = node as ValueNode;
  return typeof value === "string" ? value : undefined;
}

/** Where a node says that it is; for calls and members that is the name, not the bracket or dot that nunjucks notes. */
export function positionOf(node: Node, file: SourceFile): Position {
  if (node.typename === "FunCall") return positionOf((node as CallNode).name, file);
  if (node.typename === "LookupVal" && isNode((node as LookupNode).val)) return positionOf((node as LookupNode).val, file);
  if (node.lineno === undefined && "left" in node && isNode(node.left)) return positionOf(node.left, file);
  return { file, line: (node.lineno ?? 0) + 1, column: (node.colno ?? 0) + 1 };
}

/** What a tree says about itself before it is rendered. */
export interface Facts {
  /** Keys, globs and paths that the source gives to the reading functions as they are. */
  readonly reads: readonly { readonly call: string; readonly text: string }[];
  /** Names that are called as functions. */
  readonly calls: readonly { readonly name: string; readonly position: Position }[];
  /** Names that the file itself gives a meaning to. */
  readonly declared: ReadonlySet<string>;
  /** Other files that it is made of. */
  readonly references: readonly { readonly name: string; readonly optional: boolean; readonly position: Position }[];
  /** Whether it also names files by expressions. */
  readonly dynamic: boolean;
}

/** Gathers the facts of a tree. Throws a fault when it holds what Remora does not allow. */
export function study(root: Node, file: SourceFile): Facts {
  const reads: { call: string; text: string }[] = [];
  const calls: { name: string; position: Position }[] = [];
  const declared = new Set<string>(["super", "caller", "loop"]);
  const references: { name: string; optional: boolean; position: Position }[] = [];
  let dynamic = false;
  // The test of "is divisibleby(3)" is written like a call.
  const tests = new Set<Node>();
  for (const node of nodesOf(root)) {
    allow(node, file);
    for (const name of declaredBy(node)) declared.add(name);
    if (node.typename === "Is") tests.add((node as BinaryNode).right);
    if (node.typename === "FunCall" && !tests.has(node) && isSymbol((node as CallNode).name)) {
      const call = String(((node as CallNode).name as ValueNode).value);
      calls.push({ name: call, position: positionOf(node, file) });
      const text = literalText((node as CallNode).args.children[0]);
      if (text !== undefined) reads.push({ call, text });
    }
    if (REFERENCES.has(node.typename)) {
      const { template, ignoreMissing } = node as ReferenceNode;
      const name = literalText(template);
      if (name === undefined) dynamic = true;
      else references.push({ name, optional: ignoreMissing === true, position: positionOf(template, file) });
    }
  }
  return { reads, calls, declared, references, dynamic };
}

const REFERENCES = new Set(["Include", "Import", "FromImport", "Extends"]);
const ASYNC_TAGS: Readonly<Record<string, string>> = { AsyncEach: "for", AsyncAll: "for", IfAsync: "if" };
// The compiler writes names into JavaScript as they are, and nunjucks's lexer takes almost anything for a name.
const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

function allow(node: Node, file: SourceFile): void {
  const position = positionOf(node, file);
  const instead = ASYNC_TAGS[node.typename];
  if (instead !== undefined) throw new TemplateFault("asynchronous tags are not supported", { hint: `Use {% ${instead} %}`, position });
  if (isSymbol(node) && !NAME.test(String(node.value).replaceAll(".", "_"))) {
    throw new TemplateFault(`"${String(node.value)}" is not a name`, { position });
  }
  if (node.typename === "Literal" && Number.isInteger((node as ValueNode).value) && !Number.isSafeInteger((node as ValueNode).value)) {
    throw new TemplateFault("the number is too large to keep its digits", { hint: "Write it in quotes", position });
  }
  for (const name of boundBy(node)) {
    if (!isSymbol(name)) throw new TemplateFault("only a plain name can be set here", { position: positionOf(name, file) });
  }
}

/** The nodes that stand where a name is given a meaning. */
function boundBy(node: Node): readonly Node[] {
  const { typename } = node;
  if (typename === "Set") return (node as unknown as { targets: Node[] }).targets;
  if (typename === "For") {
    const { name } = node as unknown as { name: Node };
    return name.typename === "Array" ? (name as ListNode).children : [name];
  }
  if (typename === "Macro") return [(node as CallNode).name, ...parameters((node as CallNode).args)];
  if (typename === "Caller") return parameters((node as CallNode).args);
  if (typename === "Import") return [(node as unknown as { target: Node }).target];
  if (typename === "FromImport") {
    const names = (node as ReferenceNode).names?.children ?? [];
    return names.map((name) => (name.typename === "Pair" ? (name as PairNode).value : name));
  }
  return [];
}

function parameters(args: ListNode): Node[] {
  return args.children.flatMap((arg) => (arg.typename === "KeywordArgs" ? (arg as ListNode).children.map((pair) => (pair as PairNode).key) : [arg]));
}

function declaredBy(node: Node): string[] {
  return boundBy(node).flatMap((name) => (isSymbol(name) ? [String(name.value)] : []));
}
