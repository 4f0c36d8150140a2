import type { Command, Expression, Pipe } from "../gotemplate/nodes.ts";
import { type CallScope, translateCall } from "./calls.ts";
import { JSON_NOTE, literalText } from "./go-functions.ts";
import { BOOL, INT, isJson, JSON_VALUE, memberCode, memberOf, NoCounterpart, textIn, type Value } from "./values.ts";

/** What names mean at a place of a template. */
export interface Scope extends CallScope {
  /** Undefined where it is nothing. */
  readonly dot: Value | undefined;
  readonly variables: ReadonlyMap<string, Value>;
}

/** Translates a pipeline, without what it declares. Throws NoCounterpart. */
export function translatePipe({ commands }: Pipe, scope: Scope): Value {
  const [first, ...others] = commands;
  if (first === undefined) throw new NoCounterpart("an empty pipeline");
  return others.reduce((value, command) => translateCommand(command, scope, value), translateCommand(first, scope, undefined));
}

function translateCommand({ args: [first, ...args] }: Command, scope: Scope, piped: Value | undefined): Value {
  if (first.kind === "identifier") return call(first, args, scope, piped);
  if (args.length > 0 || piped !== undefined) throw new NoCounterpart("a call of what is no function", first);
  return translateExpression(first, scope);
}

function call(node: Extract<Expression, { kind: "identifier" }>, args: readonly Expression[], scope: Scope, piped: Value | undefined): Value {
  const given = [...args.map((arg) => translateExpression(arg, scope)), ...(piped === undefined ? [] : [piped])];
  return placed(node, () => translateCall(node.name, given, scope));
}

function translateExpression(node: Expression, scope: Scope): Value {
  return placed(node, () => {
    switch (node.kind) {
      case "identifier": return call(node, [], scope, undefined);
      case "pipe": {
        if (node.variables.length > 0) throw new NoCounterpart("a variable that is declared within an expression");
        return translatePipe(node, scope);
      }
      case "dot": return dotOf(scope);
      case "field": return members(dotOf(scope), node.names, scope);
      case "variable": {
        const [name = "$", ...names] = node.names;
        const variable = scope.variables.get(name);
        if (variable === undefined) throw new NoCounterpart(`${name}, which is nothing here`);
        return members(variable, names, scope);
      }
      case "chain": return members(translateExpression(node.of, scope), node.names, scope);
      case "bool": return { code: String(node.value), type: BOOL };
      case "number": {
        const { int } = node.literal;
        if (int === undefined || !Number.isSafeInteger(Number(int))) throw new NoCounterpart("a number that is not whole, or too large");
        return { code: int < 0n ? `(${int})` : String(int), type: INT };
      }
      case "string": return literalText(node.value);
      case "nil": throw new NoCounterpart("nil");
    }
  });
}

function dotOf({ dot }: Scope): Value {
  if (dot === undefined) throw new NoCounterpart("the dot, which is nothing here");
  return dot;
}

function members(value: Value, names: readonly string[], scope: Scope): Value {
  return names.reduce((from, name) => member(from, name, scope), value);
}

function member(from: Value, name: string, { note }: Scope): Value {
  const { type } = from;
  const known = memberOf(from, name);
  if (known?.note !== undefined) note(known.note);
  if (known !== undefined) return known;
  if (type.kind === "text map") return textIn(from, literalText(name));
  const code = memberCode(from, name);
  if (type.kind === "record" && type.fields[name] !== undefined) return { code, type: type.fields[name] };
  if (type.kind === "json list" || !isJson(type)) throw new NoCounterpart(`the member ${name} of this`);
  note(JSON_NOTE);
  return { code, type: JSON_VALUE };
}

/** What has no counterpart stands here, unless something within it was found already. */
export function placed<T>(node: Expression, step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    if (thrown instanceof NoCounterpart && thrown.node === undefined) throw new NoCounterpart(thrown.message, node);
    throw thrown;
  }
}
