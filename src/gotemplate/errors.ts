import { AppError } from "../core/error.ts";
import { type Node, nodeText } from "./nodes.ts";
import { byteLength } from "./bytes.ts";
import { quote } from "./quote.ts";

/** A template or one that is defined within it. */
export interface Tree {
  readonly name: string;
  /** The name of the whole text, which messages cite as the file. */
  readonly file: string;
  readonly text: string;
}

/** A template that Go does not parse, as Go says it. */
export function parseError(file: string, line: number, message: string): AppError {
  return new AppError("TEMPLATE_INVALID", `template: ${file}:${line}: ${message}`, { at: { file, line } });
}

/** A template that fails while it runs, as Go says it; the code and the hint of the cause are kept. */
export function execError(tree: Tree, node: Node, message: string, cause?: unknown): AppError {
  const { line, column, source } = placeIn(tree, node.at);
  // In Go's messages the line counts from 1, the column from 0, in bytes.
  const text = `template: ${tree.file}:${line}:${byteLength(source.slice(0, column - 1))}: executing ${quote(tree.name)} at <${nodeText(node)}>: ${message}`;
  const known = cause instanceof AppError ? cause : undefined;
  return new AppError(known?.code ?? "TEMPLATE_FAILED", text, { cause, hint: known?.hint, at: known?.at ?? { file: tree.file, line, column, source } });
}

/** Where a place in a template's text is, counted from 1, with its line. */
export function placeIn({ text }: Tree, at: number): { readonly line: number; readonly column: number; readonly source: string } {
  const before = text.slice(0, at);
  const start = before.lastIndexOf("\n") + 1;
  const source = (text.slice(start).split("\n", 1)[0] ?? "").replace(/\r$/, "");
  return { line: before.split("\n").length, column: at - start + 1, source };
}
