import type { GoFunction } from "./functions.ts";
import type { Node } from "./nodes.ts";
import type { ParsedTree } from "./parser.ts";
import { execError } from "./errors.ts";

/** How much one execution may do, so that none goes on for ever. */
export interface Limits {
  /** Blocks and templates that are open within each other. Some 1,500 fill the stack, and near its end V8 dies of a regular expression that it compiles. */
  readonly depth: number;
  /** Statements, rounds of `range` and calls. */
  readonly steps: number;
  /** Length of the text, and of each string on the way to it. */
  readonly length: number;
}

/** What was spent of the steps, and how deep it is in; executions that belong together share it. */
export interface Budget {
  steps: number;
  open: number;
}

/** A template that a function executes takes as much of the stack as so many blocks. */
export const EXECUTION_DEPTH = 8;

/** How many steps go by until somebody looks at the time. */
const STEPS_BETWEEN_LOOKS = 4_096;

export const LIMITS: Limits = { depth: 800, steps: 5_000_000, length: 16 * 1024 * 1024 };

/** What all templates of one execution share. */
export interface Run {
  readonly trees: ReadonlyMap<string, ParsedTree>;
  readonly functions: ReadonlyMap<string, GoFunction>;
  readonly limits: Limits;
  readonly output: string[];
  readonly budget: Budget;
  /** Whether it has taken too long. */
  readonly isOver: () => boolean;
  /** Whether values in messages may be secrets. */
  readonly withholds: () => boolean;
  readonly missingKey: "zero" | "error" | undefined;
  length: number;
}

interface Variable {
  readonly name: string;
  value: unknown;
}

/** Where the execution of one template is: its variables, and the node that an error would be about. */
export class State {
  readonly run: Run;
  readonly tree: ParsedTree;
  readonly variables: Variable[];
  #node: Node;

  constructor(run: Run, tree: ParsedTree, dot: unknown) {
    this.run = run;
    this.tree = tree;
    this.variables = [{ name: "$", value: dot }];
    this.#node = tree.root;
  }

  at(node: Node): void {
    this.#node = node;
  }

  fail(message: string, cause?: unknown): never {
    throw execError(this.tree, this.#node, message, cause);
  }

  /** Long texts and lists cost more than one. */
  step(cost = 1): void {
    const { budget, limits } = this.run;
    const before = budget.steps;
    budget.steps += cost;
    if (budget.steps > limits.steps) this.fail(`exceeded maximum number of steps (${limits.steps})`);
    const isLook = Math.floor(before / STEPS_BETWEEN_LOOKS) !== Math.floor(budget.steps / STEPS_BETWEEN_LOOKS);
    if (isLook && this.run.isOver()) this.fail("exceeded maximum time");
  }

  /** A list of statements begins, within those that are open. Nobody goes on after a failure, so that only the end needs leave(). */
  enter(): void {
    const { budget, limits } = this.run;
    if (budget.open > limits.depth) this.fail(`exceeded maximum template depth (${limits.depth})`);
    budget.open += 1;
  }

  leave(): void {
    this.run.budget.open -= 1;
  }

  /** A value as a message may show it. */
  shown(text: string): string {
    return this.run.withholds() ? "a value (withheld)" : text;
  }

  write(text: string): void {
    this.run.length += text.length;
    if (this.run.length > this.run.limits.length) this.fail(`exceeded maximum length of the output (${this.run.limits.length})`);
    this.run.output.push(text);
  }

  get(name: string): unknown {
    return this.#find(name).value;
  }

  set(name: string, value: unknown): void {
    this.#find(name).value = value;
  }

  /** Overwrites the nth variable from the top. */
  setTop(nth: number, value: unknown): void {
    (this.variables[this.variables.length - nth] as Variable).value = value;
  }

  #find(name: string): Variable {
    return this.variables.findLast((variable) => variable.name === name) ?? this.fail(`undefined variable: ${name}`);
  }
}
