import * as imported from "nunjucks";

/** A node of nunjucks's syntax tree; lines and columns count from 0. */
export interface Node {
  readonly typename: string;
  readonly lineno: number;
  readonly colno: number;
}

export interface ListNode extends Node {
  readonly children: readonly Node[];
}

export interface ValueNode extends Node {
  readonly value: unknown;
}

export interface CallNode extends Node {
  readonly name: Node;
  readonly args: ListNode;
}

export interface LookupNode extends Node {
  readonly target: Node;
  readonly val: Node;
}

export interface PairNode extends Node {
  readonly key: ValueNode;
  readonly value: Node;
}

export interface BinaryNode extends Node {
  readonly left: Node;
  readonly right: Node;
}

export interface UnaryNode extends Node {
  readonly target: Node;
}

export interface ForNode extends Node {
  readonly arr: Node;
  readonly name: ValueNode | ListNode;
  readonly body: Node;
  readonly else_: Node | null;
}

export interface BlockNode extends Node {
  readonly name: ValueNode;
  readonly body: Node;
}

/** include, import, from and extends. */
export interface ReferenceNode extends Node {
  readonly template: Node;
  readonly ignoreMissing?: boolean | null;
  readonly withContext?: boolean | null;
  readonly target?: ValueNode;
  readonly names?: ListNode;
}

export interface Token {
  readonly type: string;
  value: string;
}

export interface Tokenizer {
  readonly lineno: number;
  readonly colno: number;
  nextToken(): Token | null;
  forwardN(count: number): void;
  currentStr(): string;
}

/** Variables by name, while compiling (to JavaScript's names) and while rendering (to values). */
export interface Frame {
  topLevel: boolean;
  parent: Frame | undefined;
  readonly variables: Record<string, unknown>;
  set(name: string, value: unknown, resolveUp?: boolean): void;
  lookup(name: string): unknown;
  push(isolateWrites?: boolean): Frame;
  pop(): Frame;
}

/** The part of nunjucks's own compiler that ours builds on. */
export interface BaseCompiler {
  buffer: string;
  inBlock: boolean;
  compile(node: Node, frame?: Frame): void;
  getCode(): string;
  _emit(code: string): void;
  _emitLine(code: string): void;
  _tmpid(): string;
  _withScopedSyntax(body: () => void): void;
  compileLiteral(node: Node): void;
}

interface Internals {
  readonly lexer: { lex(source: string, options: { trimBlocks: boolean; lstripBlocks: boolean }): Tokenizer };
  readonly parser: { readonly Parser: new (tokens: Tokenizer) => { parseAsRoot(): ListNode } };
  readonly compiler: { readonly Compiler: new (templateName: string, throwOnUndefined: boolean) => BaseCompiler };
  readonly runtime: {
    readonly Frame: new () => Frame;
    readonly SafeString: abstract new (value: string) => { toString(): string };
  };
  readonly Environment: new (loaders: readonly unknown[], options: { autoescape: boolean; throwOnUndefined: boolean }) => Library;
}

export type Filter = (this: unknown, ...args: unknown[]) => unknown;

/** The filters, tests and globals of nunjucks. */
export interface Library {
  readonly filters: Record<string, Filter>;
  readonly tests: Record<string, Filter>;
  readonly globals: Record<string, unknown>;
}

/** What nunjucks exports beside its public types. Importing it does not load chokidar: only a loader that watches does. */
export const nunjucks = (("default" in imported ? imported.default : imported) as unknown) as Internals;
