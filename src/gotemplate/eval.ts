import { callFunction, MISSING } from "./call.ts";
import { ANY_VALUE, canBeNil, convert, type GoFunction, literalKind } from "./functions.ts";
import { type Command, type Expression, type Node, nodeText, type Pipe } from "./nodes.ts";
import { elementType, GoInteger, GoStruct, Interface, keyType, kindOf, lookUp, methodOf, typeOf, unpack, zeroOf } from "./values.ts";
import type { NumberLiteral } from "./literals.ts";
import { quote } from "./quote.ts";
import type { State } from "./state.ts";

/** The value of a pipeline; what it declares is declared, what it assigns is assigned. */
export function evalPipeline(state: State, dot: unknown, pipe: Pipe): unknown {
  state.at(pipe);
  let value: unknown = MISSING;
  for (const command of pipe.commands) value = unpack(evalCommand(state, dot, command, value));
  for (const name of pipe.variables) {
    if (pipe.assigns) state.set(name, value);
    else state.variables.push({ name, value });
  }
  return value;
}

/** The value of an argument for a parameter of this type. */
export function evalArgument(state: State, dot: unknown, type: string, node: Expression): unknown {
  state.at(node);
  switch (node.kind) {
    case "dot": return validate(state, dot, type);
    case "nil": return canBeNil(type) ? (type === ANY_VALUE ? undefined : unpack(zeroOf(type)) ?? null) : state.fail(`cannot assign nil to ${type}`);
    case "field": return validate(state, evalFields(state, dot, dot, node, node.names, [node], MISSING), type);
    case "variable": return validate(state, evalVariable(state, dot, node, [], MISSING), type);
    case "pipe": return validate(state, evalPipeline(state, dot, node), type);
    case "identifier": return validate(state, evalFunction(state, dot, node, node, [], MISSING), type);
    case "chain": return validate(state, evalChain(state, dot, node, [], MISSING), type);
    default: return evalLiteral(state, type, node);
  }
}

/** The value as the parameter wants it. */
export function validate(state: State, value: unknown, type: string): unknown {
  const converted = convert(value, type);
  return "problem" in converted ? state.fail(converted.problem) : converted.value;
}

function evalCommand(state: State, dot: unknown, command: Command, final: unknown): unknown {
  const { args } = command;
  const [first] = args;
  switch (first.kind) {
    case "field":
      state.at(first);
      return evalFields(state, dot, dot, first, first.names, args, final);
    case "chain": return evalChain(state, dot, first, args, final);
    case "identifier": return evalFunction(state, dot, first, command, args, final);
    case "pipe":
      refuseArguments(state, args, final);
      return evalPipeline(state, dot, first);
    case "variable": return evalVariable(state, dot, first, args, final);
    default:
      state.at(first);
      refuseArguments(state, args, final);
      if (isLiteral(first)) return evalConstant(state, first);
      return first.kind === "dot" ? dot : state.fail("nil is not a command");
  }
}

function refuseArguments(state: State, args: readonly Expression[], final: unknown): void {
  if (args.length > 1 || final !== MISSING) state.fail(`can't give argument to non-function ${nodeText(args[0] as Expression)}`);
}

type Literal = Extract<Expression, { kind: "bool" } | { kind: "number" } | { kind: "string" }>;

function isLiteral(node: Expression): node is Literal {
  return node.kind === "bool" || node.kind === "number" || node.kind === "string";
}

function evalConstant(state: State, node: Literal): unknown {
  state.at(node);
  return node.kind === "number" ? idealConstant(state, node.literal) : node.value;
}

/** Where no type is asked for, the way in which a number is written decides. */
function idealConstant(state: State, { text, int, float }: NumberLiteral): unknown {
  const isHexInteger = /^0[xX][^pP]+$/.test(text);
  if (!isHexInteger && !text.startsWith("'") && /[.eEpP]/.test(text)) return float;
  return int ?? state.fail(`${text} overflows int`);
}

