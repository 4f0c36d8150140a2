import { type Branch, type List, nodeText, type Statement } from "./nodes.ts";
import { elementsOf, entriesOf, GoInteger, integerOf, isTrue, kindOf, typeOf, unpack } from "./values.ts";
import { evalPipeline } from "./eval.ts";
import { formatValue } from "./format-value.ts";
import { quote } from "./quote.ts";
import { State } from "./state.ts";

/** How a list of statements was left early. */
type Left = "break" | "continue" | undefined;

/** Executes a list of statements. */
export function walkList(state: State, dot: unknown, list: List): Left {
  let left: Left;
  state.enter();
  for (const node of list.nodes) {
    left = walk(state, dot, node);
    if (left !== undefined) break;
  }
  state.leave();
  return left;
}

function walk(state: State, dot: unknown, node: Statement): Left {
  state.at(node);
  state.step();
  switch (node.kind) {
    case "text":
      state.write(node.text);
      return undefined;
    case "action": {
      const value = evalPipeline(state, dot, node.pipe);
      if (node.pipe.variables.length === 0) printValue(state, node, value);
      return undefined;
    }
    case "break":
    case "continue": return node.kind;
    case "template": return walkTemplate(state, dot, node);
    case "range": return walkRange(state, dot, node);
    default: return walkIfOrWith(state, dot, node);
  }
}

function walkIfOrWith(state: State, dot: unknown, { kind, pipe, body, otherwise }: Branch): Left {
  const mark = state.variables.length;
  const value = evalPipeline(state, dot, pipe);
  let left: Left;
  if (isTrue(value)) left = walkList(state, kind === "with" ? value : dot, body);
  else if (otherwise !== undefined) left = walkList(state, dot, otherwise);
  state.variables.length = mark;
  return left;
}

function walkRange(state: State, dot: unknown, node: Branch): Left {
  const outer = state.variables.length;
  const value = unpack(evalPipeline(state, dot, node.pipe));
  const mark = state.variables.length;
  let rounds = 0;
  let left: Left;
  rangeOver(state, value, node, (index, element) => {
    rounds += 1;
    state.step();
    setRangeVariables(state, node, index, element);
    const early = walkList(state, element, node.body);
    if (state.variables.length !== mark) state.variables.length = mark;
    return early !== "break";
  });
  if (rounds === 0 && node.otherwise !== undefined) left = walkList(state, dot, node.otherwise);
  state.variables.length = outer;
  return left;
}

/** Gives pairs of index and element until the answer is no; whole numbers count up to themselves and have no index, nor has a list where nobody asks for it. */
function rangeOver(state: State, value: unknown, node: Branch, round: (index: unknown, element: unknown) => boolean): void {
  const isIndexed = node.pipe.variables.length > 1;
  switch (kindOf(value)) {
    case "invalid": return;
    case "int":
    case "uint": {
      if (isIndexed) state.fail(`can't use ${state.shown(formatValue(value))} to iterate over more than one variable`);
      for (let at = 0n; at < integerOf(value); at += 1n) if (!round(undefined, value instanceof GoInteger ? new GoInteger(value.type, at) : at)) return;
      return;
    }
    case "slice": {
      const elementAt = elementsOf(value);
      for (let at = 0; at < (value as ArrayLike<unknown>).length; at += 1) if (!round(isIndexed ? BigInt(at) : undefined, elementAt(at))) return;
      return;
    }
    case "map":
      for (const [key, element] of entriesOf(value as object)) if (!round(key, element)) return;
      return;
    default:
      state.fail(`range can't iterate over ${state.shown(formatValue(value))}`);
  }
}

function setRangeVariables(state: State, { pipe: { variables, assigns } }: Branch, index: unknown, element: unknown): void {
  const [first, second] = variables;
  if (first === undefined) return;
  if (!assigns) {
    state.setTop(1, element);
    if (second !== undefined) state.setTop(2, index);
    return;
  }
  state.set(first, second === undefined ? element : index);
  if (second !== undefined) state.set(second, element);
}

function walkTemplate(state: State, dot: unknown, node: Extract<Statement, { kind: "template" }>): Left {
  const { run } = state;
  const tree = run.trees.get(node.name);
  if (tree === undefined) return state.fail(`template ${quote(node.name)} not defined`);
  if (run.budget.open > run.limits.depth) state.fail(`exceeded maximum template depth (${run.limits.depth})`);
  const value = node.pipe === undefined ? undefined : evalPipeline(state, dot, node.pipe);
  walkList(new State(run, tree, value), value, tree.root);
  return undefined;
}

function printValue(state: State, node: Statement, value: unknown): void {
  state.at(node);
  if (typeof value === "string") return state.write(value);
  if (kindOf(value) === "func") state.fail(`can't print ${nodeText(node)} of type ${typeOf(value)}`);
  state.write(value === undefined ? "<no value>" : formatValue(value));
}
