import { placeIn } from "../gotemplate/errors.ts";
import type { GoTemplate } from "../gotemplate/index.ts";
import { type Branch, type List, type Node, nodeText, type Pipe, type Statement } from "../gotemplate/nodes.ts";
import type { ParsedTree } from "../gotemplate/parser.ts";
import { type Scope, translatePipe } from "./expressions.ts";
import { calledTemplate } from "./called-template.ts";
import type { FunctionTable } from "./calls.ts";
import { JSON_LOOP_NOTE, JSON_NOTE } from "./go-functions.ts";
import { Names } from "./names.ts";
import { NunjucksText } from "./nunjucks-text.ts";
import { condition, INT, isAlwaysTrue, isJson, JSON_VALUE, NoCounterpart, operand, sameType, TEXT, type Type, type Value } from "./values.ts";

export type Translation =
  | { readonly kind: "translated"; readonly text: string; readonly notes: readonly string[] }
  /** The first construct without an exact counterpart. */
  | { readonly kind: "left"; readonly line: number; readonly construct: string; readonly reason: string };

export interface TranslateOptions {
  /** What becomes of the functions of its kind. */
  readonly functions: FunctionTable;
  /** The unit's keys. */
  readonly keys: readonly string[];
  /** Names that variables may not have: those of functions. */
  readonly reserved: Iterable<string>;
}

const DEEPEST_CALL = 20;
const LONGEST_CONSTRUCT = 60;

/** Translates a Go template to nunjucks where that can be done exactly. */
export function translateTemplate(template: GoTemplate, { functions, keys, reserved }: TranslateOptions): Translation {
  const notes = new Set<string>();
  const main = template.trees.get(template.name) as ParsedTree;
  const translator = new Translator(template, reserved);
  try {
    translator.tree(main, { dot: undefined, variables: new Map(), functions, keys, note: (text) => void notes.add(text) });
    return { kind: "translated", text: translator.end(), notes: [...notes] };
  } catch (thrown) {
    if (!(thrown instanceof NoCounterpart)) throw thrown;
    const node = thrown.node ?? main.root;
    const text = nodeText(node).split("\n", 1)[0] as string;
    return { kind: "left", line: placeIn(translator.current, node.at).line, construct: text.length > LONGEST_CONSTRUCT ? `${text.slice(0, LONGEST_CONSTRUCT)}...` : text, reason: thrown.message };
  }
}

class Translator {
  readonly #template: GoTemplate;
  readonly #names: Names;
  readonly #assigned: ReadonlySet<string>;
  readonly #output = new NunjucksText();
  /** Those that are being translated, the innermost last. */
  readonly #trees: ParsedTree[] = [];

  constructor(template: GoTemplate, reserved: Iterable<string>) {
    this.#template = template;
    this.#names = new Names(reserved);
    this.#assigned = new Set([...template.trees.values()].flatMap(({ root }) => assignedIn(root)));
  }

  get current(): ParsedTree {
    return this.#trees.at(-1) as ParsedTree;
  }

  end(): string {
    return this.#output.end();
  }

  tree(tree: ParsedTree, scope: Scope): void {
    if (this.#trees.length >= DEEPEST_CALL) throw new NoCounterpart("templates that call each other without end");
    this.#trees.push(tree);
    this.#list(tree.root, { ...scope, variables: scope.dot === undefined ? new Map() : new Map([["$", scope.dot]]) });
    this.#trees.pop();
  }

  /** What is declared in a list is known to its end. */
  #list({ nodes }: List, outer: Scope): void {
    let scope = outer;
    for (const node of nodes) scope = this.#at(node, () => this.#statement(node, scope));
  }

