import { ExpressionCompiler, type CompilerOptions, quote } from "./compiler.ts";
import { TemplateFault } from "./fault.ts";
import { type BlockNode, type ForNode, type Frame, type ListNode, type Node, nunjucks, type PairNode, type ReferenceNode, type ValueNode } from "./nunjucks.ts";
import type { RenderFunction } from "./operations.ts";
import { isSymbol, nodesOf } from "./syntax.ts";

/** The functions that a file was compiled to. */
export interface CompiledFile {
  readonly root: RenderFunction;
  readonly blocks: Readonly<Record<string, RenderFunction>>;
}

/** Compiles a syntax tree to functions that render at once: no callbacks, and a failure is an exception. */
export function compileFile(root: ListNode, options: CompilerOptions): CompiledFile {
  const compiler = new FileCompiler(options);
  compiler.compile(root);
  return new Function(compiler.getCode())() as CompiledFile;
}

const RENDER_PARAMETERS = "(env, context, frame, runtime)";

class FileCompiler extends ExpressionCompiler {
  compileRoot(node: ListNode): void {
    const blocks = [...nodesOf(node)].filter((found): found is BlockNode => found.typename === "Block");
    this.#renderFunction("root", () => {
      this._emitLine("var parentTemplate = null;");
      const frame = new nunjucks.runtime.Frame();
      for (const child of node.children) this.compile(child, frame);
      this._emitLine(`if (parentTemplate) return parentTemplate.root${RENDER_PARAMETERS};`);
    });
    this.inBlock = true;
    for (const block of blocks) this.#blockFunction(block, blocks);
    const names = blocks.map(({ name }) => `${quote(String(name.value))}: b_${String(name.value)}`);
    this._emitLine(`return { root: root, blocks: { ${names.join(", ")} } };`);
  }

  #blockFunction(node: BlockNode, blocks: readonly BlockNode[]): void {
    const name = String(node.name.value);
    const twin = blocks.find((block) => block !== node && block.name.value === name);
    if (twin !== undefined) throw new TemplateFault(`block "${name}" is defined twice`, { position: this.position(twin) });
    this.block = name;
    this.#renderFunction(`b_${name}`, () => {
      this._emitLine("frame = frame.push(true);");
      this.compile(node.body, new nunjucks.runtime.Frame());
    });
  }

  #renderFunction(name: string, body: () => void): void {
    this.buffer = "output";
    this._emitLine(`function ${name}${RENDER_PARAMETERS} {`);
    this._emitLine('var output = "";');
    body();
    this._emitLine("return output;");
    this._emitLine("}");
  }

  compileOutput(node: ListNode, frame: Frame): void {
    for (const child of node.children) {
      const isText = child.typename === "TemplateData";
      if (isText && (child as ValueNode).value === "") continue;
      this._emit(`${this.buffer} += `);
      if (isText) {
        this.compileLiteral(child);
      } else {
        this._emit("env.text(");
        this.compile(child, frame);
        this._emit(`, ${this.mark(child)})`);
      }
      this._emitLine(";");
    }
  }

  compileFor(node: ForNode, outer: Frame): void {
    const [list, index, length] = [this._tmpid(), this._tmpid(), this._tmpid()];
    const names = (node.name.typename === "Array" ? (node.name as ListNode).children : [node.name]).map((name) => String((name as ValueNode).value));
    const frame = outer.push();
    this._emitLine("frame = frame.push();");
    this._emit(`var ${list} = env.items(`);
    this.compile(node.arr, frame);
    this._emitLine(`, ${names.length}, ${this.mark(node.arr)});`);
    this._emitLine(`var ${length} = ${list}.length;`);
    this._emitLine(`for (var ${index} = 0; ${index} < ${length}; ${index}++) {`);
    names.forEach((name, place) => {
      const variable = this._tmpid();
      const item = names.length === 1 ? `${list}[${index}]` : `env.member(${list}[${index}], ${place}, ${this.mark(node.arr)}, false)`;
      this._emitLine(`var ${variable} = ${item}; frame.variables[${quote(name)}] = ${variable};`);
      frame.set(name, variable);
    });
    if (mayUseLoop(node.body)) this._emitLine(`frame.variables.loop = env.loop(${index}, ${length});`);
    this._withScopedSyntax(() => this.compile(node.body, frame));
    this._emitLine("}");
    if (node.else_ !== null) {
      this._emitLine(`if (!${length}) {`);
      this.compile(node.else_, frame);
      this._emitLine("}");
    }
    this._emitLine("frame = frame.pop();");
  }

  compileBlock(node: BlockNode): void {
    // A block at the top of a file that extends another is rendered where the other file has it, not here.
    if (!this.inBlock) this._emit("if (!parentTemplate) ");
    this._emitLine(`${this.buffer} += env.block(${quote(String(node.name.value))}, context, frame);`);
  }

  compileExtends(node: ReferenceNode, frame: Frame): void {
    this._emit("parentTemplate = env.extend(");
    this.#reference(node, frame);
    this._emitLine(");");
  }

  compileInclude(node: ReferenceNode, frame: Frame): void {
    this._emit(`${this.buffer} += env.include(`);
    this.#reference(node, frame);
    this._emitLine(`, ${node.ignoreMissing === true});`);
  }

  compileImport(node: ReferenceNode, frame: Frame): void {
    const id = this.#imported(node, frame);
    this.#declare(String(node.target?.value), id, frame);
  }

  compileFromImport(node: ReferenceNode, frame: Frame): void {
    const imported = this.#imported(node, frame);
    for (const child of node.names?.children ?? []) {
      const [from, to] = isSymbol(child) ? [child, child] : [(child as PairNode).key, (child as PairNode).value as ValueNode];
      const id = this._tmpid();
      this._emitLine(`var ${id} = env.importedName(${imported}, ${quote(String(from.value))}, ${this.mark(from)});`);
      this.#declare(String(to.value), id, frame);
    }
  }

  #imported(node: ReferenceNode, frame: Frame): string {
    const id = this._tmpid();
    this._emit(`var ${id} = env.imported(`);
    this.#reference(node, frame);
    this._emitLine(`, ${node.withContext === true});`);
    return id;
  }

  #reference(node: ReferenceNode, frame: Frame): void {
    this.compile(node.template, frame);
    this._emit(`, context, frame, ${this.mark(node.template)}`);
  }

  #declare(name: string, id: string, frame: Frame): void {
    frame.set(name, id);
    this._emitLine(frame.parent === undefined ? `context.setVariable(${quote(name)}, ${id});` : `frame.set(${quote(name)}, ${id});`);
  }
}

/** Whether the body can see the variable "loop"; making one for each of a thousand items would cost more than the rest. */
function mayUseLoop(body: Node): boolean {
  return [...nodesOf(body)].some((node) => (isSymbol(node) && (node.value === "loop" || node.value === "super")) || node.typename === "Include" || node.typename === "Block");
}
