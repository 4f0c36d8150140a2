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
  const before = tree.text.slice(0, node.at);
  const start = before.lastIndexOf("\n") + 1;
  const line = before.split("\n").length;
  // In Go's messages the line counts from 1, the column from 0, in bytes.
  const text = `template: ${tree.file}:${line}:${byteLength(before.slice(start))}: executing ${quote(tree.name)} at <${nodeText(node)}>: ${message}`;
  const known = cause instanceof AppError ? cause : undefined;
  const at = { file: tree.file, line, column: node.at - start + 1, source: (tree.text.slice(start).split("\n")[0] ?? "").replace(/\r$/, "") };
  return new AppError(known?.code ?? "TEMPLATE_FAILED", text, { cause, hint: known?.hint, at: known?.at ?? at });
}