function evalLiteral(state: State, type: string, node: Literal): unknown {
  const kind = literalKind(type);
  if (kind === undefined) {
    if (canBeNil(type) && !type.startsWith("[]") && !type.startsWith("map[")) return evalConstant(state, node);
    return state.fail(`can't handle ${nodeText(node)} for arg of type ${type}`);
  }
  if (node.kind === "number") {
    if (kind === "float" && node.literal.float !== undefined) return node.literal.float;
    if (kind === "uint" && node.literal.uint !== undefined) return new GoInteger(type, node.literal.uint);
    if (kind === "int" && node.literal.int !== undefined) return type === "int" ? node.literal.int : new GoInteger(type, node.literal.int);
  } else if (node.kind === kind) return node.value;
  const names: Readonly<Record<string, string>> = { int: "integer", uint: "unsigned integer" };
  return state.fail(`expected ${names[kind] ?? kind}; found ${nodeText(node)}`);
}

function evalVariable(state: State, dot: unknown, node: Extract<Expression, { kind: "variable" }>, args: readonly Expression[], final: unknown): unknown {
  state.at(node);
  const [name, ...names] = node.names;
  const value = state.get(name as string);
  if (names.length > 0) return evalFields(state, dot, value, node, names, args, final);
  refuseArguments(state, args, final);
  return value;
}

function evalChain(state: State, dot: unknown, node: Extract<Expression, { kind: "chain" }>, args: readonly Expression[], final: unknown): unknown {
  state.at(node);
  if (node.of.kind === "nil") state.fail(`indirection through explicit nil in ${nodeText(node)}`);
  const value = evalArgument(state, dot, ANY_VALUE, node.of);
  return evalFields(state, dot, value, node, node.names, args, final);
}

function evalFunction(state: State, dot: unknown, node: Extract<Expression, { kind: "identifier" }>, command: Node, args: readonly Expression[], final: unknown): unknown {
  state.at(node);
  const { name } = node;
  const call = state.run.functions.get(name);
  if (call === undefined) return state.fail(`"${name}" is not a defined function`);
  return callFunction(state, dot, { name, call, node: command, args, final });
}

/** .A.B.C of a value; the last one gets the arguments, if it is a method. */
function evalFields(state: State, dot: unknown, receiver: unknown, node: Expression, names: readonly string[], args: readonly Expression[], final: unknown): unknown {
  let value = receiver;
  for (let index = 0; index < names.length; index += 1) {
    const isLast = index === names.length - 1;
    value = evalField(state, dot, value, node, names[index] as string, isLast ? args : [], isLast ? final : MISSING);
  }
  return value;
}

/** As Go's option "missingkey" has it. */
function missingMember(state: State, map: object, name: string): unknown {
  if (state.run.missingKey === "error") return state.fail(`map has no entry for key ${quote(name)}`);
  return state.run.missingKey === "zero" ? zeroOf(elementType(typeOf(map))) : undefined;
}

function evalField(state: State, dot: unknown, packed: unknown, node: Expression, name: string, args: readonly Expression[], final: unknown): unknown {
  if (packed === undefined) return undefined;
  const receiver = unpack(packed);
  if (receiver === undefined) return state.fail(`nil pointer evaluating ${typeOf(packed)}.${name}`);
  const hasArguments = args.length > 1 || final !== MISSING;
  if (receiver instanceof GoStruct) {
    if (Object.hasOwn(receiver.methods, name)) return callFunction(state, dot, { name, call: receiver.methods[name] as GoFunction, node, args, final });
    if (receiver.fields.has(name)) {
      if (hasArguments) state.fail(`${name} has arguments but cannot be invoked as function`);
      return receiver.fields.get(name) ?? new Interface(null);
    }
  }
  const method = methodOf(receiver, name);
  if (method !== undefined) return callFunction(state, dot, { name, call: method as GoFunction, node, args, final });
  if (kindOf(receiver) === "map" && ["string", "interface {}"].includes(keyType(typeOf(receiver)))) {
    if (hasArguments) state.fail(`${name} is not a method but has arguments`);
    return lookUp(receiver as object, name) ?? missingMember(state, receiver as object, name);
  }
  return state.fail(`can't evaluate field ${name} in type ${typeOf(packed)}`);
}
