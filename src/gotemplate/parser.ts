import { type Branch, isEmptyList, type List, type Node, type Pipe, type Statement } from "./nodes.ts";
import { parsePipeline, type Scope, unquoteToken } from "./parse-pipeline.ts";
import type { Lexer } from "./lexer.ts";
import { quote } from "./quote.ts";
import type { Token } from "./tokens.ts";
import { TokenStream } from "./token-stream.ts";
import { LIMITS } from "./state.ts";
import type { Tree } from "./errors.ts";

/** A template that can be executed. */
export interface ParsedTree extends Tree {
  readonly root: List;
}

/** What the parsers of a text and of the templates defined in it share. */
export interface Parsing {
  readonly file: string;
  readonly text: string;
  readonly lexer: Lexer;
  readonly functions: ReadonlySet<string>;
  /** All templates that were found, by name. */
  readonly trees: Map<string, ParsedTree>;
}

interface Ending {
  readonly kind: "end" | "else";
  readonly at: number;
}

/** Parses the whole text and adds it and what it defines to the trees. */
export function parseTemplate(parsing: Parsing): void {
  const parser = new TreeParser(parsing);
  parser.add(parsing.file, parser.topLevel());
}

class TreeParser {
  readonly #parsing: Parsing;
  readonly #tokens: TokenStream;
  readonly #scope: Scope;
  #ranges = 0;
  /** Lists of statements that are open within each other. */
  #open = 0;

  constructor(parsing: Parsing) {
    this.#parsing = parsing;
    this.#tokens = new TokenStream(parsing.lexer, parsing.file);
    this.#scope = { tokens: this.#tokens, functions: parsing.functions, variables: ["$"], depth: 0 };
  }

  topLevel(): List {
    const tokens = this.#tokens;
    const { at } = tokens.peek();
    const nodes: Statement[] = [];
    while (tokens.peek().type !== "EOF") {
      if (tokens.peek().type === "left") {
        const left = tokens.next();
        if (tokens.nextSolid().type === "define") {
          new TreeParser(this.#parsing).#definition();
          continue;
        }
        tokens.putBack(left);
      }
      const node = this.#textOrAction();
      if (isEnding(node)) tokens.fail(`unexpected {{${node.kind}}}`);
      else nodes.push(node);
    }
    return { kind: "list", at, nodes };
  }

  add(name: string, root: List): void {
    const { trees, file, text } = this.#parsing;
    const known = trees.get(name);
    if (known === undefined || isEmptyList(known.root)) trees.set(name, { name, file, text, root });
    else if (!isEmptyList(root)) this.#tokens.fail(`template: multiple definition of template ${quote(name)}`);
  }

  #definition(): void {
    const context = "define clause";
    const name = unquoteToken(this.#tokens, this.#tokens.expect(["string", "raw"], context));
    this.#tokens.expect(["right"], context);
    this.#namedBody(name, context, this.#tokens);
  }

  /** `reader` is the one whose line an error has: of a block it is that around it, as in Go. */
  #namedBody(name: string, context: string, reader: TokenStream): void {
    const { list, ending } = this.#list();
    if (ending.kind !== "end") reader.fail(`unexpected {{${ending.kind}}} in ${context}`);
    this.add(name, list);
  }

  #list(): { list: List; ending: Ending } {
    const { at } = this.#tokens.peekSolid();
    const nodes: Statement[] = [];
    this.#open += 1;
    if (this.#open > LIMITS.depth) throw new RangeError("nested too deeply");
    while (this.#tokens.peekSolid().type !== "EOF") {
      const node = this.#textOrAction();
      if (isEnding(node)) {
        this.#open -= 1;
        return { list: { kind: "list", at, nodes }, ending: node };
      }
      nodes.push(node);
    }
    return this.#tokens.fail("unexpected EOF");
  }

  #textOrAction(): Statement | Ending {
    const token = this.#tokens.nextSolid();
    if (token.type === "text") return { kind: "text", at: token.at, text: token.value };
    if (token.type !== "left") return this.#tokens.unexpected(token, "input");
    this.#tokens.actionLine = token.line;
    const node = this.#action();
    this.#tokens.actionLine = 0;
    return node;
  }

  #action(): Statement | Ending {
    const token = this.#tokens.nextSolid();
    switch (token.type) {
      case "block": return this.#block();
      case "break":
      case "continue": return this.#leave(token.type, token);
      case "else": return this.#else();
      case "end": return { kind: "end", at: this.#tokens.expect(["right"], "end").at };
      case "if":
      case "range":
      case "with": return this.#control(token.type);
      case "template": return this.#template();
      default: {
        this.#tokens.backup();
        const { at } = this.#tokens.peek();
        return { kind: "action", at, pipe: parsePipeline(this.#scope, "command", "right") };
      }
    }
  }

  #leave(kind: "break" | "continue", { at }: Token): Statement {
    const token = this.#tokens.nextSolid();
    if (token.type !== "right") this.#tokens.unexpected(token, `{{${kind}}}`);
    if (this.#ranges === 0) this.#tokens.fail(`{{${kind}}} outside {{range}}`);
    return { kind, at };
  }

  #else(): Ending {
    const next = this.#tokens.peekSolid();
    // "{{else if" and "{{else with" leave their word to the one who reads what follows.
    if (next.type === "if" || next.type === "with") return { kind: "else", at: next.at };
    return { kind: "else", at: this.#tokens.expect(["right"], "else").at };
  }

  #control(kind: Branch["kind"]): Branch {
    const outer = this.#scope.variables.length;
    const pipe = parsePipeline(this.#scope, kind, "right");
    if (kind === "range") this.#ranges += 1;
    const { list: body, ending } = this.#list();
    if (kind === "range") this.#ranges -= 1;
    const otherwise = ending.kind === "else" ? this.#otherwise(kind, ending) : undefined;
    this.#scope.variables.length = outer;
    return { kind, at: pipe.at, pipe, body, otherwise };
  }

  #otherwise(kind: Branch["kind"], { at }: Ending): List {
    if (kind !== "range" && this.#tokens.peek().type === kind) {
      this.#tokens.next();
      return { kind: "list", at, nodes: [this.#control(kind)] };
    }
    const { list, ending } = this.#list();
    if (ending.kind !== "end") this.#tokens.fail(`expected end; found {{${ending.kind}}}`);
    return list;
  }

  #block(): Statement {
    const context = "block clause";
    const { at } = this.#tokens.peekSolid();
    const name = this.#name(context);
    const pipe = parsePipeline(this.#scope, context, "right");
    new TreeParser(this.#parsing).#namedBody(name, context, this.#tokens);
    return { kind: "template", at, name, pipe };
  }

  #template(): Statement {
    const context = "template clause";
    const { at } = this.#tokens.peekSolid();
    const name = this.#name(context);
    let pipe: Pipe | undefined;
    if (this.#tokens.nextSolid().type !== "right") {
      this.#tokens.backup();
      pipe = parsePipeline(this.#scope, context, "right");
    }
    return { kind: "template", at, name, pipe };
  }

  #name(context: string): string {
    const token = this.#tokens.nextSolid();
    return token.type === "string" || token.type === "raw" ? unquoteToken(this.#tokens, token) : this.#tokens.unexpected(token, context);
  }
}

function isEnding(node: Node | Ending): node is Ending {
  return node.kind === "end" || node.kind === "else";
}
