import type { Node } from "../gotemplate/nodes.ts";

/** What is known of a value before anything is rendered. */
export type Type =
  | { readonly kind: "text" | "int" | "bool" | "pair" | "json" | "json map" | "json list" | "mixed" }
  | { readonly kind: "list"; readonly of: Type }
  | { readonly kind: "record"; readonly fields: Readonly<Record<string, Type>> };

/** An expression of nunjucks with the type that it has. */
export interface Value {
  readonly code: string;
  readonly type: Type;
  /** It has to stand in brackets within another expression. */
  readonly compound?: true;
  /** The text, where it is a literal. */
  readonly literal?: string;
  /** How its text begins, as far as that is known. */
  readonly head?: string | undefined;
  /** The condition that it is, where that is not its code. */
  readonly condition?: string;
  /** The function that it comes from. */
  readonly from?: string;
}

export const TEXT: Type = { kind: "text" };
export const INT: Type = { kind: "int" };
export const BOOL: Type = { kind: "bool" };
export const PAIR: Type = { kind: "pair" };
export const JSON_VALUE: Type = { kind: "json" };

export function listOf(of: Type): Type {
  return { kind: "list", of };
}

/** A construct of a Go template that nunjucks has no exact counterpart for. */
export class NoCounterpart extends Error {
  readonly node: Node | undefined;

  constructor(reason: string, node?: Node) {
    super(reason);
    this.node = node;
  }
}

/** The code of a value within another expression. */
export function operand({ code, compound }: Value): string {
  return compound === true ? `(${code})` : code;
}

/** The condition that a value is for Go: whether it is anything but empty. */
export function condition(value: Value): string {
  if (value.condition !== undefined) return value.condition;
  switch (value.type.kind) {
    case "text":
    case "int":
    case "bool": return value.code;
    case "list": return `${operand(value)} | length`;
    case "pair": return "true";
    case "json":
    case "json map":
    case "json list": return `toJson(${operand(value)} | default(false)) not in ["false", "0", "\\"\\"", "null", "[]", "{}"]`;
    case "record": return String(Object.keys(value.type.fields).length > 0);
    case "mixed": throw new NoCounterpart("a value of one type or another");
  }
}

/** Whether there is nothing to test. */
export function isAlwaysTrue(value: Value): boolean {
  return value.condition === undefined && condition(value) === "true" && value.type.kind !== "bool";
}

export function isJson({ kind }: Type): boolean {
  return kind === "json" || kind === "json map" || kind === "json list";
}

export function sameType(one: Type, other: Type): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
