import { type Position, type SourceFile, TemplateFault } from "./fault.ts";
import { nameHint } from "./name-hint.ts";
import type { BinaryNode, CallNode, Frame, Library, ListNode, LookupNode, Node, PairNode, UnaryNode, ValueNode } from "./nunjucks.ts";
import { nunjucks } from "./nunjucks.ts";
import { isSymbol, literalText, positionOf } from "./syntax.ts";

/** Tests and the filter for which an undefined value is no error. */
const LENIENT_TESTS = new Set(["defined", "undefined"]);
const LENIENT_FILTERS = new Set(["default", "d"]);

export interface CompilerOptions {
  readonly file: SourceFile;
  readonly library: Library;
  /** Notes a position, and answers the number by which compiled code names it. */
  readonly mark: (position: Position) => number;
}

/**
 * Compiles expressions so that each step that can fail is a call of `env` (see operations.ts) with its own position.
 * nunjucks's own code for them reads undefined names as nothing, reaches constructors, and notes positions one line off.
 */
export class ExpressionCompiler extends nunjucks.compiler.Compiler {
  protected readonly options: CompilerOptions;
  /** The block whose body is being compiled. */
  protected block: string | undefined;
  #lenient = false;

  constructor(options: CompilerOptions) {
    super(options.file.name, true);
    this.options = options;
  }

  override compile(node: Node, frame?: Frame, lenient = false): void {
    const before = this.#lenient;
    this.#lenient = lenient;
    super.compile(node, frame);
    this.#lenient = before;
  }

  compileSymbol(node: ValueNode, frame: Frame): void {
    const name = String(node.value);
    const variable = frame.lookup(name);
    if (typeof variable !== "string") return this._emit(`env.name(context, frame, ${quote(name)}, ${this.mark(node)}, ${this.#lenient})`);
    this._emit(this.#lenient ? variable : `(${variable} !== undefined ? ${variable} : env.unknownName(context, ${quote(name)}, ${this.mark(node)}))`);
  }

  compileLookupVal(node: LookupNode, frame: Frame): void {
    const lenient = this.#lenient;
    this._emit("env.member(");
    this.compile(node.target, frame, lenient);
    this._emit(",");
    this.compile(node.val, frame);
    this._emit(`, ${this.mark(node)}, ${lenient})`);
  }

  compileFunCall(node: CallNode, frame: Frame): void {
    const lenient = this.#lenient;
    const { name } = node;
    if (isSymbol(name) && name.value === "super") return this.#superBlock(node);
    if (name.typename === "LookupVal") {
      this._emit("env.method(");
      this.compile((name as LookupNode).target, frame, lenient);
      this._emit(",");
      this.compile((name as LookupNode).val, frame);
    } else {
      this._emit("env.call(");
      this.compile(name, frame);
      this._emit(`, ${quote(isSymbol(name) ? String(name.value) : "")}`);
    }
    this._emit(", context, ");
    this.#arguments(node.args.children, frame);
    this._emit(`, ${this.mark(node)}, ${lenient})`);
  }

  #superBlock(node: CallNode): void {
    if (this.block === undefined) throw new TemplateFault("super() is used outside of a block", { position: this.position(node) });
    this._emit(`env.superBlock(${quote(this.block)}, b_${this.block}, context, frame, ${this.mark(node)})`);
  }

  compileFilter(node: CallNode, frame: Frame): void {
    const lenient = this.#lenient;
    const name = String((node.name as ValueNode).value);
    this.#known("filter", name, this.options.library.filters, node);
    this._emit(`env.filter(${quote(name)}, context, `);
    this.#arguments(node.args.children, frame, LENIENT_FILTERS.has(name));
    this._emit(`, ${this.mark(node)}, ${lenient})`);
  }