  /** Answers what is known after it. */
  #statement(node: Statement, scope: Scope): Scope {
    switch (node.kind) {
      case "text":
        this.#output.text(node.text);
        return scope;
      case "action": {
        const called = calledTemplate(node.pipe);
        if (called !== undefined) return this.#call(called, scope), scope;
        const value = translatePipe(node.pipe, scope);
        if (node.pipe.variables.length > 0) return this.#declare(node.pipe, value, scope);
        this.#print(value, scope);
        return scope;
      }
      case "if": return this.#if(node, scope, "if"), scope;
      case "with": return this.#with(node, scope), scope;
      case "range": return this.#range(node, scope), scope;
      case "template": return this.#call(node, scope), scope;
      default: throw new NoCounterpart("nunjucks has no way to leave a loop");
    }
  }

  #print(value: Value, { note }: Scope): void {
    const { kind } = value.type;
    if (kind === "text" || kind === "int" || kind === "bool") return this.#output.print(value.code);
    if (kind === "json") {
      note(JSON_NOTE);
      return this.#output.print(value.code);
    }
    if (value.type.kind !== "list" || !["text", "int"].includes(value.type.of.kind)) throw new NoCounterpart("this prints otherwise in nunjucks");
    this.#output.text("[");
    this.#output.print(`join(${value.code}, " ")`);
    this.#output.text("]");
  }

  #declare({ variables: [name = ""], assigns }: Pipe, value: Value, scope: Scope): Scope {
    const before = scope.variables.get(name);
    if (assigns) {
      if (before === undefined || !sameType(before.type, value.type)) throw new NoCounterpart("a variable that becomes something of another kind");
      this.#output.block(`set ${before.code} = ${value.code}`);
      return scope;
    }
    const set = this.#set(name.slice(1), value);
    // Of what is set again later, its type alone is known.
    return withVariable(scope, name, this.#assigned.has(name) ? { code: set.code, type: set.type } : set);
  }

  #set(wanted: string, value: Value): Value {
    const name = this.#names.take(wanted);
    this.#output.block(`set ${name} = ${value.type.kind === "json" ? `${operand(value)} | default(null)` : value.code}`);
    return { code: name, type: value.type, head: value.head ?? value.literal, ...(value.literal === undefined ? {} : { literal: value.literal }), ...(value.filled === true ? { filled: true } : {}), ...(value.from === undefined ? {} : { from: value.from }) };
  }

  /** The value of a condition, with what it declares. */
  #head(pipe: Pipe, scope: Scope): { readonly value: Value; readonly inner: Scope } {
    const value = translatePipe(pipe, scope);
    const [name] = pipe.variables;
    if (name === undefined) return { value, inner: scope };
    const inner = this.#declare(pipe, value, scope);
    return { value: inner.variables.get(name) as Value, inner };
  }

  #if(node: Branch, scope: Scope, word: "if" | "elif"): void {
    const { value, inner } = this.#head(node.pipe, scope);
    this.#output.block(`${word} ${condition(value)}`);
    this.#list(node.body, inner);
    const [only, second] = node.otherwise?.nodes ?? [];
    if (only?.kind === "if" && second === undefined && only.pipe.variables.length === 0) {
      this.#at(only, () => this.#if(only, inner, "elif"));
    } else {
      this.#else(node.otherwise, inner);
    }
    if (word === "if") this.#output.block("endif");
  }

  #else(otherwise: List | undefined, scope: Scope): void {
    if (otherwise === undefined) return;
    this.#output.block("else");
    this.#list(otherwise, scope);
  }

  #with(node: Branch, scope: Scope): void {
    const { value, inner } = this.#head(node.pipe, scope);
    const dot = node.pipe.variables.length > 0 ? value : this.#set(nameFor(value), value);
    if (isAlwaysTrue(dot)) return this.#list(node.body, { ...inner, dot });
    this.#output.block(`if ${condition(dot)}`);
    this.#list(node.body, { ...inner, dot });
    this.#else(node.otherwise, inner);
    this.#output.block("endif");
  }

  #range({ pipe, body, otherwise }: Branch, scope: Scope): void {
    if (pipe.assigns) throw new NoCounterpart("a loop over variables that there are already");
    const value = translatePipe(pipe, scope);
    const [index, element] = pipe.variables.length === 2 ? pipe.variables : [undefined, pipe.variables[0]];
    const type = elementOf(value.type);
    const name = this.#names.take(element === undefined || element === "$_" ? elementName(value) : element.slice(1));
    const dot: Value = { code: name, type };
    let inner: Scope = { ...scope, dot, variables: element === undefined ? scope.variables : new Map([...scope.variables, [element, dot]]) };
    if (value.type.kind === "json map" || value.type.kind === "text map") {
      const key = this.#names.take(index?.slice(1) ?? "key");
      this.#output.block(`for ${key}, ${name} in ${operand(value)} | dictsort(true)`);
      if (index !== undefined) inner = withVariable(inner, index, { code: key, type: TEXT });
    } else {
      if (index !== undefined && value.type.kind === "json") throw new NoCounterpart("a loop with two variables over what may be a list or a map");
      if (value.type.kind === "json") scope.note(JSON_LOOP_NOTE);
      this.#output.block(`for ${name} in ${value.type.kind === "json" ? `${operand(value)} | default([])` : value.code}`);
      if (index !== undefined) inner = withVariable(inner, index, this.#set(index.slice(1), { code: "loop.index0", type: INT }));
    }
    this.#list(body, inner);
    this.#else(otherwise, scope);
    this.#output.block("endfor");
  }

  /** What is defined stands where it is called. */
  #call({ name, pipe }: Extract<Statement, { kind: "template" }>, scope: Scope): void {
    const tree = this.#template.trees.get(name);
    if (tree === undefined) throw new NoCounterpart(`there is no template ${name}`);
    const value = pipe === undefined ? undefined : translatePipe(pipe, scope);
    const dot = value === undefined || /^\w+$/.test(value.code) ? value : this.#set(nameFor(value), value);
    this.tree(tree, { ...scope, dot });
  }

  #at<T>(node: Node, step: () => T): T {
    try {
      return step();
    } catch (thrown) {
      if (thrown instanceof NoCounterpart && thrown.node === undefined) throw new NoCounterpart(thrown.message, node);
      throw thrown;
    }
  }
}

/** The variables that are set again. */
function assignedIn({ nodes }: List): string[] {
  return nodes.flatMap((node) => {
    if (!("pipe" in node) || node.pipe === undefined) return [];
    const own = node.pipe.assigns ? node.pipe.variables : [];
    return "body" in node ? [...own, ...assignedIn(node.body), ...(node.otherwise === undefined ? [] : assignedIn(node.otherwise))] : own;
  });
}

function withVariable(scope: Scope, name: string, value: Value): Scope {
  return { ...scope, variables: new Map([...scope.variables, [name, value]]) };
}

function elementOf(type: Type): Type {
  if (type.kind === "list") return type.of;
  if (type.kind === "text map") return TEXT;
  if (isJson(type)) return JSON_VALUE;
  throw new NoCounterpart("a loop over this");
}

function elementName({ type, from }: Value): string {
  if (from === "ls") return "name";
  if (type.kind !== "list") return "item";
  if (type.of.kind === "struct") return type.of.name;
  return type.of.kind === "int" ? "number" : "value";
}

function nameFor({ type }: Value): string {
  return type.kind === "struct" ? type.name : isJson(type) ? "item" : "value";
}
