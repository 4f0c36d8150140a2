import type { TokenStream } from "./token-stream.ts";
import type { Command, Expression, Pipe } from "./nodes.ts";
import { LiteralError, parseNumber, unquote } from "./literals.ts";
import type { Token, TokenType } from "./tokens.ts";
import { nodeText } from "./nodes.ts";
import { quote } from "./quote.ts";

/** What is known where a pipeline stands. */
export interface Scope {
  readonly tokens: TokenStream;
  readonly functions: ReadonlySet<string>;
  /** Variables that can be seen here, the innermost last; a pipeline adds what it declares. */
  readonly variables: string[];
  depth: number;
}

/** How deep parentheses may stand in each other: Go's own figure for small stacks. */
const MAX_PARENTHESES = 1_000;
const OPERANDS: readonly TokenType[] = ["bool", "character", "complex", "dot", "field", "identifier", "number", "nil", "raw", "string", "variable", "("];
const NOT_EXECUTABLE = ["bool", "dot", "nil", "number", "string"];

/** Reads `$a, $b := command | command` up to `end`. */
export function parsePipeline(scope: Scope, context: string, end: TokenType): Pipe {
  const { tokens } = scope;
  const { at } = tokens.peekSolid();
  const { variables, assigns } = parseDeclarations(scope, context);
  const commands: Command[] = [];
  for (;;) {
    const token = tokens.nextSolid();
    if (token.type === end) break;
    if (!OPERANDS.includes(token.type)) tokens.unexpected(token, context);
    tokens.backup();
    commands.push(parseCommand(scope));
  }
  if (commands.length === 0) tokens.fail(`missing value for ${context}`);
  const stage = commands.findIndex(({ args }, index) => index > 0 && NOT_EXECUTABLE.includes(args[0].kind));
  if (stage > 0) tokens.fail(`non executable command in pipeline stage ${stage + 1}`);
  return { kind: "pipe", at, variables, assigns, commands };
}

/** Go's strconv.Unquote of a token, its error as one of the template. */
export function unquoteToken(tokens: TokenStream, token: Token): string {
  return literal(tokens, () => unquote(token.value));
}

function parseDeclarations(scope: Scope, context: string): Pick<Pipe, "variables" | "assigns"> {
  const { tokens } = scope;
  const variables: string[] = [];
  for (;;) {
    const variable = tokens.peekSolid();
    if (variable.type !== "variable") return { variables, assigns: false };
    tokens.next();
    const after = tokens.peek();
    const next = tokens.peekSolid();
    if (next.type !== "=" && next.type !== ":=" && !(next.type === "char" && next.value === ",")) {
      if (after.type === "space") tokens.putBack(variable, after);
      else tokens.putBack(variable);
      return { variables, assigns: false };
    }
    tokens.nextSolid();
    variables.push(variable.value);
    scope.variables.push(variable.value);
    if (next.type !== "char") return { variables, assigns: next.type === "=" };
    if (context !== "range" || variables.length >= 2) tokens.fail(`too many declarations in ${context}`);
    if (!["variable", "right", ")"].includes(tokens.peekSolid().type)) tokens.fail("range can only initialize variables");
  }
}

function parseCommand(scope: Scope): Command {
  const { tokens } = scope;
  const { at } = tokens.peekSolid();
  const args: Expression[] = [];
  for (;;) {
    tokens.peekSolid();
    const operand = parseOperand(scope);
    if (operand !== undefined) args.push(operand);
    const token = tokens.next();
    if (token.type === "space") continue;
    if (token.type === "right" || token.type === ")") tokens.backup();
    else if (token.type !== "|") tokens.unexpected(token, "operand");
    break;
  }
  const [first, ...others] = args;
  if (first === undefined) return tokens.fail("empty command");
  return { kind: "command", at, args: [first, ...others] };
}

function parseOperand(scope: Scope): Expression | undefined {
  const { tokens } = scope;
  const term = parseTerm(scope);
  if (term === undefined || tokens.peek().type !== "field") return term;
  const { at } = tokens.peek();
  const names: string[] = [];
  while (tokens.peek().type === "field") names.push(tokens.next().value.slice(1));
  switch (term.kind) {
    case "field":
    case "variable":
      return { kind: term.kind, at, names: [...term.names, ...names] };
    case "bool":
    case "string":
    case "number":
    case "nil":
    case "dot":
      return tokens.fail(`unexpected . after term ${quote(nodeText(term))}`);
    default:
      return { kind: "chain", at, of: term, names };
  }
}

function parseTerm(scope: Scope): Expression | undefined {
  const { tokens } = scope;
  const token = tokens.nextSolid();
  const { at, value } = token;
  switch (token.type) {
    case "identifier":
      if (!scope.functions.has(value)) tokens.fail(`function ${quote(value)} not defined`);
      return { kind: "identifier", at, name: value };
    case "dot":
    case "nil":
      return { kind: token.type, at };
    case "variable":
      if (!scope.variables.includes(value)) tokens.fail(`undefined variable ${quote(value)}`);
      return { kind: "variable", at, names: [value] };
    case "field":
      return { kind: "field", at, names: [value.slice(1)] };
    case "bool":
      return { kind: "bool", at, value: value === "true" };
    case "character":
    case "complex":
    case "number":
      return { kind: "number", at, literal: literal(tokens, () => parseNumber(token)) };
    case "(":
      return parseParentheses(scope);
    case "string":
    case "raw":
      return { kind: "string", at, source: value, value: unquoteToken(tokens, token) };
    default:
      tokens.backup();
      return undefined;
  }
}

function parseParentheses(scope: Scope): Pipe {
  if (scope.depth >= MAX_PARENTHESES) scope.tokens.fail("max expression depth exceeded");
  scope.depth += 1;
  const pipe = parsePipeline(scope, "parenthesized pipeline", ")");
  scope.depth -= 1;
  return pipe;
}

function literal<T>(tokens: TokenStream, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof LiteralError) return tokens.fail(thrown.message);
    throw thrown;
  }
}