  compileIs(node: BinaryNode, frame: Frame): void {
    const right = node.right as Partial<CallNode> & Partial<ValueNode>;
    // "is null" is read as a literal, "is divisibleby(3)" as a call, all others as a name.
    const name = String(right.name === undefined ? right.value : (right.name as ValueNode).value);
    this.#known("test", name, this.options.library.tests, node.right);
    this._emit(`env.test(${quote(name)}, context, `);
    this.#arguments([node.left, ...(right.args?.children ?? [])], frame, LENIENT_TESTS.has(name));
    this._emit(`, ${this.mark(node.right)})`);
  }

  compileIn(node: BinaryNode, frame: Frame): void {
    this.#operation("env.contains(", node, frame);
  }

  compileConcat(node: BinaryNode, frame: Frame): void {
    this.#operation("env.concat(", node, frame);
  }

  compileAdd(node: BinaryNode, frame: Frame): void {
    this.#operation("env.add(", node, frame);
  }

  compileSub(node: BinaryNode, frame: Frame): void {
    this.#operation('env.arithmetic("-", ', node, frame);
  }

  compileMul(node: BinaryNode, frame: Frame): void {
    this.#operation('env.arithmetic("*", ', node, frame);
  }

  compileDiv(node: BinaryNode, frame: Frame): void {
    this.#operation('env.arithmetic("/", ', node, frame);
  }

  compileFloorDiv(node: BinaryNode, frame: Frame): void {
    this.#operation('env.arithmetic("//", ', node, frame);
  }

  compileMod(node: BinaryNode, frame: Frame): void {
    this.#operation('env.arithmetic("%", ', node, frame);
  }

  compilePow(node: BinaryNode, frame: Frame): void {
    this.#operation('env.arithmetic("**", ', node, frame);
  }

  compileNeg(node: UnaryNode, frame: Frame): void {
    this._emit('env.arithmetic("-", 0, ');
    this.compile(node.target, frame);
    this._emit(`, ${this.mark(node.target)})`);
  }

  compilePos(node: UnaryNode, frame: Frame): void {
    this._emit('env.arithmetic("-", ');
    this.compile(node.target, frame);
    this._emit(`, 0, ${this.mark(node.target)})`);
  }

  compileGroup(node: ListNode, frame: Frame): void {
    const lenient = this.#lenient;
    const [only] = node.children;
    if (only === undefined || node.children.length > 1) throw new TemplateFault("brackets hold one expression", { position: this.position(node) });
    this._emit("(");
    this.compile(only, frame, lenient);
    this._emit(")");
  }

  /** A computed name, so that "__proto__" is a member like any other. */
  compilePair(node: PairNode, frame: Frame): void {
    const key = isSymbol(node.key) ? String(node.key.value) : literalText(node.key);
    if (key === undefined) throw new TemplateFault("a key in {...} is a name or a text", { position: this.position(node) });
    this._emit(`[${quote(key)}]: `);
    this.compile(node.value, frame);
  }

  protected position(node: Node): Position {
    return positionOf(node, this.options.file);
  }

  protected mark(node: Node): number {
    return this.options.mark(this.position(node));
  }

  #arguments(nodes: readonly Node[], frame: Frame, lenientFirst = false): void {
    this._emit("[");
    nodes.forEach((node, index) => {
      if (index > 0) this._emit(",");
      this.compile(node, frame, lenientFirst && index === 0);
    });
    this._emit("]");
  }

  #operation(begin: string, node: BinaryNode, frame: Frame): void {
    this._emit(begin);
    this.compile(node.left, frame);
    this._emit(",");
    this.compile(node.right, frame);
    this._emit(`, ${this.mark(node)})`);
  }

  #known(what: "filter" | "test", name: string, table: Readonly<Record<string, unknown>>, node: Node): void {
    if (Object.hasOwn(table, name)) return;
    throw new TemplateFault(`there is no ${what} "${name}"`, { hint: nameHint(name, Object.keys(table)), position: this.position(node) });
  }
}

/** A text as a literal of JavaScript. */
export function quote(text: string): string {
  return JSON.stringify(text);
}
