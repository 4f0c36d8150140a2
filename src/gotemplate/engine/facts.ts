import type { Command, Expression, List, Pipe, Statement } from "../nodes.ts";
import type { GoTemplate } from "../index.ts";
import type { Tree } from "../errors.ts";

/** A call of a function, as it stands in a source. */
export interface CallFact {
  readonly name: string;
  /** The arguments that are literal texts; undefined for others. */
  readonly texts: readonly (string | undefined)[];
  /** The functions whose results the arguments are. */
  readonly from: readonly (string | undefined)[];
  readonly tree: Tree;
  readonly at: number;
}

/** All calls in a template and in those that are defined in it. */
export function callsOf({ trees }: GoTemplate): CallFact[] {
  return [...trees.values()].flatMap((tree) => [...inList(tree.root, tree)]);
}

function* inList(list: List, tree: Tree): Generator<CallFact> {
  for (const node of list.nodes) yield* inStatement(node, tree);
}

function* inStatement(node: Statement, tree: Tree): Generator<CallFact> {
  switch (node.kind) {
    case "action": return yield* inPipe(node.pipe, tree);
    case "template": return node.pipe === undefined ? undefined : yield* inPipe(node.pipe, tree);
    case "if":
    case "range":
    case "with":
      yield* inPipe(node.pipe, tree);
      yield* inList(node.body, tree);
      if (node.otherwise !== undefined) yield* inList(node.otherwise, tree);
      return;
    default:
  }
}

function* inPipe({ commands }: Pipe, tree: Tree): Generator<CallFact> {
  for (const [index, command] of commands.entries()) {
    const [first, ...args] = command.args;
    const before = commands[index - 1];
    const given = before === undefined ? args : [...args, before.args.length === 1 ? before.args[0] : undefined];
    const from = before === undefined ? args.map(callIn) : [...args.map(callIn), calledBy(before)];
    if (first.kind === "identifier") yield { name: first.name, texts: given.map(textOf), from, tree, at: first.at };
    for (const arg of command.args) yield* inExpression(arg, tree);
  }
}

/** The function that a value in parentheses comes from. */
function callIn(node: Expression): string | undefined {
  return node.kind === "pipe" ? calledBy(node.commands.at(-1)) : undefined;
}

function calledBy(command: Command | undefined): string | undefined {
  const first = command?.args[0];
  return first?.kind === "identifier" ? first.name : undefined;
}

function* inExpression(node: Expression, tree: Tree): Generator<CallFact> {
  if (node.kind === "pipe") yield* inPipe(node, tree);
  if (node.kind === "chain") yield* inExpression(node.of, tree);
}

function textOf(node: Expression | undefined): string | undefined {
  return node?.kind === "string" ? node.value : undefined;
}
