import type { NumberLiteral } from "./literals.ts";
import { quote } from "./quote.ts";

/** What an action is made of; `at` is where Go says that it stands. */
export type Expression =
  | { readonly kind: "identifier"; readonly at: number; readonly name: string }
  | { readonly kind: "field"; readonly at: number; readonly names: readonly string[] }
  | { readonly kind: "variable"; readonly at: number; readonly names: readonly string[] }
  | { readonly kind: "chain"; readonly at: number; readonly of: Expression; readonly names: readonly string[] }
  | { readonly kind: "bool"; readonly at: number; readonly value: boolean }
  | { readonly kind: "number"; readonly at: number; readonly literal: NumberLiteral }
  | { readonly kind: "string"; readonly at: number; readonly source: string; readonly value: string }
  | { readonly kind: "dot" | "nil"; readonly at: number }
  | Pipe;

export interface Command {
  readonly kind: "command";
  readonly at: number;
  readonly args: readonly [Expression, ...Expression[]];
}

export interface Pipe {
  readonly kind: "pipe";
  readonly at: number;
  readonly assigns: boolean;
  readonly variables: readonly string[];
  readonly commands: readonly Command[];
}

export interface Branch {
  readonly kind: "if" | "range" | "with";
  readonly at: number;
  readonly pipe: Pipe;
  readonly body: List;
  readonly otherwise: List | undefined;
}

export interface List {
  readonly kind: "list";
  readonly at: number;
  readonly nodes: readonly Statement[];
}

export type Statement =
  | { readonly kind: "text"; readonly at: number; readonly text: string }
  | { readonly kind: "action"; readonly at: number; readonly pipe: Pipe }
  | { readonly kind: "break" | "continue"; readonly at: number }
  | { readonly kind: "template"; readonly at: number; readonly name: string; readonly pipe: Pipe | undefined }
  | Branch;

export type Node = Expression | Command | Statement | List;

/** A node as Go writes it in its messages. */
export function nodeText(node: Node): string {
  switch (node.kind) {
    case "identifier": return node.name;
    case "field": return node.names.map((name) => `.${name}`).join("");
    case "variable": return node.names.join(".");
    case "chain": return (node.of.kind === "pipe" ? `(${nodeText(node.of)})` : nodeText(node.of)) + node.names.map((name) => `.${name}`).join("");
    case "bool": return String(node.value);
    case "number": return node.literal.text;
    case "string": return node.source;
    case "dot": return ".";
    case "nil": return "nil";
    case "command": return node.args.map((arg) => (arg.kind === "pipe" ? `(${nodeText(arg)})` : nodeText(arg))).join(" ");
    case "pipe": return pipeText(node);
    case "text": return node.text;
    case "action": return `{{${nodeText(node.pipe)}}}`;
    case "break":
    case "continue": return `{{${node.kind}}}`;
    case "template": return `{{template ${quote(node.name)}${node.pipe === undefined ? "" : ` ${nodeText(node.pipe)}`}}}`;
    case "list": return node.nodes.map(nodeText).join("");
    default: return `{{${node.kind} ${nodeText(node.pipe)}}}${nodeText(node.body)}${node.otherwise === undefined ? "" : `{{else}}${nodeText(node.otherwise)}`}{{end}}`;
  }
}

/** Whether there is nothing but space, as Go's IsEmptyTree. */
export function isEmptyList(list: List): boolean {
  return list.nodes.every((node) => node.kind === "text" && node.text.trim() === "");
}

function pipeText({ variables, assigns, commands }: Pipe): string {
  const declared = variables.length === 0 ? "" : `${variables.join(", ")} ${assigns ? "=" : ":="} `;
  return declared + commands.map(nodeText).join(" | ");
}
