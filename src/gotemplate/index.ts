import { type Budget, EXECUTION_DEPTH, LIMITS, type Limits, type Run, State } from "./state.ts";
import { parseTemplate, type ParsedTree } from "./parser.ts";
import { AppError } from "../core/error.ts";
import { BUILTINS } from "./builtins.ts";
import type { GoFunction } from "./functions.ts";
import { joinStray } from "./bytes.ts";
import { Lexer } from "./lexer.ts";
import { walkList } from "./exec.ts";

// Go's text/template, written after its source and its documentation. What npm has under such names are wrappers of a
// Go program or do fields and little more, so it is made here; it gives what Go gave for each case of test/gotemplate/cases.json.

export { fromBytes, toBytes } from "./bytes.ts";
export { type GoFunction, withSignature } from "./functions.ts";
export { sprint, sprintf, sprintln } from "./printf.ts";
export { type Budget, LIMITS, type Limits } from "./state.ts";
export { defineType, GoInteger, GoStruct, typeOf, withType } from "./values.ts";

/** A template that was parsed, with those that are defined in it. */
export interface GoTemplate {
  readonly name: string;
  readonly trees: ReadonlyMap<string, ParsedTree>;
}

export interface ParseOptions {
  /** Names of the functions that the template may call beside Go's own. */
  readonly functions?: Iterable<string>;
  readonly left?: string | undefined;
  readonly right?: string | undefined;
}

export interface ExecuteOptions {
  readonly functions?: Readonly<Record<string, GoFunction>>;
  readonly limits?: Partial<Limits>;
  /** Shared by executions that belong together. */
  readonly budget?: Budget;
  /** Whether the execution has taken too long; asked now and then. */
  readonly isOver?: () => boolean;
  /** Whether values that may be secrets were read: from then on messages show none. */
  readonly withholds?: () => boolean;
  /** What a member is that a map does not have: no value, the zero value of what it holds, or an error. */
  readonly missingKey?: "zero" | "error" | undefined;
}

/** Parses a template; what Go refuses is TEMPLATE_INVALID with Go's sentence. */
export function parseGoTemplate(name: string, text: string, { functions = [], left, right }: ParseOptions = {}): GoTemplate {
  const own = new Set(functions);
  const lexer = new Lexer(text, { left: left || "{{", right: right || "}}", functions: own });
  const trees = new Map<string, ParsedTree>();
  return withinStack(`template: ${name}: nested too deeply`, "TEMPLATE_INVALID", () => {
    parseTemplate({ file: name, text, lexer, functions: new Set([...BUILTINS.keys(), ...own]), trees });
    return { name, trees };
  });
}

/**
 * Executes a template. An error is TEMPLATE_FAILED with Go's sentence, or has the code of the AppError that a function threw.
 * Bytes of the text that are not UTF-8 are lone surrogates, which toBytes() turns back.
 */
export function execute({ name, trees }: GoTemplate, data: unknown, { functions = {}, limits, budget = { steps: 0, open: 0 }, isOver = never, withholds = never, missingKey }: ExecuteOptions = {}): string {
  const root = trees.get(name) as ParsedTree;
  const run: Run = { trees, functions: new Map([...BUILTINS, ...Object.entries(functions)]), limits: { ...LIMITS, ...limits }, output: [], budget, isOver, withholds, missingKey, length: 0 };
  return withinStack(`template: ${name}: executing "${name}": nested too deeply`, "TEMPLATE_FAILED", () => {
    const dot = data ?? undefined;
    budget.open += EXECUTION_DEPTH;
    walkList(new State(run, root, dot), dot, root.root);
    budget.open -= EXECUTION_DEPTH;
    return joinStray(run.output.join(""));
  });
}

/** A stack that overflows, or a string that becomes too long, is an error of the template like any other. */
function withinStack<T>(message: string, code: "TEMPLATE_INVALID" | "TEMPLATE_FAILED", act: () => T): T {
  try {
    return act();
  } catch (thrown) {
    if (thrown instanceof RangeError) throw new AppError(code, message, { cause: thrown });
    throw thrown;
  }
}

function never(): boolean {
  return false;
}
