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
  return new AppError("TEMPLATE_INVALID", `template: ${file}:${line}: ${message}`);
}

/** A template that fails while it runs, as Go says it; the code and the hint of the cause are kept. */
export function execError(tree: Tree, node: Node, message: string, cause?: unknown): AppError {
  const text = `template: ${tree.file}:${place(tree.text, node.at)}: executing ${quote(tree.name)} at <${nodeText(node)}>: ${message}`;
  const known = cause instanceof AppError ? cause : undefined;
  return new AppError(known?.code ?? "TEMPLATE_FAILED", text, { cause, hint: known?.hint });
}

/** "LINE:COLUMN"; as in Go the line counts from 1, the column from 0, in bytes. */
function place(text: string, at: number): string {
  const before = text.slice(0, at);
  return `${before.split("\n").length}:${byteLength(before.slice(before.lastIndexOf("\n") + 1))}`;
}
